package replay

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

var zstdDecoders = sync.Pool{New: func() any {
	decoder, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	return decoder
}}

// packing is what became of unpacking a body.
type packing int

const (
	readable packing = iota
	// broken: it is not what its content encoding says, so that no client can read it.
	broken
	large
	unknown
)

const tooLarge = "a body of more than 512 kB"

// unpacked is a body without its content encoding, which is in lower case.
func unpacked(packed *bytes.Buffer, encoding string) ([]byte, packing) {
	var from io.Reader
	var err error
	switch encoding {
	case "", "identity":
		return packed.Bytes(), readable
	case "gzip", "x-gzip":
		from, err = gzip.NewReader(packed)
	case "deflate":
		if from, err = zlib.NewReader(bytes.NewReader(packed.Bytes())); err != nil {
			from, err = flate.NewReader(packed), nil
		}
	case "br":
		from = brotli.NewReader(packed)
	case "zstd":
		decoder := zstdDecoders.Get().(*zstd.Decoder)
		defer zstdDecoders.Put(decoder)
		if err = decoder.Reset(packed); err == nil {
			from = decoder
		}
	default:
		return nil, unknown
	}
	if err != nil {
		return nil, broken
	}
	body, err := io.ReadAll(io.LimitReader(from, bodyAtMost+1))
	switch {
	case len(body) > bodyAtMost || errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return nil, large
	// Browsers ignore what comes after the end of gzip.
	case err != nil && !(errors.Is(err, gzip.ErrHeader) && len(body) > 0):
		return nil, broken
	}
	return body, readable
}
