//go:build !linux

package replay

import "errors"

func newRinger() (ringer, error) {
	return nil, errors.New("only Linux has timers that are files")
}
