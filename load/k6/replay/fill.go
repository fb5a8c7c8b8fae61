package replay

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// fill puts extracted values where their placeholders stand. The second result is false when one of them was never given.
func fill(text string, token *regexp.Regexp, values map[string]string, encode func(string) string) (string, bool) {
	found := token.FindAllStringSubmatchIndex(text, -1)
	if found == nil {
		return text, true
	}
	var made strings.Builder
	at := 0
	all := true
	for _, place := range found {
		made.WriteString(text[at:place[0]])
		value, known := values[text[place[2]:place[3]]]
		if known {
			made.WriteString(encode(value))
		}
		all = all && known
		at = place[1]
	}
	made.WriteString(text[at:])
	return made.String(), all
}

func asIs(value string) string { return value }

// uriComponent is JavaScript's encodeURIComponent.
func uriComponent(value string) string {
	const kept = "-_.!~*'()"
	var made strings.Builder
	for _, b := range []byte(strings.ToValidUTF8(value, string(utf8.RuneError))) {
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte(kept, b) >= 0 {
			made.WriteByte(b)
		} else {
			fmt.Fprintf(&made, "%%%02X", b)
		}
	}
	return made.String()
}

// insideJSON is the value as it stands between the quotes of a JSON text (RFC 8259, 7).
func insideJSON(value string) string {
	var made strings.Builder
	for _, r := range value {
		switch r {
		case '"', '\\':
			made.WriteByte('\\')
			made.WriteRune(r)
		case '\b':
			made.WriteString(`\b`)
		case '\f':
			made.WriteString(`\f`)
		case '\n':
			made.WriteString(`\n`)
		case '\r':
			made.WriteString(`\r`)
		case '\t':
			made.WriteString(`\t`)
		default:
			if r < 0x20 {
				fmt.Fprintf(&made, `\u%04x`, r)
			} else {
				made.WriteRune(r)
			}
		}
	}
	return made.String()
}

func bodyEncoder(header http.Header) func(string) string {
	kind := header.Get("Content-Type")
	switch {
	case strings.Contains(kind, "json"):
		return insideJSON
	case strings.Contains(kind, "x-www-form-urlencoded"):
		return uriComponent
	}
	return asIs
}
