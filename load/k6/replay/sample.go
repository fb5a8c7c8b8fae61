package replay

import "sync"

// sample chooses requests of a route evenly over the whole run, however long it becomes: those with the smallest keys. Samples of several processes
// are one where the smallest of all are taken (bottom-k; src/domains/load/accounting/sampled-answers.ts).
type sample struct {
	mutex sync.Mutex
	keys  []uint32
	// largest is its place in keys, once these are as many as are wanted.
	largest int
}

// takes says whether a key is among the smallest so far, as the first ones always are.
func (s *sample) takes(key uint32) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case len(s.keys) < alwaysShaped:
		s.keys = append(s.keys, key)
	case key < s.keys[s.largest]:
		s.keys[s.largest] = key
	default:
		return false
	}
	for place, other := range s.keys {
		if other > s.keys[s.largest] {
			s.largest = place
		}
	}
	return true
}

// sampleKey is the same for a request of a plan in whatever process, and at whatever time, it is sent.
func (p *player) sampleKey(u *under, r *request) uint32 {
	x := p.sampleSeed ^ uint64(u.index)<<32 ^ uint64(r.DueUs)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return uint32((x ^ x>>31) >> 32)
}
