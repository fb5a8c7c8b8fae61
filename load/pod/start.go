package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"unsafe"
)

// k6Path is where the image has k6.
var k6Path = "/shakedown/k6"

func init() {
	if path := os.Getenv("SHAKEDOWN_POD_K6"); path != "" {
		k6Path = path
	}
}

// startChild runs k6 with the feed on descriptor 3 and its samples on 4.
func startChild(args, env []string, feed, samples *os.File) (*generator, error) {
	command := exec.Command(k6Path, args...)
	command.Env = append(os.Environ(), env...)
	command.ExtraFiles = []*os.File{feed, samples}
	// k6 must not outlive us, whatever kills us.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	complaints, err := command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	g := &generator{pid: command.Process.Pid, ended: make(chan struct{})}
	go func() {
		lines := bufio.NewScanner(complaints)
		for lines.Scan() {
			say("%s", lines.Text())
		}
		_ = command.Wait()
		g.code = command.ProcessState.ExitCode()
		if g.code < 0 {
			g.code = 128 + int(command.ProcessState.Sys().(syscall.WaitStatus).Signal())
		}
		close(g.ended)
	}()
	return g, nil
}

// monotonicNanoseconds reads the clock that all processes of this machine share and that nobody sets.
func monotonicNanoseconds() int64 {
	const clockMonotonic = 1
	var now syscall.Timespec
	_, _, _ = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}

// cpuTicks is the processor time of a process, in hundredths of a second; 0 when it is gone.
func cpuTicks(pid int) int64 {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return user + system
}
