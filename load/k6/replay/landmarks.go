package replay

import (
	"bytes"
	"strings"
)

// landmarks and parts are the elements that are features of a page.
var landmarks = named("title h1 header nav main footer aside form")

var parts = named("table article section ul ol dl figure video iframe select textarea button h2 img")

func named(names string) map[string]uint32 {
	hashes := map[string]uint32{}
	for _, name := range strings.Fields(names) {
		hashes[name] = fnv(fnvBasis, "h."+name)
	}
	return hashes
}

var passwordField = fnv(fnvBasis, "h.password")

// html marks the elements of a page, not those that only stand in scripts, styles or comments.
func (f *features) html() {
	text := f.text
	for at := 0; ; {
		open := bytes.IndexByte(text[at:], '<')
		if open < 0 || at+open+1 >= len(text) {
			return
		}
		at += open + 1
		if bytes.HasPrefix(text[at:], []byte("!--")) {
			end := bytes.Index(text[at:], []byte("-->"))
			if end < 0 {
				return
			}
			at += end + 3
			continue
		}
		from := at
		for at < len(text) && isNameByte(text[at]) {
			at++
		}
		if at == from || at-from > 10 {
			continue
		}
		name := strings.ToLower(string(text[from:at]))
		end := tagEnd(text[at:])
		attributes := text[at : at+end]
		at += end
		if hash, known := landmarks[name]; known {
			f.mark(hash, true)
		} else if hash, known := parts[name]; known {
			f.mark(hash, false)
		}
		if name == "input" && isPassword(attributes) {
			f.mark(passwordField, false)
		}
		if name == "script" || name == "style" || name == "title" || name == "textarea" {
			closing := indexFold(text[at:], "</"+name)
			if closing < 0 {
				return
			}
			if name == "title" && f.gathered != nil {
				f.title(string(text[at+min(1, closing) : at+closing]))
			}
			at += closing
		}
	}
}

func isNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// tagEnd is where a tag's attributes end: at its `>` that stands in no quotes.
func tagEnd(text []byte) int {
	quote := byte(0)
	for i, b := range text {
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '>':
			return i
		}
	}
	return len(text)
}

// isPassword reads a tag's attributes as a browser does: the first one named type counts, and what stands in the value of another does not.
func isPassword(attributes []byte) bool {
	for {
		attributes = bytes.TrimLeft(attributes, " \t\r\n\f/=")
		if len(attributes) == 0 {
			return false
		}
		end := bytes.IndexAny(attributes, " \t\r\n\f/=")
		if end < 0 {
			end = len(attributes)
		}
		name := attributes[:end]
		var value []byte
		rest := bytes.TrimLeft(attributes[end:], " \t\r\n\f")
		if given, has := bytes.CutPrefix(rest, []byte("=")); has {
			value, rest = attributeValue(bytes.TrimLeft(given, " \t\r\n\f"))
		}
		if strings.EqualFold(string(name), "type") {
			return strings.EqualFold(string(value), "password")
		}
		attributes = rest
	}
}

// attributeValue is the value at the beginning of a text, without its quotes, and what comes after it.
func attributeValue(text []byte) (value, rest []byte) {
	if len(text) > 0 && (text[0] == '"' || text[0] == '\'') {
		value, rest, _ = bytes.Cut(text[1:], text[:1])
		return value, rest
	}
	end := bytes.IndexAny(text, " \t\r\n\f")
	if end < 0 {
		return text, nil
	}
	return text[:end], text[end:]
}

// indexFold is where the lower-case ASCII text begins, in any case; −1 where it is not.
func indexFold(text []byte, lower string) int {
	for at := 0; at+len(lower) <= len(text); at++ {
		if text[at]|0x20 != lower[0]|0x20 && text[at] != lower[0] {
			continue
		}
		if strings.EqualFold(string(text[at:at+len(lower)]), lower) {
			return at
		}
	}
	return -1
}
