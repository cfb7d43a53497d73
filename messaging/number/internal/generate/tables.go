package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// tables is what plans.go holds.
type tables struct {
	nodes    *nodes
	plans    []plan
	codes    []countryCode
	rewrites []rewrite
	formats  []grouping
}

// plan is the numbering plan of one region, or of a country code that is no country's.
type plan struct {
	region         string // ISO 3166-1; 001 if it is no country's
	code           int
	trunk          string // the national prefix, in digits
	lengths, local uint32 // a bit for each length of numbers; local ones lack the area code
	abroad         *node  // how long the prefix for calls abroad is
	national       *node  // which rewrite takes the national prefix off
	general        *node  // 1 for its numbers, whatever their length
}

// countryCode is what regions with the same country code share.
type countryCode struct {
	code    int
	main    int // which plan numbers are measured by
	regions []string
	whose   *node
	format  *node
}

// rewrite is what becomes of a national number: insert, its digits between from and
// to, and those after cut.
type rewrite struct {
	insert        string
	from, to, cut int
}

// grouping is how a number is written: the least and the most digits of each group, a
// character from 0 on each, and what stands between one group and the next, a character each.
type grouping struct {
	least, most, between string
}

// The kinds, as plan.go of package number numbers them.
const (
	kindFixed         = 1
	kindMobile        = 2
	kindFixedOrMobile = 3
	kindTollFree      = 4
	kindPremium       = 5
	kindSharedCost    = 6
	kindVoIP          = 7
	kindPersonal      = 8
	kindPager         = 9
	kindCompanyWide   = 10
	kindVoicemail     = 11
)

const noCountry = "001" // as the library names the region of no country

func newTables(all []*phonenumbers.PhoneMetadata) (*tables, error) {
	t := &tables{nodes: newNodes(), rewrites: []rewrite{{}}, formats: []grouping{{}}}
	all = slices.SortedFunc(slices.Values(all), func(a, b *phonenumbers.PhoneMetadata) int {
		return cmp.Or(strings.Compare(a.GetId(), b.GetId()), cmp.Compare(a.GetCountryCode(), b.GetCountryCode()))
	})
	for _, m := range all {
		p, err := t.plan(m)
		if err != nil {
			return nil, fmt.Errorf("the plan of %s +%d: %w", m.GetId(), m.GetCountryCode(), err)
		}
		t.plans = append(t.plans, p)
	}
	codes := map[int]bool{}
	for _, p := range t.plans {
		codes[p.code] = true
	}
	for code := range 1000 {
		if !codes[code] {
			continue
		}
		c, err := t.countryCode(code, all)
		if err != nil {
			return nil, fmt.Errorf("the country code %d: %w", code, err)
		}
		t.codes = append(t.codes, c)
	}
	return t, nil
}

func (t *tables) plan(m *phonenumbers.PhoneMetadata) (plan, error) {
	p := plan{
		region: m.GetId(), code: int(m.GetCountryCode()),
		trunk: strings.ReplaceAll(m.GetNationalPrefix(), "~", ""),
	}
	var err error
	if p.lengths, err = bits(m.GetGeneralDesc().GetPossibleLength()); err != nil {
		return plan{}, err
	}
	if p.local, err = bits(m.GetGeneralDesc().GetPossibleLengthLocalOnly()); err != nil {
		return plan{}, err
	}
	general, err := beginWhole(m.GetGeneralDesc().GetNationalNumberPattern(), nil)
	if err != nil {
		return plan{}, err
	}
	p.general = t.nodes.build(isGeneral{pattern: general})
	p.abroad = t.nodes.all[0]
	if expression := m.GetInternationalPrefix(); expression != "" && p.region != noCountry {
		abroad, err := begin(expression, true)
		if err != nil {
			return plan{}, err
		}
		p.abroad = t.nodes.build(whichPrefix{prefix: abroad, meaning: func(c captures) int { return c[1] }})
	} else if p.region != noCountry {
		return plan{}, fmt.Errorf("there is no prefix for calls abroad")
	}
	p.national, err = t.national(m)
	return p, err
}

// bits has a bit for each of the lengths.
func bits(lengths []int32) (set uint32, err error) {
	for _, l := range lengths {
		if l < 1 || l > 31 {
			return 0, fmt.Errorf("a length of %d", l)
		}
		set |= 1 << l
	}
	return set, nil
}

// national is the automaton that says which rewrite takes the national prefix, and the
// code of a carrier, off a number.
func (t *tables) national(m *phonenumbers.PhoneMetadata) (*node, error) {
	expression, transform := m.GetNationalPrefixForParsing(), m.GetNationalPrefixTransformRule()
	if expression == "" {
		return t.nodes.all[0], nil
	}
	prefix, err := begin(expression, true)
	if err != nil {
		return nil, err
	}
	groups := regexp.MustCompile(expression).NumSubexp()
	insert, group := "", 0
	if transform != "" {
		parts := transformRule.FindStringSubmatch(transform)
		if parts == nil || groups == 0 {
			return nil, fmt.Errorf("the rule %q is of an unknown kind", transform)
		}
		insert = parts[1]
		if group, err = strconv.Atoi(parts[2]); err != nil {
			return nil, fmt.Errorf("the rule %q: %w", transform, err)
		}
	}
	meaning := func(c captures) int {
		r := rewrite{cut: c[1]}
		if transform != "" && c[2*groups] >= 0 {
			r.insert = insert
			if from := c[2*group]; from >= 0 {
				r.from, r.to = from, c[2*group+1]
			}
		}
		return index(&t.rewrites, r)
	}
	return t.nodes.build(whichPrefix{prefix: prefix, meaning: meaning}), nil
}

// transformRule is what every rule for national numbers looks like: digits, and then a
// group of what was typed.
var transformRule = regexp.MustCompile(`^(\d*)\$(\d)$`)

// index is where of is among all, which it is added to if it is not there.
func index[T comparable](all *[]T, of T) int {
	i := slices.Index(*all, of)
	if i < 0 {
		i = len(*all)
		*all = append(*all, of)
	}
	return i
}

func (t *tables) countryCode(code int, all []*phonenumbers.PhoneMetadata) (countryCode, error) {
	c := countryCode{code: code, regions: phonenumbers.GetRegionCodesForCountryCode(code)}
	q := whose{}
	for place, region := range c.regions {
		i := slices.IndexFunc(all, func(m *phonenumbers.PhoneMetadata) bool {
			return m.GetId() == region && (region != noCountry || int(m.GetCountryCode()) == code)
		})
		if i < 0 {
			return countryCode{}, fmt.Errorf("there is no plan of %s", region)
		}
		if place == 0 {
			c.main = i
		}
		r, err := beginRegion(all[i])
		if err != nil {
			return countryCode{}, err
		}
		r.place, r.alone = place+1, len(c.regions) == 1
		if r.alone {
			r.leading = nil
		}
		q.regions = append(q.regions, r)
	}
	if len(c.regions) == 0 {
		return countryCode{}, fmt.Errorf("it has no regions")
	}
	c.whose = t.nodes.build(q)
	if c.regions[0] == noCountry {
		c.regions = nil
	}
	var err error
	c.format, err = t.format(all[c.main])
	return c, err
}

// beginRegion begins to ask whether a number is one of a region, and which.
func beginRegion(m *phonenumbers.PhoneMetadata) (r regionProgress, err error) {
	r.same = m.GetSameMobileAndFixedLinePattern()
	if expression := m.GetLeadingDigits(); expression != "" {
		leading, err := beginInitial(expression)
		if err != nil {
			return r, err
		}
		r.leading = &leading
	}
	general := m.GetGeneralDesc()
	if r.general, err = beginWhole(general.GetNationalNumberPattern(), general.GetPossibleLength()); err != nil {
		return r, err
	}
	for _, k := range []struct {
		kind int
		of   *phonenumbers.PhoneNumberDesc
	}{
		// In the order of the library's getNumberTypeHelper.
		{kindPremium, m.GetPremiumRate()},
		{kindTollFree, m.GetTollFree()},
		{kindSharedCost, m.GetSharedCost()},
		{kindVoIP, m.GetVoip()},
		{kindPersonal, m.GetPersonalNumber()},
		{kindPager, m.GetPager()},
		{kindCompanyWide, m.GetUan()},
		{kindVoicemail, m.GetVoicemail()},
		{kindFixed, m.GetFixedLine()},
		{kindMobile, m.GetMobile()},
	} {
		if k.of.GetNationalNumberPattern() == "" {
			continue
		}
		pattern, err := beginWhole(k.of.GetNationalNumberPattern(), k.of.GetPossibleLength())
		if err != nil {
			return r, err
		}
		r.kinds = append(r.kinds, kindProgress{k.kind, pattern})
	}
	return r, nil
}

// format is the automaton that says which grouping a number has.
func (t *tables) format(m *phonenumbers.PhoneMetadata) (*node, error) {
	from := m.GetIntlNumberFormat()
	if len(from) == 0 {
		from = m.GetNumberFormat()
	}
	q := whichFormat{}
	for place, f := range from {
		g, err := newGrouping(f.GetPattern(), f.GetFormat())
		if err != nil {
			return nil, err
		}
		p := formatProgress{place: place, output: index(&t.formats, g)}
		if p.pattern, err = beginWhole(f.GetPattern(), nil); err != nil {
			return nil, err
		}
		if leading := f.GetLeadingDigitsPattern(); len(leading) > 0 {
			begun, err := beginInitial(leading[len(leading)-1])
			if err != nil {
				return nil, err
			}
			p.leading = &begun
		}
		q.formats = append(q.formats, p)
	}
	return t.nodes.build(q), nil
}

var (
	group    = regexp.MustCompile(`\(\\d(?:\{(\d+)(?:,(\d+))?\})?\)`)
	between  = regexp.MustCompile(`\$\d([-. ])?`)
	ordinals = regexp.MustCompile(`\d`)
)

// counts are how many digits a group has, a character each.
const counts = "0123456789:;<=>?"

// newGrouping reads a pattern such as (\d{3})(\d{3,4}) and its format, such as $1-$2.
// Every format has all groups, in their order.
func newGrouping(pattern, format string) (g grouping, err error) {
	groups := group.FindAllStringSubmatch(pattern, -1)
	for _, found := range groups {
		least := cmp.Or(found[1], "1")
		most := cmp.Or(found[2], least)
		low, errLow := strconv.Atoi(least)
		high, errHigh := strconv.Atoi(most)
		if errLow != nil || errHigh != nil || high < low || high >= len(counts) {
			return g, fmt.Errorf("the group %q", found[0])
		}
		g.least += counts[low : low+1]
		g.most += counts[high : high+1]
	}
	for _, found := range between.FindAllStringSubmatch(format, -1) {
		g.between += found[1]
	}
	order := strings.Join(ordinals.FindAllString(format, -1), "")
	if group.ReplaceAllString(pattern, "") != "" || between.ReplaceAllString(format, "") != "" ||
		order != "123456789"[:len(groups)] || len(g.between) != len(groups)-1 {
		return g, fmt.Errorf("the format %q of %q", format, pattern)
	}
	return g, nil
}
