package replay

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// Signs that an answer with a good status is the page or the object of an error, or asks for a login. They say nothing where the recorded answers are
// known; where nothing is, they are what somebody should look at. What they mean stands in src/domains/traffic/body-features.ts.

// problemKeys are those that objects which report an error have, and others rarely have alone.
var problemKeys = named("error errors exception message messages msg code status statuscode status_code title detail details type path timestamp " +
	"instance success ok reason cause description error_description error_code errorcode trace traceid trace_id requestid request_id")

// signs of a JSON object's keys.
type signs struct {
	keys, others int
	// wrong: one of them says that something went wrong.
	wrong bool
}

func (s *signs) key(name string, value []byte) {
	lower := strings.ToLower(name)
	s.keys++
	if _, known := problemKeys[lower]; !known {
		s.others++
		return
	}
	switch lower {
	case "error", "errors", "exception", "error_description", "error_code", "errorcode":
		s.wrong = s.wrong || isSaid(value)
	case "success", "ok":
		s.wrong = s.wrong || string(value) == "false"
	case "code", "status", "statuscode", "status_code":
		text := strings.ToLower(string(bytes.Trim(value, `"`)))
		number, err := strconv.Atoi(text)
		s.wrong = s.wrong || err == nil && number >= 400 && number < 600 || strings.HasPrefix(text, "err") || strings.HasPrefix(text, "fail")
	}
}

func (s *signs) isProblem() bool { return s.wrong && s.others == 0 }

var (
	wrongTitle = regexp.MustCompile(`(?i)\b(error|exception|[45]\d\d|not found|forbidden|unauthorized|bad gateway|unavailable|gateway time-?out|maintenance)\b`)
	loginTitle = regexp.MustCompile(`(?i)\b(log ?in|sign ?in|log ?on|anmelden|anmeldung)\b`)
)

// title marks a page that is called an error, or a login. The text itself is not kept.
func (f *features) title(text string) {
	if wrongTitle.MatchString(text) {
		f.mark(fnv(fnvBasis, "h!problem"), false)
	}
	if loginTitle.MatchString(text) {
		f.mark(fnv(fnvBasis, "h!login"), false)
	}
}
