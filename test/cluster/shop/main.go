// Program shop is one instance of a tiny system that runs in a cluster: it says who answers, notes every request, and ends in order. What it does wrong
// is what its version says after the first hyphen.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	_, flaw, _ := strings.Cut(os.Getenv("SHAKEDOWN_VERSION"), "-")
	if flaw == "ends" {
		os.Exit(1)
	}
	var underWay atomic.Int64
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if flaw == "unready" {
			w.WriteHeader(503)
		}
	})
	http.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "# TYPE under_way gauge\nunder_way %d\n", underWay.Load())
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		underWay.Add(1)
		defer underWay.Add(-1)
		if id := r.Header.Get("X-Request-Id"); id != "" {
			fmt.Printf("{\"requestId\":\"%s\"}\n", id)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		ms, _ := strconv.Atoi(r.URL.Query().Get("ms"))
		time.Sleep(time.Duration(ms) * time.Millisecond)
		w.Header().Set("X-Shakedown-Instance", os.Getenv("SHAKEDOWN_SIDE"))
		if flaw == "errors" {
			w.WriteHeader(500)
		}
		_, _ = fmt.Fprintf(w, "%s %s", os.Getenv("SHAKEDOWN_VERSION"), os.Getenv("SHAKEDOWN_SIDE"))
	})
	server := &http.Server{Addr: ":8080"}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	go func() {
		<-stop.Done()
		// Until nobody sends here any more.
		time.Sleep(2 * time.Second)
		_ = server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		panic(err)
	}
}
