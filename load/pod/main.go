// Program pod is what a load generator's pod runs beside k6. `pod wait` is the pod's main process, which only waits. `pod run`, called
// through the cluster's exec, starts k6 and stands between it and the harness; `pod ask` looks at the target for the harness. Under the name `k6` it is what Grafana's k6-operator calls:
// it waits for `pod run --attach` to come, and becomes the k6 that was wanted.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// protocol is raised when harness and image must be of the same age.
const protocol = 1

func main() {
	if err := call(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "shakedown:", err)
		os.Exit(1)
	}
}

func call(name string, args []string) error {
	if name == "k6" {
		return standIn(args)
	}
	verb := ""
	if len(args) > 0 {
		verb = args[0]
	}
	switch verb {
	case "wait":
		return wait(args[1:])
	case "run":
		return run(len(args) > 1 && args[1] == "--attach")
	case "ask":
		return ask()
	}
	return fmt.Errorf("usage: pod wait [<idle time>] | run [--attach] | ask")
}
