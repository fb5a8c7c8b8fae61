package replay

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// timerfd is a kernel timer that is waited for like a file, so that no thread is held while it runs.
type timerfd struct {
	fd   int
	file *os.File
	read [8]byte
}

func newRinger() (ringer, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return &timerfd{fd: fd, file: os.NewFile(uintptr(fd), "timerfd")}, nil
}

func (t *timerfd) set(after time.Duration) {
	// A time of zero would stop it.
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(max(after, 1)))}
	_ = unix.TimerfdSettime(t.fd, 0, &spec, nil)
}

func (t *timerfd) wait() error {
	_, err := t.file.Read(t.read[:])
	return err
}

// monotonicNanoseconds reads the clock that all processes of this machine share.
func monotonicNanoseconds() (int64, error) {
	var now unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now)
	return now.Nano(), err
}
