package replay

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// The features of a body, as src/domains/traffic/body-features.ts finds them in recorded ones: of JSON its paths and their types, of a page its
// landmarks. Both say what they are by the same 32-bit FNV-1a hashes, so that no text of a body is kept.

const (
	elementsRead = 8
	deepest      = 6
	longestKey   = 64

	fnvBasis = 2166136261
	fnvPrime = 16777619
)

func fnv(hash uint32, text string) uint32 {
	for i := range len(text) {
		hash = (hash ^ uint32(text[i])) * fnvPrime
	}
	return hash
}

func fnvByte(hash uint32, b byte) uint32 { return (hash ^ uint32(b)) * fnvPrime }

// features marks which of those that are looked for a body has, or gathers all where none are looked for.
type features struct {
	places map[uint32]int
	seen   []bool
	// gathered has all features, each true for what says what kind of answer it is; nil: they are only marked.
	gathered map[uint32]bool
	// signs of an answer that says by itself that something went wrong, gathered with the features.
	signs signs
	text  []byte
	at    int
}

func (f *features) mark(hash uint32, core bool) {
	if f.gathered != nil {
		f.gathered[hash] = core
		return
	}
	if place, wanted := f.places[hash]; wanted {
		f.seen[place] = true
	}
}

// read is false where the body is not what its kind says.
func (f *features) read(body []byte, kind string) bool {
	f.text = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	switch kind {
	case "json":
		whole := f.json(fnv(fnvBasis, "j"), 0, true, false) && f.atEnd()
		if f.gathered != nil && f.signs.isProblem() {
			f.mark(fnv(fnvBasis, "j!problem"), false)
		}
		return whole
	case "html":
		f.html()
	}
	return true
}

func (f *features) space() {
	for f.at < len(f.text) && (f.text[f.at] == ' ' || f.text[f.at] == '\n' || f.text[f.at] == '\r' || f.text[f.at] == '\t') {
		f.at++
	}
}

func (f *features) atEnd() bool {
	f.space()
	return f.at == len(f.text)
}

func (f *features) next() byte {
	f.space()
	if f.at >= len(f.text) {
		return 0
	}
	return f.text[f.at]
}

// json reads one value; `marks` is false below what is looked at.
func (f *features) json(path uint32, depth int, marks, inArray bool) bool {
	marks = marks && depth <= deepest
	kind := byte(0)
	switch c := f.next(); {
	case c == '{':
		kind = 'o'
		if !f.object(path, depth, marks, inArray) {
			return false
		}
	case c == '[':
		kind = 'a'
		if !f.array(path, depth, marks) {
			return false
		}
	case c == '"':
		kind = 's'
		if _, _, ok := f.string(); !ok {
			return false
		}
	case c == 't' || c == 'f' || c == 'n':
		kind = 'b'
		word := map[byte]string{'t': "true", 'f': "false", 'n': "null"}[c]
		if !bytes.HasPrefix(f.text[f.at:], []byte(word)) {
			return false
		}
		f.at += len(word)
		if c == 'n' {
			return true
		}
	case c == '-' || c >= '0' && c <= '9':
		kind = 'n'
		for f.at < len(f.text) && strings.IndexByte("+-.0123456789eE", f.text[f.at]) >= 0 {
			f.at++
		}
	default:
		return false
	}
	if marks {
		f.mark(fnvByte(fnvByte(path, ':'), kind), depth == 0 && kind != 'o')
	}
	return true
}

func (f *features) object(path uint32, depth int, marks, inArray bool) bool {
	f.at++
	if f.next() == '}' {
		f.at++
		return true
	}
	for {
		if f.next() != '"' {
			return false
		}
		raw, escaped, ok := f.string()
		if !ok || f.next() != ':' {
			return false
		}
		f.at++
		key := string(raw)
		if escaped && json.Unmarshal(append(append([]byte{'"'}, raw...), '"'), &key) != nil {
			return false
		}
		own := fnv(fnvByte(path, '.'), key)
		looked := marks && len(key) <= longestKey
		if looked && depth < deepest {
			f.mark(own, !inArray)
		}
		from := f.at
		if !f.json(own, depth+1, looked, inArray) {
			return false
		}
		value := bytes.TrimSpace(f.text[from:f.at])
		if depth == 0 && (key == "error" || key == "errors") && isSaid(value) {
			f.mark(fnv(fnvBasis, "j!error"), false)
		}
		if depth == 0 && f.gathered != nil {
			f.signs.key(key, value)
		}
		switch f.next() {
		case ',':
			f.at++
		case '}':
			f.at++
			return true
		default:
			return false
		}
	}
}

// isSaid: an error that is null, false, zero or empty is none, however it is written.
func isSaid(value []byte) bool {
	switch text := string(value); text {
	case "null", "false", `""`:
		return false
	default:
		number, err := strconv.ParseFloat(text, 64)
		return (err != nil || number != 0) && !isEmptyWithin(value, '[', ']') && !isEmptyWithin(value, '{', '}')
	}
}

func isEmptyWithin(value []byte, open, end byte) bool {
	last := len(value) - 1
	return last > 0 && value[0] == open && value[last] == end && len(bytes.TrimSpace(value[1:last])) == 0
}

func (f *features) array(path uint32, depth int, marks bool) bool {
	f.at++
	if f.next() == ']' {
		f.at++
		return true
	}
	item := fnv(path, "[]")
	for i := 0; ; i++ {
		if !f.json(item, depth+1, marks && i < elementsRead, true) {
			return false
		}
		switch f.next() {
		case ',':
			f.at++
		case ']':
			f.at++
			return true
		default:
			return false
		}
	}
}

// string is what stands between the quotes, and whether it has escapes.
func (f *features) string() (raw []byte, escaped, ok bool) {
	f.at++
	from := f.at
	for {
		end := bytes.IndexByte(f.text[f.at:], '"')
		if end < 0 {
			return nil, false, false
		}
		f.at += end
		backslashes := 0
		for f.at-1-backslashes >= from && f.text[f.at-1-backslashes] == '\\' {
			backslashes++
		}
		f.at++
		if backslashes%2 == 0 {
			raw = f.text[from : f.at-1]
			return raw, bytes.IndexByte(raw, '\\') >= 0, true
		}
	}
}
