// Package replay is the JavaScript module k6/x/shakedown: it replays planned sessions with k6's own HTTP client, keeps the run's
// clock, and writes one fixed-size record a request (src/model/sample.ts).
package replay

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
)

func init() {
	modules.Register("k6/x/shakedown", &root{})
}

// root is shared by all virtual users of the process.
type root struct {
	once  sync.Once
	err   error
	feed  *feed
	alarm *alarm
	out   *recorder
	start time.Time
	begun sync.Once
}

// NewModuleInstance is called once for each virtual user.
func (r *root) NewModuleInstance(vu modules.VU) modules.Instance {
	r.once.Do(r.open)
	if r.err != nil {
		common.Throw(vu.Runtime(), r.err)
	}
	return &instance{root: r, vu: vu}
}

// open takes the two file descriptors over from the harness.
func (r *root) open() {
	in, err := descriptor("SHAKEDOWN_FEED_FD")
	if err != nil {
		r.err = err
		return
	}
	out, err := descriptor("SHAKEDOWN_SAMPLES_FD")
	if err != nil {
		r.err = err
		return
	}
	r.feed = newFeed(in)
	r.out = newRecorder(out)
	r.alarm = newAlarm()
}

func descriptor(name string) (*os.File, error) {
	fd, err := strconv.Atoi(os.Getenv(name))
	if err != nil || fd < 3 {
		return nil, errors.New(name + " must be the number of an inherited file descriptor; this module is run by shakedown")
	}
	return os.NewFile(uintptr(fd), name), nil
}

type instance struct {
	*root
	vu modules.VU
}

// Exports of the module, all synchronous.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{"replay": i.replay}}
}

// begin says that this process is ready, and waits for the first line of the feed: the moment at which its clock reads zero. All virtual users
// wait for the same.
func (i *instance) begin() {
	i.begun.Do(func() {
		i.out.ready()
		line, ok := i.feed.begin(i.vu.Context())
		if !ok {
			return
		}
		start, err := startMoment(line)
		if err != nil {
			common.Throw(i.vu.Runtime(), err)
		}
		i.start = start
	})
}

// startMoment reads `monotonic <nanoseconds>`, on the clock that all processes of this machine share and that nobody sets, or `unix
// <milliseconds>` where there is none.
func startMoment(line string) (time.Time, error) {
	kind, figure, _ := strings.Cut(line, " ")
	switch kind {
	case "monotonic":
		at, err := strconv.ParseInt(figure, 10, 64)
		if err != nil {
			return time.Time{}, err
		}
		reads, err := monotonicNanoseconds()
		return time.Now().Add(time.Duration(at - reads)), err
	case "unix":
		ms, err := strconv.ParseFloat(figure, 64)
		// The sum keeps the reading of the monotonic clock, so that a clock set later moves nothing.
		return time.Now().Add(time.Until(time.UnixMicro(int64(ms * 1000)))), err
	}
	return time.Time{}, errors.New("the feed must begin with the moment of the start")
}

// now is the time since the run's start in microseconds; negative before it.
func (r *root) now() float64 {
	return float64(time.Since(r.start).Nanoseconds()) / 1e3
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	select {
	case <-timer.C:
	case <-ctx.Done():
		timer.Stop()
	}
}
