package number

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// descriptions are all kinds of numbers of a plan, and its numbers in general.
func descriptions(m *phonenumbers.PhoneMetadata) []*phonenumbers.PhoneNumberDesc {
	return []*phonenumbers.PhoneNumberDesc{
		m.GetGeneralDesc(), m.GetFixedLine(), m.GetMobile(), m.GetTollFree(), m.GetPremiumRate(), m.GetSharedCost(),
		m.GetPersonalNumber(), m.GetVoip(), m.GetPager(), m.GetUan(), m.GetVoicemail(),
	}
}

// metadata are the library's plans, of some regions unless the tests are thorough.
func metadata(t *testing.T) (plans []*phonenumbers.PhoneMetadata) {
	t.Helper()
	c, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	every := 2
	switch {
	case thorough():
		every = 1
	case testing.Short():
		every = 4
	}
	for i, m := range c.GetMetadata() {
		if i%every == 0 {
			plans = append(plans, m)
		}
	}
	return plans
}

// sampler makes numbers from patterns.
type sampler struct {
	rand *rand.Rand
}

func newSampler() sampler {
	return sampler{rand.New(rand.NewPCG(1, 2))}
}

func (s sampler) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(s.rand.IntN(10))
	}
	return string(b)
}

func (s sampler) parse(pattern string) *syntax.Regexp {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err)
	}
	return re
}

// match is some text that matches re.
func (s sampler) match(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		var in []rune
		for r := '0'; r <= '9'; r++ {
			if inClass(re, r) {
				in = append(in, r)
			}
		}
		return string(in[s.rand.IntN(len(in))])
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(s.match(sub))
		}
		return b.String()
	case syntax.OpAlternate:
		return s.match(re.Sub[s.rand.IntN(len(re.Sub))])
	case syntax.OpCapture:
		return s.match(re.Sub[0])
	case syntax.OpQuest, syntax.OpRepeat:
		least, most := 0, 1
		if re.Op == syntax.OpRepeat {
			least, most = re.Min, re.Max
		}
		var b strings.Builder
		for range least + s.rand.IntN(most-least+1) {
			b.WriteString(s.match(re.Sub[0]))
		}
		return b.String()
	case syntax.OpEmptyMatch, syntax.OpEndText:
		return ""
	default:
		panic("a pattern with " + re.Op.String())
	}
}

func inClass(re *syntax.Regexp, r rune) bool {
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i] <= r && r <= re.Rune[i+1] {
			return true
		}
	}
	return false
}

// ways is text that goes every way through re: through each branch, and at each place
// where re looks at a digit with each of the ten, whether it matches or not.
func (s sampler) ways(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		places := 1
		if re.Op == syntax.OpLiteral {
			places = len(re.Rune)
		}
		var all []string
		for place := range places {
			for digit := '0'; digit <= '9'; digit++ {
				text := []byte(s.match(re))
				text[place] = byte(digit)
				all = append(all, string(text))
			}
		}
		return all
	case syntax.OpConcat:
		var all []string
		for i, sub := range re.Sub {
			for _, way := range s.ways(sub) {
				var b strings.Builder
				for j, other := range re.Sub {
					if i == j {
						b.WriteString(way)
					} else {
						b.WriteString(s.match(other))
					}
				}
				all = append(all, b.String())
			}
		}
		return all
	case syntax.OpAlternate, syntax.OpCapture, syntax.OpQuest:
		all := []string{s.match(re)}
		if re.Op == syntax.OpQuest {
			all = append(all, "")
		}
		for _, sub := range re.Sub {
			all = append(all, s.ways(sub)...)
		}
		return all
	case syntax.OpRepeat:
		var all []string
		for n := max(0, re.Min-1); n <= re.Max+1; n++ {
			var b strings.Builder
			for range n {
				b.WriteString(s.match(re.Sub[0]))
			}
			all = append(all, b.String())
		}
		for _, way := range s.ways(re.Sub[0]) {
			for range re.Min - 1 {
				way += s.match(re.Sub[0])
			}
			all = append(all, way)
		}
		return all
	default:
		return []string{s.match(re)}
	}
}

// nationals are national numbers that go every way through the patterns of a plan.
func (s sampler) nationals(m *phonenumbers.PhoneMetadata) []string {
	var all []string
	for _, d := range descriptions(m) {
		if d.GetNationalNumberPattern() != "" {
			all = append(all, s.ways(s.parse(d.GetNationalNumberPattern()))...)
		}
	}
	if m.GetLeadingDigits() != "" {
		for _, way := range s.ways(s.parse(m.GetLeadingDigits())) {
			all = append(all, s.lengthen(way, m)...)
		}
	}
	for _, f := range slices.Concat(m.GetNumberFormat(), m.GetIntlNumberFormat()) {
		for _, leading := range f.GetLeadingDigitsPattern() {
			for _, way := range s.ways(s.parse(leading)) {
				all = append(all, s.lengthen(way, m)...)
			}
		}
	}
	return all
}

// lengthen makes a number of each possible length of what it begins with.
func (s sampler) lengthen(initial string, m *phonenumbers.PhoneMetadata) []string {
	var all []string
	for _, length := range m.GetGeneralDesc().GetPossibleLength() {
		if int(length) > len(initial) {
			all = append(all, initial+s.digits(int(length)-len(initial)))
		}
	}
	return all
}

// some are so many of all at most.
func (s sampler) some(all []string, most int) []string {
	all = slices.Clone(all)
	s.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), most)]
}

func combined(first, then []string) []string {
	var all []string
	for _, f := range first {
		for _, t := range then {
			if f+t != "" {
				all = append(all, f+t)
			}
		}
	}
	return all
}

// prefixes are all digits of up to a length.
func prefixes(longest int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for length := range longest + 1 {
			limit := 1
			for range length {
				limit *= 10
			}
			for n := range limit {
				if !yield(fmt.Sprintf("%0*d", length, n)[:length]) {
					return
				}
			}
		}
	}
}
