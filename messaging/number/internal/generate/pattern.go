package main

import (
	"fmt"
	"regexp/syntax"
)

// pattern is a regular expression over digits, as a program whose threads are followed
// digit by digit. It prefers what package regexp prefers.
type pattern struct {
	prog  *syntax.Prog
	keeps bool // what groups capture is kept
}

// state is where a pattern stands after some digits: the threads that live, the
// preferred one first, and the match that is to be beaten by those before it. A state
// is a value; following it makes a new one.
type state struct {
	threads []thread
	best    match
}

// thread is one way through a pattern: the instruction that waits for a digit, or for
// the end, and what it has captured.
type thread struct {
	pc       int
	captures captures
}

// captures are where the groups begin and end, in digits, in pairs as package regexp
// has them; the first pair is the whole match. -1 is nowhere.
type captures [2 * (1 + maxGroups)]int

// maxGroups is how many groups a pattern may have, if what they capture is kept.
const maxGroups = 2

// match is a match, if there is one.
type match struct {
	found    bool
	captures captures
}

// compile compiles an expression that matches from the first digit on.
func compile(expression string, keeps bool) (*pattern, error) {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("reading the pattern %q: %w", expression, err)
	}
	if keeps && re.MaxCap() > maxGroups {
		return nil, fmt.Errorf("the pattern %q has more than %d groups", expression, maxGroups)
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, fmt.Errorf("compiling the pattern %q: %w", expression, err)
	}
	return &pattern{prog, keeps}, nil
}

// start is the state before the first digit.
func (p *pattern) start() state {
	var s state
	s.threads = p.add(nil, p.prog.Start, 0, unset(), false)
	return s
}

func unset() captures {
	c := captures{}
	for i := range c {
		c[i] = -1
	}
	return c
}

// add puts the threads that begin at pc behind threads, without those that are in it.
// end tells whether the last digit has been read.
func (p *pattern) add(threads []thread, pc int, position int, c captures, end bool) []thread {
	for _, t := range threads {
		if t.pc == pc {
			return threads
		}
	}
	switch i := p.prog.Inst[pc]; i.Op {
	case syntax.InstFail:
		return threads
	case syntax.InstNop:
		return p.add(threads, int(i.Out), position, c, end)
	case syntax.InstCapture:
		if p.keeps {
			c[i.Arg] = position
		}
		return p.add(threads, int(i.Out), position, c, end)
	case syntax.InstAlt, syntax.InstAltMatch:
		threads = p.add(threads, int(i.Out), position, c, end)
		return p.add(threads, int(i.Arg), position, c, end)
	case syntax.InstEmptyWidth:
		begins, ends := i.Arg == uint32(syntax.EmptyBeginText), i.Arg == uint32(syntax.EmptyEndText)
		if begins && position == 0 || ends && end {
			return p.add(threads, int(i.Out), position, c, end)
		}
		return append(threads, thread{pc, c}) // it waits for the end
	default: // a match, or a class of digits
		return append(threads, thread{pc, c})
	}
}

// follow reads the digit at position.
func (p *pattern) follow(s state, position int, digit byte) state {
	next := state{best: s.best}
	for _, t := range s.threads {
		i := p.prog.Inst[t.pc]
		switch i.Op {
		case syntax.InstMatch:
			next.best = matched(t, position)
			return next
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if i.MatchRune(rune(digit)) {
				next.threads = p.add(next.threads, int(i.Out), position+1, t.captures, false)
			}
		default: // what waits for the end did not come to it
		}
	}
	return next
}

// end is the match if no digit follows the position digits that were read.
func (p *pattern) end(s state, position int) match {
	for _, t := range s.threads {
		for _, last := range p.add(nil, t.pc, position, t.captures, true) {
			if p.prog.Inst[last.pc].Op == syntax.InstMatch {
				return matched(last, position)
			}
		}
	}
	return s.best
}

func matched(t thread, position int) match {
	m := match{true, t.captures}
	m.captures[0], m.captures[1] = 0, position
	return m
}
