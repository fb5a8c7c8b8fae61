package replay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/sirupsen/logrus"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/lib/netext"
)

const (
	// browserConnections is how many connections a browser opens to one host.
	browserConnections = 6
	// pooledIdle is how long a proxy keeps a connection that nobody uses; nginx's keepalive_timeout.
	pooledIdle = 60 * time.Second
	poolSize   = 1 << 16
)

// connections makes what sessions are sent on: k6's own transport with its TLS and its dialer, under the rule of who shares connections.
type connections struct {
	state *lib.State
	base  *http.Transport
	pool  *http.Transport
}

// seat is what one session is sent on.
type seat struct {
	state     *lib.State
	transport *http.Transport
}

// newConnections allows connections to the targets' addresses and to nothing else, whatever an answer or a placeholder may say.
func newConnections(state *lib.State, kind string, origins []string) (*connections, error) {
	of, ok := state.Transport.(*http.Transport)
	if !ok {
		return nil, errors.New("this k6 does not send with Go's transport")
	}
	allowed := map[string]bool{}
	for _, origin := range origins {
		at, err := url.Parse(origin)
		if err != nil {
			return nil, err
		}
		port := at.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[at.Scheme]
		}
		allowed[net.JoinHostPort(at.Hostname(), port)] = true
	}
	base := of.Clone()
	dial := base.DialContext
	base.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if !allowed[address] {
			return nil, netext.BlockedHostError{}
		}
		return dial(ctx, network, address)
	}
	base.Proxy = nil
	base.MaxIdleConns = 0
	base.MaxIdleConnsPerHost = browserConnections
	switch kind {
	case "session":
		base.MaxConnsPerHost = browserConnections
	case "pooled":
		base.MaxIdleConnsPerHost = poolSize
		base.IdleConnTimeout = pooledIdle
	}
	// A failed request is counted and noted; a line a request would drown everything else.
	quiet := logrus.New()
	quiet.SetOutput(io.Discard)
	quiet.SetLevel(logrus.PanicLevel)
	shared := *state
	shared.Logger = quiet
	c := &connections{state: &shared, base: base}
	if kind == "pooled" {
		c.pool = base
	}
	return c, nil
}

// take makes a transport for each session: of one used again, a connection that comes free a moment too late would be the next session's.
func (c *connections) take() *seat {
	transport := c.pool
	if transport == nil {
		transport = c.base.Clone()
	}
	state := *c.state
	state.Transport = counted{transport}
	return &seat{state: &state, transport: transport}
}

// giveBack ends the connections of a session; those of a pool stay for the next one.
func (c *connections) giveBack(s *seat) {
	if c.pool == nil {
		s.transport.CloseIdleConnections()
	}
}

// counted gives each request's probe (in its context) the body of its answer as it comes, compressed or not.
type counted struct{ *http.Transport }

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.Transport.RoundTrip(r)
	if probe, ok := r.Context().Value(probeKey{}).(*probe); ok && err == nil && response.StatusCode != http.StatusSwitchingProtocols {
		if probe.keep && response.StatusCode < 300 && response.ContentLength <= bodyAtMost {
			probe.kept = buffers.Get().(*bytes.Buffer)
		}
		response.Body = &probedBody{response.Body, probe}
	}
	return response, err
}
