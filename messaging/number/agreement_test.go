package number

import (
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// depth is how deep the tests go: they take one of so many of all the numbers there are
// to try. TELEX_INTEGRATION=1 has them take more, and TELEX_SOAK=all every one, in minutes.
func depth() (oneOf uint32) {
	switch {
	case os.Getenv("TELEX_SOAK") == "all":
		return everyOne
	case testing.Short():
		return 512
	case thorough():
		return 64
	}
	return 256
}

// thorough reports whether numbers of all regions are tried; otherwise those of every second
// one are, and with -short of every fourth, for what is read in one way there is read so
// everywhere.
func thorough() bool {
	return os.Getenv("TELEX_INTEGRATION") == "1" || os.Getenv("TELEX_SOAK") == "all"
}

const everyOne = 1

// agreement holds Parse against the library, on every processor.
type agreement struct {
	t     *testing.T
	oneOf uint32 // of what is offered to check, one of so many is

	typed chan []string // of one region each, which is the first
	all   sync.WaitGroup

	mu            sync.Mutex
	checked, told int
}

// newAgreement begins to check one of so many numbers; finish ends it.
func newAgreement(t *testing.T, oneOf uint32) *agreement {
	t.Helper()
	a := &agreement{t: t, oneOf: max(1, oneOf), typed: make(chan []string)}
	for range runtime.GOMAXPROCS(0) {
		a.all.Go(func() {
			for batch := range a.typed {
				a.checkBatch(batch[0], batch[1:])
			}
		})
	}
	return a
}

// check has every number that was typed in a region checked; they are cut down to one
// of so many, always the same ones.
func (a *agreement) check(region string, typed []string) {
	typed = slices.DeleteFunc(typed, func(s string) bool {
		h := fnv.New32a()
		_, _ = h.Write([]byte(region + s))
		return h.Sum32()%a.oneOf != 0
	})
	slices.Sort(typed)
	for chunk := range slices.Chunk(slices.Compact(typed), 500) {
		a.typed <- append([]string{region}, chunk...)
	}
}

func (a *agreement) checkBatch(region string, typed []string) {
	for _, s := range typed {
		want, wantProblem := parseByLibrary(s, region)
		got, problem := parse(s, region)
		if got != want || problem != wantProblem {
			a.mu.Lock()
			if a.told++; a.told <= 10 {
				a.t.Errorf("%q in %q:\n got %+v %q\nwant %+v %q", s, region, got, problem, want, wantProblem)
			}
			a.mu.Unlock()
		}
	}
	a.mu.Lock()
	a.checked += len(typed)
	a.mu.Unlock()
}

func (a *agreement) finish(atLeast int) {
	a.t.Helper()
	close(a.typed)
	a.all.Wait()
	a.t.Logf("%d numbers, %d differ", a.checked, a.told)
	if a.checked < atLeast && thorough() {
		a.t.Errorf("checked %d numbers, want %d or more", a.checked, atLeast)
	}
}

// TestAgreesOnPatterns: numbers that go every way through every pattern of every region,
// and those one digit shorter and longer, are read as the library reads them.
func TestAgreesOnPatterns(t *testing.T) {
	a := newAgreement(t, depth())
	s := newSampler()
	for _, m := range metadata(t) {
		var typed []string
		for _, national := range s.nationals(m) {
			e164 := fmt.Sprintf("+%d%s", m.GetCountryCode(), national)
			typed = append(typed, e164, e164[:len(e164)-1], e164+s.digits(1))
		}
		a.check("", typed)
	}
	a.finish(20_000)
}

// TestAgreesOnPrefixes: whatever a number begins with, and however long it is.
func TestAgreesOnPrefixes(t *testing.T) {
	a := newAgreement(t, depth()/8)
	s := newSampler()
	longest, lengths := 3, 1
	if depth() == everyOne {
		longest, lengths = 4, 12
	}
	for _, c := range codes {
		var typed []string
		for prefix := range prefixes(longest) {
			for range lengths {
				typed = append(typed, fmt.Sprintf("+%d%s", c.code, prefix+s.digits(s.rand.IntN(12))))
			}
		}
		a.check("", typed)
	}
	a.finish(20_000)
}

// TestAgreesOnStates: numbers that come through every state of our tables, and leave it
// by every digit.
func TestAgreesOnStates(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	a := newAgreement(t, depth()/4)
	s := newSampler()
	for _, c := range codes {
		var typed []string
		for _, automaton := range []int{c.whose, c.format, plans[c.main].national} {
			all := states(automaton)
			for _, place := range slices.Sorted(maps.Keys(all)) {
				national := all[place]
				typed = append(typed, fmt.Sprintf("+%d%s", c.code, national))
				for digit := '0'; digit <= '9' && !isLeaf(place); digit++ {
					rest := answered(step(place, byte(digit)))
					typed = append(typed, fmt.Sprintf("+%d%s%c%s", c.code, national, digit, rest), fmt.Sprintf("+%d%s%c%s", c.code, national, digit, s.digits(3)))
				}
			}
		}
		a.check("", typed)
	}
	a.finish(20_000)
}

// states are the states of an automaton, each with the shortest digits that lead to it.
func states(automaton int) map[int]string {
	all := map[int]string{automaton: ""}
	for next := []int{automaton}; len(next) > 0; next = next[1:] {
		place := next[0]
		for digit := byte('0'); digit <= '9' && !isLeaf(place); digit++ {
			to := step(place, digit)
			if _, known := all[to]; !known {
				all[to] = all[place] + string(digit)
				next = append(next, to)
			}
		}
	}
	return all
}

// answered are the shortest digits that lead from a state to one that says yes.
func answered(place int) string {
	shortest := ""
	for to, digits := range states(place) {
		if output(to) != 0 && (shortest == "" || len(digits) < len(shortest)) {
			shortest = digits
		}
	}
	return shortest
}

// TestAgreesAsDialled: in every region, national numbers with and without each prefix,
// whatever digits come first, and calls abroad in every way that is known of it.
func TestAgreesAsDialled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	a := newAgreement(t, depth())
	s := newSampler()
	longest := 2
	if depth() == everyOne {
		longest = 3
	}
	for _, m := range metadata(t) {
		region := m.GetId()
		if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			continue
		}
		nationals := s.some(s.nationals(m), 200)
		lengths := m.GetGeneralDesc().GetPossibleLength()
		least, most := int(lengths[0]), int(lengths[len(lengths)-1])
		tails := s.some(nationals, 30)
		for n := max(0, least-3); n <= most+2; n++ {
			tails = append(tails, s.digits(n), strings.Repeat("0", n))
		}
		first := []string{"", m.GetNationalPrefix(), strconv.Itoa(int(m.GetCountryCode())), "0", "1", "8", "00", "011"}
		if p := m.GetNationalPrefixForParsing(); p != "" {
			first = append(first, s.ways(s.parse(p))...)
		}
		typed := combined(first, nationals)
		typed = append(typed, combined(slices.Collect(prefixes(longest)), tails)...)
		abroad := slices.Concat([]string{"00", "011", "00" + first[2], first[2] + m.GetNationalPrefix()}, s.ways(s.parse(m.GetInternationalPrefix())))
		typed = append(typed, combined(abroad, tails)...)
		for _, c := range codes {
			typed = append(typed, combined(s.some(abroad, 4), []string{strconv.Itoa(c.code) + s.digits(4+s.rand.IntN(8))})...)
		}
		a.check(region, typed)
	}
	a.finish(20_000)
}

// TestAgreesAtRandom: numbers that the patterns make by chance, and any digits.
func TestAgreesAtRandom(t *testing.T) {
	a := newAgreement(t, 1)
	s := newSampler()
	rounds := max(1, 128/depth())
	for _, m := range metadata(t) {
		region := m.GetId()
		var typed, dialled []string
		for range rounds {
			for _, d := range descriptions(m) {
				if d.GetNationalNumberPattern() == "" {
					continue
				}
				national := s.match(s.parse(d.GetNationalNumberPattern()))
				typed = append(typed, fmt.Sprintf("+%d%s", m.GetCountryCode(), national))
				dialled = append(dialled, national, m.GetNationalPrefix()+national, strconv.Itoa(int(m.GetCountryCode()))+national)
				typed = append(typed, fmt.Sprintf("+%d(0)%s", m.GetCountryCode(), national), fmt.Sprintf("+%d0%s", m.GetCountryCode(), national))
			}
			dialled = append(dialled, s.digits(1+s.rand.IntN(20)))
			typed = append(typed, "+"+s.digits(1+s.rand.IntN(16)))
		}
		a.check("", slices.Concat(typed, dialled))
		if region != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			a.check(region, slices.Concat(typed, dialled))
		}
	}
	a.finish(20_000)
}

// TestAgreesOnExamples: the library's own example of each kind in each region, as it
// writes them.
func TestAgreesOnExamples(t *testing.T) {
	a := newAgreement(t, 1)
	for _, m := range metadata(t) {
		var typed []string
		for _, d := range descriptions(m) {
			if example := d.GetExampleNumber(); example != "" {
				typed = append(typed, example, m.GetNationalPrefix()+example, fmt.Sprintf("+%d%s", m.GetCountryCode(), example))
			}
		}
		a.check("", slices.Clone(typed))
		a.check(m.GetId(), slices.Clone(typed))
		a.check("US", typed)
	}
	a.finish(3_000)
}

func FuzzAgrees(f *testing.F) {
	for _, typed := range []string{"+19195551212", "(919) 555-1212", "011 44 20 7946 0018", "0151 12345678", "011 15-2345-6789", "+44 (0)20 7946 0018", "000", "00 0"} {
		f.Add(typed, uint8(0))
		f.Add(typed, uint8(100))
	}
	regions := []string{""}
	for _, p := range plans {
		if p.region != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			regions = append(regions, p.region)
		}
	}
	f.Fuzz(func(t *testing.T, typed string, in uint8) {
		region := regions[int(in)%len(regions)]
		want, wantProblem := parseByLibrary(typed, region)
		if got, problem := parse(typed, region); got != want || problem != wantProblem {
			t.Errorf("%q in %q:\n got %+v %q\nwant %+v %q", typed, region, got, problem, want, wantProblem)
		}
	})
}
