package replay

import (
	"context"
	"encoding/json"
	"maps"
	"net/http/cookiejar"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/metrics"
)

const (
	// unpackAhead is how long before its start a session is unpacked and waits.
	unpackAhead = 3 * time.Second
	// waitingAtMost bounds the sessions that wait for their start or for others to end.
	waitingAtMost = 1 << 16
	starvedFlag   = 1
)

// settings is what src/domains/load/k6/script-config.ts writes.
type settings struct {
	Nonce            string         `json:"nonce"`
	Targets          []string       `json:"targets"`
	Routes           []string       `json:"routes"`
	ErrorKinds       map[string]int `json:"errorKinds"`
	RequestTimeoutMs int            `json:"requestTimeoutMs"`
	SessionsAtOnce   int            `json:"sessionsAtOnce"`
	Connections      string         `json:"connections"`
	// Answers are what is expected of them, by route; nil where the recording has too few bodies of it.
	Answers []*expectation `json:"answers"`
	// WithoutSamples is for measuring what samples cost.
	WithoutSamples bool `json:"withoutSamples"`
}

// player replays sessions, each as a goroutine, on the state of the virtual user that called it. A session needs nothing of a script.
type player struct {
	*root
	settings
	vu          modules.VU
	ctx         context.Context
	templates   *templates
	connections *connections
	token       *regexp.Regexp
	tags        []metrics.TagsAndMeta
	timeout     time.Duration
	// learned has the answers of each route that are looked at by themselves (answers.go).
	learned []sample
	// sampleSeed makes the choice of these the plan's.
	sampleSeed uint64
	// redirects counts the first redirects of each route (redirects.go).
	redirects []atomic.Int32
	// places are for sessions that have begun: no more at once than the harness allows.
	places chan struct{}
}

// replay takes sessions from the feed and replays them until the process is being ended.
func (i *instance) replay(config string) {
	i.begin()
	p, err := newPlayer(i, config)
	if err != nil {
		common.Throw(i.vu.Runtime(), err)
	}
	if err := p.play(); err != nil {
		common.Throw(i.vu.Runtime(), err)
	}
}

func newPlayer(i *instance, config string) (*player, error) {
	p := &player{root: i.root, vu: i.vu, ctx: i.vu.Context()}
	if err := json.Unmarshal([]byte(config), &p.settings); err != nil {
		return nil, err
	}
	state := i.vu.State()
	var err error
	if p.connections, err = newConnections(state, p.Connections, p.Targets); err != nil {
		return nil, err
	}
	p.places = make(chan struct{}, max(p.SessionsAtOnce, 1))
	p.templates = &templates{origins: p.Targets, known: map[string]*template{}}
	p.token = regexp.MustCompile(`__sd` + regexp.QuoteMeta(p.Nonce) + `_([A-Za-z0-9]+)__`)
	p.timeout = time.Duration(p.RequestTimeoutMs) * time.Millisecond
	p.learned = make([]sample, len(p.Routes))
	p.sampleSeed = uint64(fnv(fnvBasis, p.Nonce)) << 32
	p.redirects = make([]atomic.Int32, len(p.Routes))
	for _, expected := range p.Answers {
		if expected != nil {
			expected.prepare()
		}
	}
	for _, route := range p.Routes {
		tags := state.Tags.GetCurrentValues()
		tags.SetTag(metrics.TagName.String(), route)
		p.tags = append(p.tags, tags)
	}
	return p, nil
}

func (p *player) play() error {
	waiting := make(chan struct{}, waitingAtMost)
	left := func(startUs int64) time.Duration {
		return time.Duration((float64(startUs)-p.now())*1e3) - unpackAhead
	}
	for {
		line, ok, err := p.feed.next(p.ctx, left)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		select {
		case waiting <- struct{}{}:
		case <-p.ctx.Done():
			return nil
		}
		s, err := p.templates.session(line)
		if err != nil {
			return err
		}
		go func() {
			defer func() { <-waiting }()
			p.session(s)
		}()
	}
	<-p.ctx.Done()
	return nil
}

// under is a session under way.
type under struct {
	*session
	seat   *seat
	jar    *cookiejar.Jar
	mutex  sync.Mutex
	values map[string]string
	// takenUs is when there was a place for it, where that was after its start.
	takenUs float64
	answers []answer
	// loginFailed is set when what comes after a login cannot be sent as the user that it was to be sent as.
	loginFailed bool
	// gotCookie is set when an answer has set one.
	gotCookie bool
}

// answer is what later requests of a session wait for.
type answer struct {
	done    chan struct{}
	atUs    float64
	starved bool
}

func (p *player) session(s *session) {
	// A login before the first request begins before the session does.
	p.sleepUntil(float64(s.startUs + min(0, s.firstDueUs())))
	takenUs, ok := p.place()
	if !ok {
		return
	}
	defer func() { <-p.places }()
	u := &under{takenUs: takenUs, session: s, values: maps.Clone(s.values), answers: make([]answer, len(s.template.Requests))}
	u.jar, _ = cookiejar.New(nil)
	u.seat = p.connections.take()
	defer p.connections.giveBack(u.seat)
	p.startingCookies(u)
	if s.template.Overlap == 0 {
		for i := range s.template.Requests {
			p.sleepUntil(float64(s.startUs + s.template.Requests[i].DueUs))
			if p.ctx.Err() != nil {
				return
			}
			p.one(u, i)
		}
		return
	}
	var all sync.WaitGroup
	for i := range u.answers {
		u.answers[i].done = make(chan struct{})
	}
	for i, request := range s.template.Requests {
		p.sleepUntil(float64(s.startUs + request.DueUs))
		if p.ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer close(u.answers[i].done)
			if p.waitFor(u, request) {
				p.one(u, i)
			}
		})
	}
	all.Wait()
}

// place waits until the session may begin: when on the run's clock, if it had to wait, for what is late by that is late by no fault of the
// target. False when the process is being ended.
func (p *player) place() (takenUs float64, ok bool) {
	select {
	case p.places <- struct{}{}:
		return 0, true
	default:
	}
	select {
	case p.places <- struct{}{}:
		return p.now(), true
	case <-p.ctx.Done():
		return 0, false
	}
}

// waitFor returns when the answers are there that a request waits for; false when the process is being ended.
func (p *player) waitFor(u *under, r *request) bool {
	if r.After >= 0 {
		<-u.answers[r.After].done
	}
	for _, before := range r.Also {
		<-u.answers[before].done
	}
	return p.ctx.Err() == nil
}

// sleepUntil returns when the run's clock reads us microseconds, or the process is being ended.
func (p *player) sleepUntil(us float64) {
	wait := time.Duration((us - p.now()) * 1e3)
	if wait <= 0 {
		return
	}
	if p.alarm == nil {
		sleep(p.ctx, wait)
	} else {
		p.alarm.sleep(p.ctx, time.Now().Add(wait))
	}
}
