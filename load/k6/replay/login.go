package replay

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// By the same rules as load/k6/login.js.

// success is what shows that a request of a login did its part; empty: not asked for. By LoginSuccess in src/model/plan.ts.
type success struct {
	Status   []int         `json:"status"`
	Location string        `json:"location"`
	Cookie   string        `json:"cookie"`
	Text     string        `json:"text"`
	NoText   string        `json:"noText"`
	JSON     string        `json:"json"`
	Signs    *failureSigns `json:"signs"`
}

// failureSigns are looked for where no rule says what an answer must hold.
type failureSigns struct {
	Pages []string `json:"pages"`
	// Fields are names in lower case that the request sent; Any: they are unknown.
	Fields []string `json:"fields"`
	Any    bool     `json:"any"`
	Yields bool     `json:"yields"`
}

// readsBody says whether the body of the answer is needed.
func (l *loginStep) readsBody() bool {
	s := &l.success
	return s.Text != "" || s.NoText != "" || s.JSON != "" || s.Signs != nil && s.Signs.sends()
}

func (s *failureSigns) sends() bool { return s.Any || len(s.Fields) > 0 }

const notLoggedIn = "not sent: the session could not log in"

func (u *under) cannotLogIn() bool {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	return u.loginFailed
}

// reportLogin records what came of a request that logs a session in. Where it was refused, the rest of the session is not sent. A message holds
// nothing that was sent or answered: both may be secrets.
func (p *player) reportLogin(u *under, r *request, made *outcome) {
	if made.kind == "login" {
		// An earlier request of this login has failed, and was reported.
		return
	}
	why := u.loginProblem(r, made)
	if why != "" {
		u.mutex.Lock()
		u.loginFailed = true
		u.mutex.Unlock()
		// A server error is one, whoever asked.
		if made.status > 0 && made.status < 500 || made.kind == "extraction" {
			made.kind, made.message = "login", "login failed: "+why
		}
	}
	p.out.login(fmt.Sprintf("%d %d\n%s", r.Login.step, made.status, why))
}

// loginProblem is empty for a request that did its part.
func (u *under) loginProblem(r *request, made *outcome) string {
	wanted := r.Login.success
	switch {
	case made.status == 0 && made.kind == "extraction":
		return "a value that it needs was not in an earlier answer"
	case made.status == 0:
		return made.kind
	case len(wanted.Status) > 0 && !slices.Contains(wanted.Status, made.status), len(wanted.Status) == 0 && made.status >= 400:
		return fmt.Sprintf("%d", made.status)
	}
	why := wanted.unmet(made)
	if why == "" && wanted.Signs != nil {
		why = u.sign(wanted.Signs, made)
	}
	if why == "" && made.missing != "" {
		// The first character distinguishes it from values of other origin.
		why = "without " + made.missing[1:] + " in its answer"
	}
	if why == "" {
		return ""
	}
	return fmt.Sprintf("%d %s", made.status, why)
}

// unmet is the first rule of the configuration that an answer does not meet; empty for none.
func (s *success) unmet(made *outcome) string {
	switch {
	case s.Location != "" && !leadsTo(made.headers["Location"], s.Location):
		return "that does not lead to " + s.Location
	case s.Cookie != "" && !slices.Contains(made.cookies, s.Cookie):
		return "without the cookie " + s.Cookie
	case s.JSON != "" && !filled(gjson.Get(made.text, s.JSON)):
		return "without " + s.JSON + " in its JSON"
	case s.Text != "" && !strings.Contains(made.text, s.Text):
		return "without the text of success.text"
	case s.NoText != "" && strings.Contains(made.text, s.NoText):
		return "with the text of success.noText"
	}
	return ""
}

// sign is what shows that an answer refuses a login although its status does not; empty for nothing.
func (u *under) sign(s *failureSigns, made *outcome) string {
	if made.status >= 300 && made.status != http.StatusNotModified {
		for _, page := range s.Pages {
			if leadsTo(made.headers["Location"], page) {
				return "that leads back to " + page
			}
		}
	}
	if s.sends() && made.status < 300 {
		if s.asksAgain(made.text) {
			return "with a password field again"
		}
		if refuses(made.text) {
			return "with an error in its JSON"
		}
	}
	if s.Yields && !u.hasCookie() {
		return "without a cookie, and nothing else is taken that would show who is logged in"
	}
	return ""
}

// asksAgain says whether a page has a field for the password that was just sent.
func (s *failureSigns) asksAgain(page string) bool {
	for _, tag := range inputTag.FindAllString(page, -1) {
		if kind, _ := attribute(tag, "type"); !strings.EqualFold(kind, "password") {
			continue
		}
		if name, named := attribute(tag, "name"); s.Any || !named || slices.Contains(s.Fields, strings.ToLower(name)) {
			return true
		}
	}
	return false
}

// refuses says whether an answer of JSON says of itself that it is none.
func refuses(text string) bool {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") || !gjson.Valid(text) {
		return false
	}
	for _, name := range [...]string{"error", "errors"} {
		if filled(gjson.Get(text, name)) {
			return true
		}
	}
	for _, name := range [...]string{"success", "ok", "authenticated"} {
		if gjson.Get(text, name).Type == gjson.False {
			return true
		}
	}
	return false
}

// filled says whether a JSON value is there and neither false, null, 0 nor empty.
func filled(value gjson.Result) bool {
	switch value.Type {
	case gjson.True:
		return true
	case gjson.Number:
		return value.Num != 0
	case gjson.String:
		return value.Str != ""
	case gjson.JSON:
		some := false
		value.ForEach(func(_, _ gjson.Result) bool {
			some = true
			return false
		})
		return some
	}
	return false
}

// hasCookie says whether the session has a cookie of any answer, or of its recording.
func (u *under) hasCookie() bool {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	return u.gotCookie || len(u.template.Cookies) > 0
}

// leadsTo compares paths; one that ends in `*` stands for all that begin so.
func leadsTo(location, path string) bool {
	there, err := url.Parse(location)
	if location == "" || err != nil {
		return false
	}
	if begin, all := strings.CutSuffix(path, "*"); all {
		return strings.HasPrefix(there.Path, begin)
	}
	return there.Path == path
}
