package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// busyFile is touched by every `pod run` while it lives.
const busyFile = "/tmp/shakedown-busy"

// idleTime is how long a pod is there without a harness.
var idleTime = 10 * time.Minute

func init() {
	if parsed, err := time.ParseDuration(os.Getenv("SHAKEDOWN_POD_IDLE")); err == nil {
		idleTime = parsed
	}
}

// wait is the pod's main process: it ends when told to, or, well done, when for the idle time no generator ran in the pod, for then the harness is gone
// and the pod is in nobody's service. As the container's first process it also buries the dead.
func wait(args []string) error {
	idle := idleTime
	if len(args) > 0 {
		parsed, err := time.ParseDuration(args[0])
		if err != nil {
			return err
		}
		idle = parsed
	}
	touch()
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)
	tick := time.NewTicker(min(idle/4+time.Millisecond, 10*time.Second))
	for {
		select {
		case got := <-signals:
			if got != syscall.SIGCHLD {
				// An end by another's will is no success: a Job would count the pod as done, and send no other.
				return errors.New("told to end")
			}
			bury()
		case <-tick.C:
			bury()
			info, err := os.Stat(busyFile)
			if err != nil || time.Since(info.ModTime()) > idle {
				return nil
			}
		}
	}
}

func bury() {
	var status syscall.WaitStatus
	for {
		if pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil); pid <= 0 || err != nil {
			return
		}
	}
}

func touch() {
	now := time.Now()
	if os.Chtimes(busyFile, now, now) != nil {
		if file, err := os.Create(busyFile); err == nil {
			file.Close()
		}
	}
}
