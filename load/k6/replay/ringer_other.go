//go:build !linux

package replay

import "errors"

func newRinger() (ringer, error) {
	return nil, errors.New("only Linux has timers that are files")
}

func monotonicNanoseconds() (int64, error) {
	return 0, errors.New("this system's start must be given as unix time")
}
