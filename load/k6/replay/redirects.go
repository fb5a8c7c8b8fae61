package replay

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// redirectsAtMost is how many redirects of a route are looked at: the first ones.
const redirectsAtMost = 60

// redirected passes on where one of a route's first redirects leads, by its shape.
func (p *player) redirected(r *request, location string, from *url.URL) {
	if r.Route < 0 || r.Route >= len(p.redirects) || p.redirects[r.Route].Add(1) > redirectsAtMost {
		return
	}
	p.out.frame(kindNote, "redirect "+strconv.Itoa(r.Route)+"\n"+locationShape(location, from))
}

var plainSegment = regexp.MustCompile(`^[A-Za-z][A-Za-z_-]{0,19}$`)

// locationShape is where a redirect leads without what may name a person or a thing: the path's first part, and whether more follows; as locationShape in
// src/domains/traffic/location-shape.ts.
func locationShape(location string, from *url.URL) string {
	if location == "" || from == nil {
		return "nowhere"
	}
	there, err := from.Parse(location)
	if err != nil {
		return "nowhere"
	}
	var parts []string
	for _, part := range strings.Split(there.EscapedPath(), "/") {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "/"
	}
	shape := "/*"
	if plainSegment.MatchString(parts[0]) {
		shape = "/" + strings.ToLower(parts[0])
	}
	if len(parts) > 1 {
		shape += "/*"
	}
	return shape
}
