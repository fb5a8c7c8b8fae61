package replay

import (
	"encoding/binary"
	"io"
	"os"
	"sync"
	"time"
)

const (
	flushBytes = 1 << 15
	flushEvery = 200 * time.Millisecond
	// marker is word 0 of a frame that is not a sample; word 1 is its kind, word 2 the length of the text that follows, which is
	// padded with zeros to whole samples.
	marker    = 0xffffffff
	kindReady = 1
	kindNote  = 2
	// kindAlive means nothing to the reader. Writing it is how a process without load notices that the reader is gone.
	kindAlive = 3
	// kindLogin is of a request that logs a session in: `<step> <status>`, a line feed, and why it failed or nothing.
	kindLogin    = 4
	aliveEvery   = time.Second
	notesPerKey  = 3
	noteKeys     = 200
	sampleLength = 32
)

// recorder gathers samples and writes them out a few at a time. A reader that is gone ends the process: load that nobody
// measures must not go on.
type recorder struct {
	mutex  sync.Mutex
	buffer []byte
	out    io.Writer
	notes  map[string]int
	wrote  time.Time
}

func newRecorder(out io.Writer) *recorder {
	r := &recorder{out: out, buffer: make([]byte, 0, 2*flushBytes), notes: map[string]int{}}
	go func() {
		for range time.Tick(flushEvery) {
			r.tick()
		}
	}()
	return r
}

func (r *recorder) write(words [8]uint32) {
	r.mutex.Lock()
	for _, w := range words {
		r.buffer = binary.LittleEndian.AppendUint32(r.buffer, w)
	}
	if len(r.buffer) >= flushBytes {
		r.flush()
	}
	r.mutex.Unlock()
}

func (r *recorder) tick() {
	r.mutex.Lock()
	idle := len(r.buffer) == 0 && time.Since(r.wrote) >= aliveEvery
	if !idle {
		r.flush()
	}
	r.mutex.Unlock()
	if idle {
		r.frame(kindAlive, "")
	}
}

// flush must be called with the mutex held.
func (r *recorder) flush() {
	if len(r.buffer) == 0 {
		return
	}
	if _, err := r.out.Write(r.buffer); err != nil {
		os.Stderr.WriteString("shakedown: nobody reads the samples any more, stopping\n")
		os.Exit(107)
	}
	r.buffer = r.buffer[:0]
	r.wrote = time.Now()
}

func (r *recorder) frame(kind uint32, text string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	header := [8]uint32{marker, kind, uint32(len(text))}
	for _, w := range header {
		r.buffer = binary.LittleEndian.AppendUint32(r.buffer, w)
	}
	r.buffer = append(r.buffer, text...)
	for len(r.buffer)%sampleLength != 0 {
		r.buffer = append(r.buffer, 0)
	}
	r.flush()
}

// ready tells the harness that virtual users are there and wait for the start.
func (r *recorder) ready() {
	r.frame(kindReady, "")
}

// login reports what came of a request that logs a session in.
func (r *recorder) login(text string) {
	r.frame(kindLogin, text)
}

// note passes the first messages of each key on; what comes after is counted by the samples anyway.
func (r *recorder) note(key string, message string) {
	r.mutex.Lock()
	seen, known := r.notes[key]
	pass := seen < notesPerKey && (known || len(r.notes) < noteKeys)
	if pass {
		r.notes[key] = seen + 1
	}
	r.mutex.Unlock()
	if pass {
		if len(message) > 500 {
			message = message[:500]
		}
		r.frame(kindNote, key+"\n"+message)
	}
}
