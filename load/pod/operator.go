package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// socketPath is where a k6 that the operator started waits for the harness: in the abstract name space of the pod's network, so that no
// folder need be writable or shared.
const socketPath = "@shakedown-generator"

const attachTime = time.Minute

// standIn is `k6` to the operator. What starts a test waits for the harness, takes over the descriptors it brings, and becomes k6; everything
// else is k6's own business.
func standIn(args []string) error {
	if len(args) == 0 || args[0] != "run" {
		return syscall.Exec(k6Path, append([]string{"k6"}, args...), os.Environ())
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socketPath, Net: "unix"})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "shakedown: waiting for the harness")
	answering := answerStatus(addressOf(args))
	// While it is answered the operator waits for good: a harness that is gone must not leave its runners behind.
	if err := listener.SetDeadline(time.Now().Add(idleTime)); err != nil {
		return err
	}
	connection, err := listener.AcceptUnix()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		fmt.Fprintf(os.Stderr, "shakedown: the harness did not come within %v\n", idleTime)
		return nil
	}
	if err != nil {
		return err
	}
	listener.Close()
	answering.Close()
	text := make([]byte, 1<<20)
	rights := make([]byte, syscall.CmsgSpace(3*4))
	n, rightsLength, _, _, err := connection.ReadMsgUnix(text, rights)
	if err != nil {
		return err
	}
	var brought struct{ Args, Env []string }
	if err := json.Unmarshal(text[:n], &brought); err != nil {
		return err
	}
	messages, err := syscall.ParseSocketControlMessage(rights[:rightsLength])
	if err != nil || len(messages) != 1 {
		return errors.New("the harness brought no descriptors")
	}
	descriptors, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(descriptors) != 3 {
		return errors.New("the harness must bring three descriptors")
	}
	// Its end is seen by the end of this connection, which k6 holds without knowing.
	file, err := connection.File()
	if err != nil {
		return err
	}
	held, err := syscall.Dup(int(file.Fd()))
	if err != nil {
		return err
	}
	_ = held
	// Above 4 first: 3 and 4 may be among them, in the wrong order.
	var high [3]int
	for i, from := range descriptors {
		to, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(from), syscall.F_DUPFD, 64)
		if errno != 0 {
			return errno
		}
		high[i] = int(to)
	}
	for i, to := range []int{3, 4, 2} {
		if err := syscall.Dup3(high[i], to, 0); err != nil {
			return err
		}
	}
	return syscall.Exec(k6Path, operatorArgs(args, brought.Args), append(os.Environ(), brought.Env...))
}

// status is what a k6 answers that waits to be started.
const status = `{"data":{"type":"status","id":"default","attributes":{"status":1,"paused":%t,"vus":0,"vus-max":0,"stopped":false,"running":false,"tainted":false}}}`

// answerStatus stands in for k6's own API until the harness has come: the operator asks each runner, at longer and longer intervals, and a
// harness that plans for some minutes would find it waiting for as long again. Its word to start is taken and means nothing, for the
// harness starts k6. Where nothing can be served, the operator waits.
func answerStatus(address string) *http.Server {
	var started atomic.Bool
	routes := http.NewServeMux()
	routes.HandleFunc("/v1/status", func(response http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPatch {
			started.Store(true)
		}
		response.Header().Set("Content-Type", "application/json; charset=UTF-8")
		fmt.Fprintf(response, status, !started.Load())
	})
	server := &http.Server{Addr: address, Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	if address != "" {
		go func() {
			if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				fmt.Fprintln(os.Stderr, "shakedown: the operator cannot be answered:", err)
			}
		}()
	}
	return server
}

// addressOf is where the operator expects k6's API.
func addressOf(args []string) string {
	for i, arg := range args {
		name, value, joined := strings.Cut(arg, "=")
		if name != "--address" && name != "-a" {
			continue
		}
		if joined {
			return value
		}
		if i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// operatorArgs keeps what the operator needs to follow its test (address, tags) and takes the rest from the harness. Not that k6 is to begin
// paused, for it waits for the harness anyway, and nobody would end the wait for an operator that is busy elsewhere. Execution segments are
// left out: our sessions are dealt out by number, and a segment would deal them out once more.
func operatorArgs(given, wanted []string) []string {
	args := []string{"k6", "run"}
	for i := 1; i < len(given); i++ {
		name, _, joined := strings.Cut(given[i], "=")
		keep := slices.Contains([]string{"--address", "--tag", "-a"}, name)
		takes := !joined && slices.Contains([]string{"--address", "--tag", "-a", "--execution-segment", "--execution-segment-sequence"}, name)
		if keep {
			args = append(args, given[i])
		}
		if takes && i+1 < len(given) {
			i++
			if keep {
				args = append(args, given[i])
			}
		}
	}
	// The harness's own begin with `run`.
	return append(args, wanted[1:]...)
}

// startAttached hands feed and samples to the k6 that the operator started in this container.
func startAttached(args, env []string, feed, samples *os.File) (*generator, error) {
	var connection *net.UnixConn
	for until := time.Now().Add(attachTime); ; time.Sleep(200 * time.Millisecond) {
		var err error
		if connection, err = net.DialUnix("unix", nil, &net.UnixAddr{Name: socketPath, Net: "unix"}); err == nil {
			break
		}
		if time.Now().After(until) {
			return nil, errors.New("no k6 waits in this pod: is the image Shakedown's own?")
		}
	}
	text, err := json.Marshal(map[string]any{"args": args, "env": env})
	if err != nil {
		return nil, err
	}
	rights := syscall.UnixRights(int(feed.Fd()), int(samples.Fd()), int(os.Stderr.Fd()))
	if _, _, err := connection.WriteMsgUnix(text, rights, nil); err != nil {
		return nil, err
	}
	pid, err := peer(connection)
	if err != nil {
		return nil, err
	}
	g := &generator{pid: pid, ended: make(chan struct{})}
	go func() {
		var nothing [1]byte
		_, _ = connection.Read(nothing[:])
		close(g.ended)
	}()
	return g, nil
}

func peer(connection *net.UnixConn) (int, error) {
	raw, err := connection.SyscallConn()
	if err != nil {
		return 0, err
	}
	var pid int32
	var failed error
	err = raw.Control(func(fd uintptr) {
		var credentials *syscall.Ucred
		credentials, failed = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
		if failed == nil {
			pid = credentials.Pid
		}
	})
	return int(pid), errors.Join(err, failed)
}
