// Package replay is the JavaScript module k6/x/shakedown: it hands planned sessions to virtual users, keeps the run's
// clock, and writes one fixed-size record a request.
package replay

import (
	"context"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/grafana/sobek"
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
	return modules.Exports{Named: map[string]any{
		"next":   i.next,
		"begin":  i.begin,
		"now":    i.now,
		"until":  i.until,
		"record": i.record,
		"note":   i.note,
	}}
}

// next waits for the next session of the plan and returns its line. After the last one it waits for the end, which the harness makes when
// it has every sample, and returns null then.
func (i *instance) next() sobek.Value {
	line, ok := i.feed.next(i.vu.Context())
	if !ok {
		<-i.vu.Context().Done()
		return sobek.Null()
	}
	return i.vu.Runtime().ToValue(line)
}

// begin says that this process is ready, and waits for the first line of the feed: the moment at which its clock reads zero. All virtual users
// wait for the same.
func (i *instance) begin() {
	i.begun.Do(func() {
		i.out.ready()
		line, ok := i.feed.next(i.vu.Context())
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
func (i *instance) now() float64 {
	return float64(time.Since(i.start).Nanoseconds()) / 1e3
}

// until waits until the run's clock reads us microseconds, and returns what it reads then.
func (i *instance) until(us float64) float64 {
	wait := time.Duration((us - i.now()) * 1e3)
	if wait > 0 {
		if i.alarm == nil {
			sleep(i.vu.Context(), wait)
		} else {
			i.alarm.sleep(i.vu.Context(), time.Now().Add(wait))
		}
	}
	return i.now()
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	select {
	case <-timer.C:
	case <-ctx.Done():
		timer.Stop()
	}
}

// record takes the words of one sample (see src/model/sample.ts).
func (i *instance) record(call sobek.FunctionCall) sobek.Value {
	a := call.Arguments
	if len(a) != 11 {
		common.Throw(i.vu.Runtime(), errors.New("record takes 11 numbers"))
	}
	i.out.write([8]uint32{
		word(a[0]), word(a[1]), word(a[2]), word(a[3]), word(a[4]), word(a[5]),
		word(a[6])&0xffff | word(a[7])<<16,
		word(a[8])&0xff | (word(a[9])&0xff)<<8 | word(a[10])<<16,
	})
	return sobek.Undefined()
}

// word clamps to what a word can hold: a time too long for it is still the longest there is, not a short one.
func word(v sobek.Value) uint32 {
	f := v.ToFloat()
	if !(f > 0) {
		return 0
	}
	if f > math.MaxUint32 {
		return math.MaxUint32
	}
	return uint32(f)
}

// note passes an error message on, the first few of each kind only.
func (i *instance) note(key string, message string) {
	i.out.note(key, message)
}
