package replay

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"go.k6.io/k6/v2/lib/netext/httpext"
	"gopkg.in/guregu/null.v3"
)

// notCached: who names no copy cannot use one.
const notCached = " to a request without If-None-Match and If-Modified-Since"

const notGiven = "not sent: a value that an earlier answer should have given is missing"

// startingCookies are those that the recorded session had when it began.
func (p *player) startingCookies(u *under) {
	for _, c := range u.template.Cookies {
		if c.target < 0 || c.target >= len(p.Targets) {
			continue
		}
		if at, err := url.Parse(p.Targets[c.target]); err == nil {
			u.jar.SetCookies(at, []*http.Cookie{{Name: c.name, Value: c.value}})
		}
	}
}

// one sends a request that is due, and records what came of it.
func (p *player) one(u *under, i int) {
	r := u.template.Requests[i]
	dueUs := float64(u.startUs + r.DueUs)
	readyUs := dueUs
	starved := dueUs < u.takenUs
	wait := func(before int) {
		readyUs = max(readyUs, u.answers[before].atUs)
		starved = starved || u.answers[before].starved && u.answers[before].atUs > dueUs
	}
	if r.After >= 0 {
		wait(r.After)
	}
	for _, before := range r.Also {
		wait(before)
	}
	prepared, made := p.prepare(u, r)
	sentUs := p.now()
	if prepared != nil {
		made = p.send(u, r, prepared)
	}
	answeredUs := p.now()
	u.answers[i].atUs, u.answers[i].starved = answeredUs, starved
	if p.ctx.Err() != nil {
		// Broken off by us.
		return
	}
	if r.Login != nil {
		p.reportLogin(u, r, &made)
		if r.Login.added == 1 {
			return
		}
	}
	p.record(u, r, made, starved, dueUs, readyUs, sentUs, answeredUs)
}

// prepare makes the request as it is to be sent; nil, and why, when a value it needs was never given or its session could not log in.
func (p *player) prepare(u *under, r *request) (*httpext.ParsedHTTPRequest, outcome) {
	if u.cannotLogIn() {
		return nil, outcome{kind: "login", message: notLoggedIn}
	}
	var header http.Header
	host, text, address, data := r.host, r.text, r.address, r.Body.data
	if r.Tokens == 0 && u.overlay == nil {
		header = r.header.Clone()
	} else {
		headers := r.headers
		if u.overlay != nil {
			headers = merged(headers, u.overlay)
		}
		if r.Tokens == 1 {
			u.mutex.Lock()
			values := u.values
			filled, all := make(map[string]string, len(headers)), true
			put := func(text string, encode func(string) string) string {
				made, whole := fill(text, p.token, values, encode)
				all = all && whole
				return made
			}
			text = put(p.Targets[r.Target]+r.Path, uriComponent)
			for name, value := range headers {
				filled[name] = put(value, asIs)
			}
			header, host = httpHeader(filled)
			if r.Body.isText {
				data = put(data, bodyEncoder(header))
			}
			u.mutex.Unlock()
			if !all {
				return nil, outcome{kind: "extraction", message: notGiven}
			}
			address, _ = url.Parse(text)
		} else {
			header, host = httpHeader(headers)
		}
	}
	made, err := httpext.NewURL(text, text)
	if err != nil || address == nil {
		return nil, outcome{kind: "extraction", message: "not sent: its address cannot be read"}
	}
	if header.Get("User-Agent") == "" {
		header.Set("User-Agent", u.seat.state.Options.UserAgent.String)
	}
	prepared := &httpext.ParsedHTTPRequest{
		URL:          &made,
		Req:          &http.Request{Method: r.Method, URL: address, Header: header, Host: host},
		Timeout:      p.timeout,
		ResponseType: httpext.ResponseTypeNone,
		// A foreign host is never contacted, and the recording has the request that came after.
		Redirects:   null.IntFrom(0),
		ActiveJar:   u.jar,
		TagsAndMeta: p.tags[min(max(r.Route, 0), len(p.tags)-1)],
	}
	if r.Body.there {
		prepared.Body = bytes.NewBufferString(data)
	}
	if len(r.Extract) > 0 || r.Login != nil && r.Login.readsBody() {
		prepared.ResponseType = httpext.ResponseTypeText
	}
	httpext.SetRequestCookies(prepared.Req, u.jar, nil)
	return prepared, outcome{}
}

type outcome struct {
	kind    string
	message string
	status  int
	bytes   int64
	// flags say how the answer differs from the recorded ones (answers.go), and differs in what.
	flags   uint32
	differs string
	// missing is a value that was to be taken and was not there. With what follows, of requests that log in only, it is decided whether they did.
	missing string
	headers map[string]string
	text    string
	cookies []string
}

func (p *player) send(u *under, r *request, prepared *httpext.ParsedHTTPRequest) outcome {
	expected := p.expectationOf(r)
	key, learns := p.learns(u, r, expected)
	probe := &probe{learns: learns, key: key}
	probe.keep = probe.learns || expected != nil && expected.wants()
	defer probe.release()
	ctx := context.WithValue(p.ctx, probeKey{}, probe)
	response, err := httpext.MakeRequest(ctx, u.seat.state, prepared)
	if err != nil {
		return outcome{kind: "protocol", message: err.Error()}
	}
	made := outcome{kind: "none", status: response.Status, bytes: probe.received.Load()}
	if response.Status == 0 {
		made.kind, made.message = kindOf(response.ErrorCode, response.Error), response.Error
		return made
	}
	text, _ := response.Body.(string)
	if len(response.Cookies) > 0 {
		u.mutex.Lock()
		u.gotCookie = true
		u.mutex.Unlock()
	}
	if len(r.Extract) > 0 {
		u.mutex.Lock()
		if u.values == nil {
			u.values = map[string]string{}
		}
		for _, rule := range r.Extract {
			if value, found := extract(response.Headers, text, rule); found {
				u.values[rule.name] = value
			} else if made.missing == "" {
				made.missing = rule.name
			}
		}
		u.mutex.Unlock()
	}
	if r.Login != nil {
		made.headers, made.text = response.Headers, text
		for name, set := range response.Cookies {
			if len(set) > 0 && set[len(set)-1].Value != "" {
				made.cookies = append(made.cookies, name)
			}
		}
	}
	conditional := prepared.Req.Header.Get("If-None-Match") != "" || prepared.Req.Header.Get("If-Modified-Since") != ""
	if isWrongStatus(made.status, r.Expected, conditional) {
		made.kind, made.message = "http", fmt.Sprintf("status %d", made.status)
		if made.status == http.StatusNotModified && !conditional {
			made.message += notCached
		}
		if r.Expected > 0 {
			made.message += fmt.Sprintf(", recorded %d", r.Expected)
		}
		return made
	}
	if made.status >= 300 && made.status < 400 && made.status != http.StatusNotModified {
		p.redirected(r, response.Headers["Location"], prepared.Req.URL)
	}
	made.flags, made.differs = p.flags(r, made.status, response.Headers, probe)
	return made
}

func (p *player) record(u *under, r *request, o outcome, starved bool, dueUs, readyUs, sentUs, answeredUs float64) {
	if p.WithoutSamples {
		return
	}
	kind := p.ErrorKinds[o.kind]
	if o.kind != "none" {
		key := strconv.Itoa(kind) + " " + strconv.Itoa(o.status) + " " + strconv.Itoa(r.Route)
		p.out.note(key, strings.ToValidUTF8(o.message, "\ufffd"))
	}
	counted := r.Route
	if r.Counted > 0 {
		counted = r.Counted
	}
	flags := o.flags
	if starved {
		flags |= starvedFlag
	}
	if o.differs != "" {
		p.out.note("answer "+strconv.Itoa(int(o.flags))+" "+strconv.Itoa(r.Route), strings.ToValidUTF8(o.differs, "\ufffd"))
	}
	p.out.write([8]uint32{
		clamped(dueUs / 10), clamped(sentUs - dueUs), clamped(sentUs - readyUs), clamped(answeredUs - sentUs),
		clamped(float64(o.bytes)), u.index,
		uint32(counted)&0xffff | uint32(o.status)<<16,
		uint32(kind)&0xff | flags<<8 | uint32(r.Expected)<<16,
	})
}

// clamped is what a word can hold: a time too long for it is still the longest there is, not a short one.
func clamped(value float64) uint32 {
	if !(value > 0) {
		return 0
	}
	return uint32(min(value, math.MaxUint32))
}

// isWrongStatus: 5xx, or a status of another class than recorded; as isWrongStatus in src/model/sample.ts.
func isWrongStatus(status, expected int, conditional bool) bool {
	if status >= 500 {
		return true
	}
	if status == 304 && !conditional && (expected == 304 || expected/100 == 2) {
		return true
	}
	switch {
	case expected == 304:
		// From a cache or not: the same answer.
		expected = 200
	case expected < 200 || expected >= 500 || expected == 408 || expected == 429 || expected == 444 || expected == 499:
		// Unknown, or what a moment did to the recorded answer.
		return false
	}
	if status == 304 {
		status = 200
	}
	return status/100 != expected/100
}

// kindOf gives our kind of k6's error codes (https://grafana.com/docs/k6/latest/javascript-api/error-codes/), and of what has none by its text;
// as kindOf in load/k6/session.js.
func kindOf(code int, text string) string {
	switch {
	case code == 1050 || code == 1211:
		return "timeout"
	case code >= 1100 && code < 1110:
		return "dns"
	case code >= 1110 && code < 1120:
		return "blocked"
	case code == 1210 || code == 1212 || code == 1213:
		return "refused"
	case code == 1201 || code == 1220:
		return "reset"
	case code >= 1300 && code < 1400:
		return "tls"
	case code >= 1600 && code < 1800:
		return "protocol"
	case strings.Contains(text, "unexpected EOF"):
		return "truncated"
	case strings.Contains(text, "tls: ") || strings.Contains(text, "x509: ") || strings.Contains(text, "TLS handshake"):
		return "tls"
	case strings.HasSuffix(text, "EOF") || strings.Contains(text, "server closed"):
		return "reset"
	case strings.Contains(text, "malformed") || strings.Contains(text, "invalid") || strings.Contains(text, "Content-Length") || strings.Contains(text, "transfer encoding") || strings.Contains(text, "chunk"):
		return "protocol"
	}
	return "other"
}
