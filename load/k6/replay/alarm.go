package replay

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// alarm wakes goroutines at their moment. The Go runtime's own timers come up to a millisecond late, for they are waited for in
// whole milliseconds; this one waits on a timer of the kernel's (see ringer), set to the next moment of all.
type alarm struct {
	mutex   sync.Mutex
	waiting waiters
	ringer  ringer
}

// ringer rings once after a time, which may be set anew; setting it is cheap.
type ringer interface {
	set(after time.Duration)
	// wait returns after the ring, or with an error at once.
	wait() error
}

// newAlarm returns nil where there is no such timer.
func newAlarm() *alarm {
	ringer, err := newRinger()
	if err != nil {
		return nil
	}
	a := &alarm{ringer: ringer}
	go a.run()
	return a
}

func (a *alarm) run() {
	for {
		if a.ringer.wait() != nil {
			// Never seen; should it be, everybody is still woken, a little later.
			time.Sleep(time.Millisecond)
		}
		a.mutex.Lock()
		now := time.Now()
		for len(a.waiting) > 0 && !a.waiting[0].due.After(now) {
			close(heap.Pop(&a.waiting).(*waiter).rung)
		}
		if len(a.waiting) > 0 {
			a.ringer.set(a.waiting[0].due.Sub(now))
		}
		a.mutex.Unlock()
	}
}

// sleep returns at `due`, or when the context is over.
func (a *alarm) sleep(ctx context.Context, due time.Time) {
	w := &waiter{due: due, rung: make(chan struct{})}
	a.mutex.Lock()
	heap.Push(&a.waiting, w)
	if a.waiting[0] == w {
		a.ringer.set(time.Until(due))
	}
	a.mutex.Unlock()
	select {
	case <-w.rung:
	case <-ctx.Done():
	}
}

type waiter struct {
	due  time.Time
	rung chan struct{}
}

type waiters []*waiter

func (w waiters) Len() int           { return len(w) }
func (w waiters) Less(i, j int) bool { return w[i].due.Before(w[j].due) }
func (w waiters) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *waiters) Push(x any)        { *w = append(*w, x.(*waiter)) }
func (w *waiters) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
