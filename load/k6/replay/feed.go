package replay

import (
	"bufio"
	"container/heap"
	"context"
	"io"
	"strings"
	"sync"
	"time"
)

// ahead is how many sessions are read before their time has come.
const ahead = 1 << 14

// feed hands out the sessions that the harness sends, the one that begins first before the others: what a process that died had not begun comes behind
// sessions that begin later.
type feed struct {
	// first has the line before all sessions.
	first  chan string
	mutex  sync.Mutex
	room   *sync.Cond
	lines  lineHeap
	err    error
	closed bool
	// came is told when another session is the first, or none will come any more.
	came chan struct{}
}

// newFeed reads one session a line until the descriptor is closed.
func newFeed(r io.Reader) *feed {
	f := &feed{first: make(chan string, 1), came: make(chan struct{}, 1)}
	f.room = sync.NewCond(&f.mutex)
	go f.read(bufio.NewReaderSize(r, 1<<16))
	return f
}

func (f *feed) read(from *bufio.Reader) {
	defer f.close()
	defer close(f.first)
	text, err := from.ReadString('\n')
	if err != nil {
		return
	}
	f.first <- strings.TrimSuffix(text, "\n")
	for number := uint64(0); ; number++ {
		if text, err = from.ReadString('\n'); err != nil {
			return
		}
		text = strings.TrimSuffix(text, "\n")
		startUs, err := startOf(text)
		if err != nil {
			f.mutex.Lock()
			f.err = err
			f.mutex.Unlock()
			return
		}
		f.put(line{startUs, number, text})
	}
}

func (f *feed) put(one line) {
	f.mutex.Lock()
	for len(f.lines) >= ahead {
		f.room.Wait()
	}
	heap.Push(&f.lines, one)
	isFirst := f.lines[0].number == one.number
	f.mutex.Unlock()
	if isFirst {
		f.tell()
	}
}

func (f *feed) close() {
	f.mutex.Lock()
	f.closed = true
	f.mutex.Unlock()
	f.tell()
}

func (f *feed) tell() {
	select {
	case f.came <- struct{}{}:
	default:
	}
}

// begin returns the line before all sessions.
func (f *feed) begin(ctx context.Context) (string, bool) {
	select {
	case line, ok := <-f.first:
		return line, ok
	case <-ctx.Done():
		return "", false
	}
}

// next waits until there is a session whose time has come, by what is left until then of its start. False when there will be none, or the process is
// being ended.
func (f *feed) next(ctx context.Context, left func(startUs int64) time.Duration) (string, bool, error) {
	for {
		text, wait, err := f.take(left)
		if text != "" || err != nil {
			return text, text != "", err
		}
		if wait == 0 {
			return "", false, nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-f.came:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return "", false, nil
		}
	}
}

// take returns the first session, or how long to wait for it; neither, when there will be none.
func (f *feed) take(left func(startUs int64) time.Duration) (string, time.Duration, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if len(f.lines) == 0 {
		if f.closed {
			return "", 0, f.err
		}
		return "", time.Hour, nil
	}
	if wait := left(f.lines[0].startUs); wait > 0 {
		return "", wait, nil
	}
	first := heap.Pop(&f.lines).(line)
	f.room.Signal()
	return first.text, 0, nil
}

// line is a session as it came; number is its place among those that came.
type line struct {
	startUs int64
	number  uint64
	text    string
}

type lineHeap []line

func (h lineHeap) Len() int { return len(h) }

func (h lineHeap) Less(i, j int) bool {
	if h[i].startUs != h[j].startUs {
		return h[i].startUs < h[j].startUs
	}
	return h[i].number < h[j].number
}

func (h lineHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *lineHeap) Push(one any) { *h = append(*h, one.(line)) }

func (h *lineHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = line{}
	*h = old[:len(old)-1]
	return last
}
