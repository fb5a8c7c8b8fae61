package replay

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/dlclark/regexp2/v2"
	"github.com/grafana/sobek/parser"
	"github.com/tidwall/gjson"
)

// extract takes one value out of an answer, by the same rules as load/k6/session.js. The second result is false when it is not there.
func extract(headers map[string]string, text string, r rule) (string, bool) {
	switch r.from {
	case "header":
		return fromHeader(headers, r.expression)
	case "json":
		return fromJSON(text, r.expression)
	case "regex":
		return compiled(r.expression).group(text)
	}
	// html-input: attributes come in any order
	for _, tag := range inputTag.FindAllString(text, -1) {
		if name, _ := attribute(tag, "name"); name == r.expression {
			return attribute(tag, "value")
		}
	}
	return "", false
}

// fromHeader takes a header's name, or its name, a space and a pattern with one group.
func fromHeader(headers map[string]string, expression string) (string, bool) {
	wanted, pattern, some := strings.Cut(expression, " ")
	for name, value := range headers {
		if !strings.EqualFold(name, wanted) {
			continue
		}
		if !some {
			return value, true
		}
		return compiled(pattern).group(value)
	}
	return "", false
}

// fromJSON gives text, numbers and truth values; numbers as they are written, for a long id is more than a float can hold.
func fromJSON(text, path string) (string, bool) {
	if !gjson.Valid(text) {
		return "", false
	}
	found := gjson.Get(text, path)
	switch found.Type {
	case gjson.String:
		return found.Str, true
	case gjson.True, gjson.False:
		return strconv.FormatBool(found.Bool()), true
	case gjson.Number:
		if strings.ContainsAny(found.Raw, ".eE") {
			return strconv.FormatFloat(found.Num, 'f', -1, 64), true
		}
		if found.Raw == "" {
			// A count that the path asked for.
			return found.String(), true
		}
		return found.Raw, true
	}
	return "", false
}

var inputTag = regexp.MustCompile(`(?i)<input\b(?:[^>"']|"[^"]*"|'[^']*')*>`)

// attributePattern goes through the attributes of a tag, so that `data-name` or the text of another attribute is no `name`.
var attributePattern = regexp.MustCompile(`([^\s\v"'<>/=]+)(?:[\s\v]*=[\s\v]*("[^"]*"|'[^']*'|[^\s\v"'=<>` + "`" + `]+))?`)

// attribute gives the value of an attribute, the first one of that name as in browsers; empty for one without a value.
func attribute(tag, name string) (string, bool) {
	// Behind `<input`.
	for _, found := range attributePattern.FindAllStringSubmatch(tag[len("<input"):], -1) {
		if strings.EqualFold(found[1], name) {
			return decoded(unquoted(found[2])), true
		}
	}
	return "", false
}

func unquoted(value string) string {
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') {
		return value[1 : len(value)-1]
	}
	return value
}

var entity = regexp.MustCompile(`&(?:(quot|apos|lt|gt|amp)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));`)

var entityNames = map[string]string{"quot": `"`, "apos": "'", "lt": "<", "gt": ">", "amp": "&"}

func decoded(text string) string {
	return entity.ReplaceAllStringFunc(text, func(one string) string {
		parts := entity.FindStringSubmatch(one)
		if parts[1] != "" {
			return entityNames[parts[1]]
		}
		code, err := strconv.ParseInt(parts[2]+parts[3], map[bool]int{true: 10, false: 16}[parts[2] != ""], 32)
		if err != nil || code > unicode.MaxRune {
			return one
		}
		return string(rune(code))
	})
}

// pattern is a regular expression of JavaScript: one that the quick engine can do, or else the one that a script's would be done by.
type pattern struct {
	quick *regexp.Regexp
	full  *regexp2.Regexp
}

// patternTime is how long a pattern may look for its match: some never end.
const patternTime = time.Second

var patterns sync.Map

func compiled(expression string) pattern {
	if known, ok := patterns.Load(expression); ok {
		return known.(pattern)
	}
	made := pattern{}
	if text, err := parser.TransformRegExp(expression, false, false); err == nil {
		made.quick, _ = regexp.Compile(text)
	}
	if made.quick == nil {
		if full, err := regexp2.Compile(expression, regexp2.ECMAScript); err == nil {
			full.MatchTimeout = patternTime
			made.full = full
		}
	}
	patterns.Store(expression, made)
	return made
}

// group gives what the first group matched.
func (p pattern) group(text string) (string, bool) {
	if p.quick != nil {
		found := p.quick.FindStringSubmatchIndex(text)
		if len(found) < 4 || found[2] < 0 {
			return "", false
		}
		return text[found[2]:found[3]], true
	}
	if p.full == nil {
		return "", false
	}
	found, err := p.full.FindStringMatch(text)
	if err != nil || found == nil || found.GroupCount() < 2 || len(found.GroupByNumber(1).Captures) == 0 {
		return "", false
	}
	return found.GroupByNumber(1).String(), true
}
