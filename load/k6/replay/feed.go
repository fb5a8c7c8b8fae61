package replay

import (
	"bufio"
	"context"
	"io"
	"strings"
)

// ahead is how many sessions are read before a virtual user asks for them.
const ahead = 256

type feed struct {
	lines chan string
}

// newFeed reads one session a line until the descriptor is closed.
func newFeed(r io.Reader) *feed {
	f := &feed{lines: make(chan string, ahead)}
	go func() {
		defer close(f.lines)
		buffered := bufio.NewReaderSize(r, 1<<16)
		for {
			line, err := buffered.ReadString('\n')
			if err != nil {
				return
			}
			f.lines <- strings.TrimSuffix(line, "\n")
		}
	}()
	return f
}

func (f *feed) next(ctx context.Context) (string, bool) {
	select {
	case line, ok := <-f.lines:
		return line, ok
	case <-ctx.Done():
		return "", false
	}
}
