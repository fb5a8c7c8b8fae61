package replay

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What an answer is held against is made by src/domains/traffic/plan/answers.ts; what its flags mean stands in src/model/sample.ts.

const (
	// comparedFlag: the recording has a content type or a size of this request's answer.
	comparedFlag  = 2
	otherTypeFlag = 4
	emptiedFlag   = 8
	// shapedFlag: the body was read and held against the recorded ones of its route.
	shapedFlag     = 16
	otherShapeFlag = 32
	changedFlag    = 64
	// unreadFlag: the body was to be held against them, and could not be read.
	unreadFlag = 128

	// bodyAtMost is how much of a body is kept to be read; of a larger one the shape is not compared.
	bodyAtMost = 1 << 19
	// alwaysShaped is how many answers of a route are read whatever they cost, and of how many it is kept what they look like.
	alwaysShaped = 60
	// featureBytes bounds what is told of one body.
	featureBytes = 1 << 15
	// shapeNs is what reading may cost an answer, on average: some 4 % of what k6 takes for sending a request.
	shapeNs = 4000
)

// expectation is what all recorded bodies of a route have in common; hashes of features (shape.go).
type expectation struct {
	// Core has what says what kind of answer it is, Content what else nearly all of them have, Foreign what none has.
	Core    []uint32 `json:"core"`
	Content []uint32 `json:"content"`
	Foreign []uint32 `json:"foreign"`
	// Kind is that of a baseline's answers: all answers of the route are held against them. Empty: those whose body was recorded are.
	Kind string `json:"kind"`

	places  map[uint32]int
	read    atomic.Int64
	meanNs  atomic.Int64
	foreign int
}

func (e *expectation) prepare() {
	e.places = make(map[uint32]int, len(e.Core)+len(e.Content)+len(e.Foreign))
	for _, list := range [][]uint32{e.Core, e.Content, e.Foreign} {
		for _, feature := range list {
			if _, known := e.places[feature]; !known {
				e.places[feature] = len(e.places)
			}
		}
	}
	e.foreign = len(e.places) - len(e.Foreign)
}

// wants says whether the next body is to be read: the first ones always, then as many as the time that is allowed suffices for, at random.
func (e *expectation) wants() bool {
	if e.read.Load() < alwaysShaped {
		return true
	}
	every := e.meanNs.Load() / shapeNs
	return every <= 1 || rand.Int64N(every) == 0
}

func (e *expectation) took(ns int64) {
	e.read.Add(1)
	mean := e.meanNs.Load()
	e.meanNs.Store(mean + (ns-mean)/16)
}

// compare reads a body and says by flags how it differs.
func (e *expectation) compare(body []byte, kind string) uint32 {
	found := features{places: e.places, seen: make([]bool, len(e.places))}
	if !found.read(body, kind) {
		return shapedFlag | otherShapeFlag
	}
	core, missing, changed := 0, 0, false
	for place, seen := range found.seen {
		switch {
		case place >= e.foreign:
			if seen {
				return shapedFlag | otherShapeFlag
			}
		case place < len(e.Core):
			core++
			if !seen {
				missing++
			}
		}
		changed = changed || !seen && place < e.foreign
	}
	if missing > 0 && (missing == core || 2*missing > core) {
		return shapedFlag | otherShapeFlag
	}
	if changed {
		return shapedFlag | changedFlag
	}
	return shapedFlag
}

// probe follows one request through the transport: what of its answer came, and its body where that is to be read.
type probe struct {
	received atomic.Int64
	keep     bool
	// learns: its answer is among those of its route that are looked at by themselves; key is what it was chosen by (sample.go).
	learns bool
	key    uint32
	kept   *bytes.Buffer
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

type probeKey struct{}

func (p *probe) release() {
	if p.kept != nil {
		p.kept.Reset()
		buffers.Put(p.kept)
		p.kept = nil
	}
}

type probedBody struct {
	io.ReadCloser
	probe *probe
}

func (b *probedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.probe.received.Add(int64(n))
	if kept := b.probe.kept; kept != nil {
		if kept.Len()+n > bodyAtMost {
			b.probe.release()
		} else {
			kept.Write(into[:n])
		}
	}
	return n, err
}

// flags says how an answer differs from the recorded ones, and in what, for people.
func (p *player) flags(r *request, status int, headers map[string]string, probe *probe) (uint32, string) {
	if r.Method == http.MethodHead || status < 200 || status > 299 || status == http.StatusPartialContent {
		return 0, ""
	}
	flags, what := uint32(0), ""
	e := p.expectationOf(r)
	wanted, where := r.Answer.kind, "recorded "
	if e != nil && e.Kind != "" {
		wanted, where = e.Kind, "in the baseline "
	}
	if r.Answer.filled || e != nil {
		flags |= comparedFlag
		if probe.received.Load() == 0 {
			return flags | emptiedFlag, "empty"
		}
	}
	if status == http.StatusNoContent || probe.received.Load() == 0 {
		return flags, what
	}
	got := typeOf(headers["Content-Type"])
	if wanted != "" {
		flags |= comparedFlag
		if wanted != got && (isDocument(got) || isDocument(wanted)) {
			if got == "" {
				got = "none"
			}
			return flags | otherTypeFlag, "content type " + got + ", " + where + wanted
		}
	}
	if probe.kept == nil {
		if e != nil && probe.keep {
			return flags | unreadFlag, tooLarge
		}
		return flags, what
	}
	began := time.Now()
	encoding := strings.ToLower(strings.TrimSpace(headers["Content-Encoding"]))
	body, found := unpacked(probe.kept, encoding)
	if found == readable && probe.learns {
		p.learn(r.Route, got, probe.key, body)
	}
	if e == nil {
		return flags, what
	}
	switch found {
	case readable:
		flags |= e.compare(body, got)
	case broken:
		flags |= shapedFlag | otherShapeFlag
		what = "a body that is not the " + encoding + " it says it is"
	case large:
		flags |= unreadFlag
		what = tooLarge
	default:
		flags |= unreadFlag
		what = "content encoding " + encoding
	}
	e.took(time.Since(began).Nanoseconds())
	return flags, what
}

// learns says whether the next answer of a route is among those that are looked at, and that a later run may be held against: where no bodies are recorded.
func (p *player) learns(u *under, r *request, e *expectation) (uint32, bool) {
	if e != nil && e.Kind == "" || r.Answer.shaped || r.Route < 0 || r.Route >= len(p.learned) {
		return 0, false
	}
	key := p.sampleKey(u, r)
	return key, p.learned[r.Route].takes(key)
}

// learn passes the features of a body on: its route, its kind, its key, and hashes in hexadecimal, those before the bar say what kind of answer it is.
func (p *player) learn(route int, kind string, key uint32, body []byte) {
	if kind != "json" && kind != "html" {
		return
	}
	found := features{gathered: map[uint32]bool{}}
	if !found.read(body, kind) {
		return
	}
	var core, content strings.Builder
	for hash, isCore := range found.gathered {
		if core.Len()+content.Len() > featureBytes {
			break
		}
		if isCore {
			core.WriteString(strconv.FormatUint(uint64(hash), 16) + " ")
		} else {
			content.WriteString(strconv.FormatUint(uint64(hash), 16) + " ")
		}
	}
	p.out.frame(kindNote, "shape "+strconv.Itoa(route)+" "+kind+" "+strconv.FormatUint(uint64(key), 10)+"\n"+core.String()+"|"+content.String())
}

// expectationOf is nil where there is no body that this request's answer can be held against, or too few.
func (p *player) expectationOf(r *request) *expectation {
	if r.Route < 0 || r.Route >= len(p.Answers) {
		return nil
	}
	if e := p.Answers[r.Route]; e != nil && (r.Answer.shaped || e.Kind != "") {
		return e
	}
	return nil
}

// typeOf is a content type without what may differ between two that mean the same; as answerKind in src/domains/traffic/plan/answers.ts.
func typeOf(header string) string {
	kind, _, _ := strings.Cut(header, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	switch {
	case kind == "application/json":
		return "json"
	case kind == "text/html":
		return "html"
	case strings.Contains(kind, "json"):
		return "json"
	case strings.Contains(kind, "html"):
		return "html"
	case strings.Contains(kind, "xml") && !strings.HasPrefix(kind, "image/"):
		return "xml"
	}
	return kind
}

func isDocument(kind string) bool { return kind == "json" || kind == "html" || kind == "xml" }
