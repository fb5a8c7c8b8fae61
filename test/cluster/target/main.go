// Program target answers everything with 200 and keeps count of what it was sent, by path.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

func main() {
	var mutex sync.Mutex
	seen := map[string]int{}
	http.HandleFunc("/healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/seen", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		_ = json.NewEncoder(w).Encode(seen)
		seen = map[string]int{}
	})
	total := 0
	http.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		fmt.Fprintf(w, "# TYPE target_requests gauge\ntarget_requests %d\n", total)
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/i/") {
			mutex.Lock()
			seen[r.URL.Path]++
			total++
			mutex.Unlock()
		}
		_, _ = w.Write([]byte("ok"))
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
