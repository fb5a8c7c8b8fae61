package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// order is the first line that the harness sends: what to start, in words of JSON.
type order struct {
	Protocol int `json:"protocol"`
	// Files are written where nobody else can read them; `{files}` in arguments and environment is their folder.
	Files map[string]string `json:"files"`
	Args  []string          `json:"args"`
	Env   map[string]string `json:"env"`
	// LeaseMs is how long k6 lives without a word from the harness: load that nobody measures must not go on.
	LeaseMs int `json:"leaseMs"`
}

// generator is a k6 at work, in whatever way it was started.
type generator struct {
	pid int
	// ended is closed when it is gone; code is its exit code then.
	ended chan struct{}
	code  int
}

const (
	graceTime = 2 * time.Second
	// lostExit tells the harness, if it ever asks, that it was not heard any more.
	lostExit = 108
)

var saying sync.Mutex

// say writes one line for the harness: standard error is the launcher's, standard output carries samples and nothing else.
func say(format string, values ...any) {
	saying.Lock()
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	saying.Unlock()
}

// run starts k6 as the harness orders, hands it what comes in, and answers pings with this machine's clock.
func run(attach bool) error {
	// A harness that is gone is seen by its silence; a write to it must not kill us before k6 is ended.
	signal.Ignore(syscall.SIGPIPE)
	in := bufio.NewReaderSize(os.Stdin, 1<<16)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return errors.New("no order came")
	}
	var wanted order
	if err := json.Unmarshal(line, &wanted); err != nil {
		return fmt.Errorf("the order cannot be read: %w", err)
	}
	if wanted.Protocol != protocol {
		return fmt.Errorf("this image speaks version %d, the harness version %d: they must be of the same release", protocol, wanted.Protocol)
	}
	folder, err := os.MkdirTemp("", "shakedown-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for name, text := range wanted.Files {
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(name)), []byte(text), 0o600); err != nil {
			return err
		}
	}
	for i, arg := range wanted.Args {
		wanted.Args[i] = strings.ReplaceAll(arg, "{files}", folder)
	}
	env := []string{"HOME=" + folder, "TMPDIR=" + folder}
	for name, value := range wanted.Env {
		env = append(env, name+"="+strings.ReplaceAll(value, "{files}", folder))
	}
	feedOut, feedIn, err := os.Pipe()
	if err != nil {
		return err
	}
	start := startChild
	if attach {
		start = startAttached
	}
	k6, err := start(wanted.Args, env, feedOut, os.Stdout)
	if err != nil {
		return err
	}
	feedOut.Close()
	os.Stdout.Close()
	say("@started %d", k6.pid)
	heard := make(chan struct{}, 1)
	stop := make(chan struct{}, 1)
	feed := newFeed(feedIn)
	go listen(in, k6, feed, heard, stop)
	os.Exit(finish(k6, time.Duration(wanted.LeaseMs)*time.Millisecond, heard, stop, folder))
	return nil
}

// finish waits for the end of k6 and sees to it that it comes.
func finish(k6 *generator, lease time.Duration, heard, stop <-chan struct{}, folder string) int {
	defer os.RemoveAll(folder)
	silence := time.NewTimer(lease)
	busy := time.NewTicker(10 * time.Second)
	touch()
	var kill <-chan time.Time
	lost := false
	end := func() {
		if kill == nil {
			_ = syscall.Kill(k6.pid, syscall.SIGINT)
			kill = time.After(graceTime)
		}
	}
	for {
		select {
		case <-k6.ended:
			if lost {
				return lostExit
			}
			return k6.code
		case <-heard:
			silence.Reset(lease)
		case <-busy.C:
			touch()
		case <-silence.C:
			lost = true
			say("shakedown: nothing was heard of the harness for %v, stopping", lease)
			end()
		case <-stop:
			end()
		case <-kill:
			_ = syscall.Kill(k6.pid, syscall.SIGKILL)
		}
	}
}

// listen takes the harness's lines: those that begin with `!` are for us, the others are k6's. The end of the stream is the harness's end.
func listen(in *bufio.Reader, k6 *generator, feed *feed, heard, stop chan<- struct{}) {
	tell := func(to chan<- struct{}) {
		select {
		case to <- struct{}{}:
		default:
		}
	}
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			tell(stop)
			return
		}
		tell(heard)
		if line[0] != '!' {
			feed.put(line)
			continue
		}
		verb, rest, _ := strings.Cut(strings.TrimSuffix(string(line[1:]), "\n"), " ")
		switch verb {
		case "ping":
			say("@pong %s %d %d", rest, monotonicNanoseconds(), cpuTicks(k6.pid))
		case "fed":
			feed.close()
		case "stop":
			tell(stop)
		}
	}
}

// feed stands between the harness and k6's pipe: what k6 has not taken is kept here, so that a word to us is never stuck behind it. The
// harness is told what was taken, and sends no more than it may leave here.
type feed struct {
	mutex  sync.Mutex
	more   *sync.Cond
	kept   []byte
	closed bool
}

func newFeed(to io.WriteCloser) *feed {
	f := &feed{}
	f.more = sync.NewCond(&f.mutex)
	go f.pour(to)
	return f
}

func (f *feed) put(line []byte) {
	f.mutex.Lock()
	f.kept = append(f.kept, line...)
	f.mutex.Unlock()
	f.more.Signal()
}

func (f *feed) close() {
	f.mutex.Lock()
	f.closed = true
	f.mutex.Unlock()
	f.more.Signal()
}

func (f *feed) pour(to io.WriteCloser) {
	defer to.Close()
	var batch []byte
	for {
		f.mutex.Lock()
		for len(f.kept) == 0 && !f.closed {
			f.more.Wait()
		}
		batch, f.kept = f.kept, batch[:0]
		f.mutex.Unlock()
		if len(batch) == 0 {
			return
		}
		// In pieces, so that the harness is told before all of it is gone.
		for at := 0; at < len(batch); {
			n, err := to.Write(batch[at:min(at+1<<16, len(batch))])
			if err != nil {
				return
			}
			at += n
			say("@took %d", n)
		}
	}
}
