package main

import (
	"fmt"
	"slices"
	"strings"
)

// progress is how far one pattern has come.
type progress struct {
	of    *pattern
	state state
}

// begin begins to look for expression at the first digit.
func begin(expression string, keeps bool) (progress, error) {
	p, err := compile("^(?:"+expression+")", keeps)
	if err != nil {
		return progress{}, err
	}
	return progress{p, p.start()}, nil
}

func (p progress) follow(position int, digit byte) progress {
	p.state = p.of.follow(p.state, position, digit)
	return p
}

// isDead reports whether p matches nothing any more.
func (p progress) isDead() bool { return len(p.state.threads) == 0 && !p.state.best.found }

func (p progress) end(position int) match { return p.of.end(p.state, position) }

// key tells p from others of the same pattern. Its address would do it for patterns,
// but would make the order of building, and so the output, another each time.
func (p progress) key(b *strings.Builder) {
	for _, t := range p.state.threads {
		fmt.Fprint(b, t.pc, t.captures)
	}
	if p.state.best.found {
		fmt.Fprint(b, "=", p.state.best.captures)
	}
	b.WriteByte(';')
}

// whole asks whether the whole number matches, with one of the lengths if there are
// any.
type whole struct {
	progress

	lengths []int
}

func beginWhole(expression string, lengths []int32) (whole, error) {
	p, err := begin("(?:"+expression+")$", false)
	w := whole{progress: p}
	for _, l := range lengths {
		w.lengths = append(w.lengths, int(l))
	}
	return w, err
}

func (w whole) follow(position int, digit byte) whole {
	w.progress = w.progress.follow(position, digit)
	return w
}

func (w whole) matches(position int) bool {
	return (len(w.lengths) == 0 || slices.Contains(w.lengths, position)) && w.end(position).found
}

// initial asks whether the number begins with a match. What is decided is kept.
type initial struct {
	progress
}

func beginInitial(expression string) (initial, error) {
	p, err := begin(expression, false)
	if err == nil && strings.Contains(expression, "$") {
		err = fmt.Errorf("the initial digits %q have an end", expression)
	}
	return initial{p}, err
}

// follow forgets what may follow, once there is a match.
func (i initial) follow(position int, digit byte) initial {
	if i.end(position).found {
		i.state = state{best: match{found: true}}
		return i
	}
	i.progress = i.progress.follow(position, digit)
	return i
}

// isGeneral asks whether a number is one of a region: 1 if it is.
type isGeneral struct {
	position int
	pattern  whole
}

func (q isGeneral) key() string {
	var b strings.Builder
	q.pattern.key(&b)
	return b.String()
}

func (q isGeneral) output() int {
	if q.pattern.matches(q.position) {
		return 1
	}
	return 0
}

func (q isGeneral) settled() bool { return q.pattern.isDead() }

func (q isGeneral) follow(digit byte) question {
	return isGeneral{q.position + 1, q.pattern.follow(q.position, digit)}
}

// whichPrefix asks for the prefix that a number begins with: what it means by
// meaning, 0 if there is none.
type whichPrefix struct {
	position int
	prefix   progress
	meaning  func(captures) int
}

func (q whichPrefix) key() string {
	var b strings.Builder
	fmt.Fprint(&b, q.position, " ")
	q.prefix.key(&b)
	return b.String()
}

func (q whichPrefix) output() int {
	if m := q.prefix.end(q.position); m.found {
		return q.meaning(m.captures)
	}
	return 0
}

func (q whichPrefix) settled() bool { return len(q.prefix.state.threads) == 0 }

func (q whichPrefix) follow(digit byte) question {
	return whichPrefix{q.position + 1, q.prefix.follow(q.position, digit), q.meaning}
}

// whichFormat asks how a number is grouped: the output of the first format for it.
type whichFormat struct {
	position int
	formats  []formatProgress
}

type formatProgress struct {
	place   int      // among those of its plan
	leading *initial // nil if any digits may lead
	pattern whole
	output  int
}

func (q whichFormat) key() string {
	var b strings.Builder
	for _, f := range q.formats {
		fmt.Fprint(&b, f.place, ":")
		if f.leading != nil {
			f.leading.key(&b)
		}
		f.pattern.key(&b)
	}
	return b.String()
}

func (q whichFormat) output() int {
	for _, f := range q.formats {
		if (f.leading == nil || f.leading.end(q.position).found) && f.pattern.matches(q.position) {
			return f.output
		}
	}
	return 0
}

func (q whichFormat) settled() bool { return len(q.formats) == 0 }

func (q whichFormat) follow(digit byte) question {
	next := whichFormat{position: q.position + 1}
	for _, f := range q.formats {
		f.pattern = f.pattern.follow(q.position, digit)
		if f.leading != nil {
			leading := f.leading.follow(q.position, digit)
			f.leading = &leading
		}
		if !f.pattern.isDead() && (f.leading == nil || !f.leading.isDead()) {
			next.formats = append(next.formats, f)
		}
	}
	return next
}

// whose asks which region of a country code a number belongs to, and of which kind it
// is: 16 times the place of the region among those of the code, from 1, plus the kind,
// 0 if there is none such.
type whose struct {
	position int
	regions  []regionProgress // those that it may belong to yet, in the order of the library
}

type regionProgress struct {
	place   int
	alone   bool     // it is the only one of its code, so all numbers are its own
	leading *initial // what its numbers begin with; nil if only the kinds tell
	general whole
	kinds   []kindProgress // in the order of the library
	same    bool           // mobile numbers look like those of fixed lines
}

type kindProgress struct {
	kind    int
	pattern whole
}

func (q whose) key() string {
	var b strings.Builder
	fmt.Fprint(&b, q.position, " ")
	for _, r := range q.regions {
		fmt.Fprint(&b, r.place, ":")
		if r.leading != nil {
			r.leading.key(&b)
		}
		r.general.key(&b)
		for _, k := range r.kinds {
			fmt.Fprint(&b, k.kind, ":")
			k.pattern.key(&b)
		}
	}
	return b.String()
}

func (q whose) output() int {
	for _, r := range q.regions {
		kind := r.kind(q.position)
		if r.alone || r.leading != nil && r.leading.end(q.position).found || r.leading == nil && kind != 0 {
			return 16*r.place + kind
		}
	}
	return 0
}

// kind is the kind of a number that ends here, as the library's getNumberTypeHelper
// has it.
func (r regionProgress) kind(position int) int {
	if !r.general.matches(position) {
		return 0
	}
	fixed, mobile := false, false
	for _, k := range r.kinds {
		switch found := k.pattern.matches(position); {
		case !found:
		case k.kind == kindFixed:
			fixed = true
		case k.kind == kindMobile:
			mobile = true
		default:
			return k.kind
		}
	}
	switch {
	case fixed && (r.same || mobile):
		return kindFixedOrMobile
	case fixed:
		return kindFixed
	case mobile && !r.same:
		return kindMobile
	}
	return 0
}

// settled: nothing is left that could match, so the answer stays.
func (q whose) settled() bool {
	for _, r := range q.regions {
		if len(r.kinds) > 0 && !r.general.isDead() {
			return false
		}
		if r.leading != nil && len(r.leading.state.threads) > 0 {
			return false
		}
	}
	return true
}

func (q whose) follow(digit byte) question {
	next := whose{position: q.position + 1}
	for _, r := range q.regions {
		if r.leading != nil {
			leading := r.leading.follow(q.position, digit)
			r.leading = &leading
		}
		r.general = r.general.follow(q.position, digit)
		kinds := []kindProgress{}
		for _, k := range r.kinds {
			k.pattern = k.pattern.follow(q.position, digit)
			if !k.pattern.isDead() {
				kinds = append(kinds, k)
			}
		}
		r.kinds = kinds
		switch {
		case r.leading != nil && r.leading.isDead():
			continue
		case r.leading == nil && !r.alone && (len(kinds) == 0 || r.general.isDead()):
			continue
		}
		next.regions = append(next.regions, r)
		if r.leading != nil && r.leading.end(next.position).found {
			break // it is decided against the others
		}
	}
	return next
}
