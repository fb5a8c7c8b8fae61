package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// question is one line that the harness sends: what to get, as seen from this pod.
type question struct {
	ID          int               `json:"id"`
	URL         string            `json:"url"`
	Headers     map[string]string `json:"headers"`
	TimeoutMs   int               `json:"timeoutMs"`
	BytesAtMost int64             `json:"bytesAtMost"`
	CA          string            `json:"ca"`
	Certificate string            `json:"cert"`
	Key         string            `json:"key"`
}

// answer is one line back. Error is why there was none, in the words that the harness has for it.
type answer struct {
	ID     int    `json:"id"`
	Status int    `json:"status"`
	Body   string `json:"body"`
	Error  string `json:"error"`
}

// askIdle ends it when the harness has not asked for so long: it is gone, or has found another pod.
const askIdle = 5 * time.Minute

// ask gets what the harness asks for, from where the load comes from, until its questions end.
func ask() error {
	// So that the harness knows that this image can.
	os.Stdout.WriteString("{\"ready\":true}\n")
	lines := make(chan []byte)
	go func() {
		defer close(lines)
		in := bufio.NewReaderSize(os.Stdin, 1<<16)
		for {
			line, err := in.ReadBytes('\n')
			if err != nil {
				return
			}
			lines <- line
		}
	}()
	var writing sync.Mutex
	touched := time.Time{}
	for {
		select {
		case line, more := <-lines:
			if !more {
				return nil
			}
			if time.Since(touched) > 10*time.Second {
				touch()
				touched = time.Now()
			}
			var wanted question
			if err := json.Unmarshal(line, &wanted); err != nil {
				return err
			}
			go func() {
				text, err := json.Marshal(get(wanted))
				if err != nil {
					return
				}
				writing.Lock()
				defer writing.Unlock()
				os.Stdout.Write(append(text, '\n'))
			}()
		case <-time.After(askIdle):
			return nil
		}
	}
}

// get asks once. Redirects are not followed: they may lead to a host that nobody named.
func get(wanted question) answer {
	found := answer{ID: wanted.ID}
	timeout := time.Duration(wanted.TimeoutMs) * time.Millisecond
	within, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(within, http.MethodGet, wanted.URL, nil)
	if err != nil {
		found.Error = "not an address"
		return found
	}
	for name, value := range wanted.Headers {
		if strings.EqualFold(name, "host") {
			request.Host = value
		} else {
			request.Header.Set(name, value)
		}
	}
	secured, err := tlsOf(wanted)
	if err != nil {
		found.Error = err.Error()
		return found
	}
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: secured}
	response, err := transport.RoundTrip(request)
	if err != nil {
		found.Error = reason(err, timeout)
		return found
	}
	defer response.Body.Close()
	found.Status = response.StatusCode
	body, err := io.ReadAll(io.LimitReader(response.Body, wanted.BytesAtMost+1))
	// Where only the status is asked for, what becomes of the rest does not matter.
	if wanted.BytesAtMost == 0 {
		return found
	}
	if err != nil {
		found.Error = reason(err, timeout)
	} else if int64(len(body)) > wanted.BytesAtMost {
		found.Error = "too large"
	} else {
		found.Body = string(body)
	}
	return found
}

func tlsOf(wanted question) (*tls.Config, error) {
	config := &tls.Config{}
	if wanted.CA != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(wanted.CA)) {
			return nil, errors.New("the CA cannot be read")
		}
	}
	if wanted.Certificate != "" {
		pair, err := tls.X509KeyPair([]byte(wanted.Certificate), []byte(wanted.Key))
		if err != nil {
			return nil, errors.New("the client certificate cannot be read")
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// reason is a word or two without the address, which may hold a token.
func reason(err error, timeout time.Duration) string {
	var unknown *net.DNSError
	var wrapped *url.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer within " + timeout.String()
	case errors.Is(err, syscall.ECONNREFUSED):
		return "ECONNREFUSED"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "ECONNRESET"
	case errors.Is(err, syscall.EHOSTUNREACH):
		return "EHOSTUNREACH"
	case errors.As(err, &unknown):
		return "ENOTFOUND"
	case errors.As(err, &wrapped):
		return wrapped.Err.Error()
	}
	return err.Error()
}
