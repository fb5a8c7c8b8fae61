package replay

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// What a session is, and in which units, is written by src/domains/load/k6/wire.ts.

// keptTemplateBytes bounds the memory for templates that many sessions share.
const keptTemplateBytes = 16 << 20

type session struct {
	index   uint32
	startUs int64
	// overlay holds headers that were known only when the session was handed out.
	overlay map[string]string
	// values are what placeholders stand for from the beginning.
	values   map[string]string
	template *template
}

func (s *session) firstDueUs() int64 {
	if len(s.template.Requests) == 0 {
		return 0
	}
	return s.template.Requests[0].DueUs
}

type template struct {
	Headers  optionalMap `json:"h"`
	Cookies  []cookie    `json:"c"`
	Requests []*request  `json:"q"`
	Overlap  int         `json:"p"`
}

type request struct {
	DueUs  int64  `json:"d"`
	Method string `json:"m"`
	Target int    `json:"o"`
	Path   string `json:"u"`
	Route  int    `json:"r"`
	// Counted is what the sample has in place of the route: that of a group of its requests; 0: the route.
	Counted  int         `json:"g"`
	Expected int         `json:"e"`
	After    int         `json:"a"`
	Also     optionalInt `json:"w"`
	Headers  optionalMap `json:"h"`
	Body     body        `json:"b"`
	Extract  rules       `json:"x"`
	Answer   recorded    `json:"k"`
	Login    *loginStep  `json:"l"`
	// Tokens is 1 where a value of an earlier answer belongs in path, headers or body.
	Tokens int `json:"t"`

	// headers are those of the session with those of this request over them.
	headers map[string]string
	header  http.Header
	host    string
	address *url.URL
	text    string
}

// recorded is what the recording knows of the answer to a request.
type recorded struct {
	// kind of its content type (typeOf); empty: unknown.
	kind string
	// filled: it was not empty. shaped: its body was recorded.
	filled, shaped bool
}

func (r *recorded) UnmarshalJSON(text []byte) error {
	var filled, shaped int
	parts := []any{&r.kind, &filled, &shaped}
	err := json.Unmarshal(text, &parts)
	r.filled, r.shaped = filled == 1, shaped == 1
	return err
}

type cookie struct {
	target      int
	name, value string
}

func (c *cookie) UnmarshalJSON(text []byte) error {
	parts := []any{&c.target, &c.name, &c.value}
	return json.Unmarshal(text, &parts)
}

type rule struct{ name, from, expression string }

type rules []rule

func (r *rules) UnmarshalJSON(text []byte) error {
	if text[0] == '0' {
		return nil
	}
	var parts [][3]string
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		*r = append(*r, rule{part[0], part[1], part[2]})
	}
	return nil
}

// loginStep is a request that logs the session in.
type loginStep struct {
	step int
	// added: not recorded, so it is reported in a message and not as a sample.
	added   int
	success success
}

func (l *loginStep) UnmarshalJSON(text []byte) error {
	parts := []any{&l.step, &l.added, &l.success}
	return json.Unmarshal(text, &parts)
}

type optionalMap map[string]string

func (m *optionalMap) UnmarshalJSON(text []byte) error {
	if text[0] == '0' {
		return nil
	}
	return json.Unmarshal(text, (*map[string]string)(m))
}

type optionalInt []int

func (o *optionalInt) UnmarshalJSON(text []byte) error {
	if text[0] == '0' {
		return nil
	}
	return json.Unmarshal(text, (*[]int)(o))
}

type body struct {
	there bool
	// text may hold placeholders; bytes never do.
	isText bool
	data   string
}

func (b *body) UnmarshalJSON(text []byte) error {
	switch text[0] {
	case '0':
		return nil
	case '"':
		b.there, b.isText = true, true
		return json.Unmarshal(text, &b.data)
	}
	var binary struct{ B64 string }
	if err := json.Unmarshal(text, &binary); err != nil {
		return err
	}
	bytes, err := base64.StdEncoding.DecodeString(binary.B64)
	b.there, b.data = true, string(bytes)
	return err
}

var errLine = errors.New("a line of the feed is no session")

// startOf reads only when a session begins, so that it need not be unpacked long before.
func startOf(line string) (int64, error) {
	_, rest, found := strings.Cut(line, ",")
	start, _, more := strings.Cut(rest, ",")
	if !found || !more {
		return 0, errLine
	}
	return strconv.ParseInt(start, 10, 64)
}

// templates keeps what was unpacked: the sessions of a looped recording share their templates.
type templates struct {
	origins []string
	mutex   sync.Mutex
	known   map[string]*template
	bytes   int
}

func (t *templates) session(line string) (*session, error) {
	rest, found := strings.CutPrefix(line, "[")
	index, rest, more := strings.Cut(rest, ",")
	if !found || !more || !strings.HasSuffix(rest, "]") {
		return nil, errLine
	}
	number, err := strconv.ParseUint(index, 10, 32)
	if err != nil {
		return nil, err
	}
	start, rest, _ := strings.Cut(rest, ",")
	startUs, err := strconv.ParseInt(start, 10, 64)
	if err != nil {
		return nil, err
	}
	s := &session{index: uint32(number), startUs: startUs}
	for _, into := range []*map[string]string{&s.overlay, &s.values} {
		if after, none := strings.CutPrefix(rest, "0,"); none {
			rest = after
			continue
		}
		decoder := json.NewDecoder(strings.NewReader(rest))
		if err := decoder.Decode(into); err != nil {
			return nil, err
		}
		rest = rest[min(int(decoder.InputOffset())+1, len(rest)):]
	}
	s.template, err = t.template(strings.TrimSuffix(rest, "]"))
	return s, err
}

func (t *templates) template(text string) (*template, error) {
	t.mutex.Lock()
	made := t.known[text]
	t.mutex.Unlock()
	if made != nil {
		return made, nil
	}
	made = &template{}
	if err := json.Unmarshal([]byte(text), made); err != nil {
		return nil, err
	}
	for i, r := range made.Requests {
		if r.Target < 0 || r.Target >= len(t.origins) || r.After >= i {
			return nil, errLine
		}
		for _, before := range r.Also {
			if before < 0 || before >= i {
				return nil, errLine
			}
		}
		r.headers = merged(made.Headers, r.Headers)
		if r.Tokens == 0 {
			r.header, r.host = httpHeader(r.headers)
			r.text = t.origins[r.Target] + r.Path
			// One that cannot be read is reported when it is to be sent.
			r.address, _ = url.Parse(r.text)
		}
	}
	t.mutex.Lock()
	if t.bytes += len(text); t.bytes > keptTemplateBytes {
		t.known, t.bytes = map[string]*template{}, len(text)
	}
	t.known[text] = made
	t.mutex.Unlock()
	return made, nil
}

// merged is the first with what the others have over it.
func merged(first map[string]string, others ...map[string]string) map[string]string {
	all := make(map[string]string, len(first))
	for _, one := range append([]map[string]string{first}, others...) {
		for name, value := range one {
			all[name] = value
		}
	}
	return all
}

// httpHeader is what k6 makes of a script's headers: names in their usual spelling, the host apart.
func httpHeader(headers map[string]string) (http.Header, string) {
	made := make(http.Header, len(headers)+2)
	host := ""
	for name, value := range headers {
		if strings.EqualFold(name, "host") {
			host = value
		}
		made.Set(name, value)
	}
	return made, host
}
