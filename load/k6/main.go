// k6 with Shakedown's replay module compiled in: sessions come in on one file descriptor, samples go out on another,
// so that neither costs the load generator a request, a log line or a summary.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "shakedown/k6/replay"
)

func main() {
	cmd.Execute()
}
