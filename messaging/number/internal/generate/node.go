package main

import (
	"fmt"
	"strings"
)

// node is one state of an automaton over digits: the output if the number ends there,
// and the nodes that follow it. A node that no node follows is a leaf, and its output
// stands whatever follows. Equal nodes are the same.
type node struct {
	output int
	next   [10]*node // all or none are nil
}

// question is something to be asked of a number, digit by digit.
type question interface {
	// key tells states of it apart: what is asked after equal keys has equal answers.
	key() string
	// output is the answer, 0 or more, if the number ends here.
	output() int
	// settled reports whether the answer is the same whatever follows.
	settled() bool
	// follow is the question after one more digit.
	follow(digit byte) question
}

// nodes holds every node once.
type nodes struct {
	known map[node]*node
	all   []*node // those that follow come first
}

func newNodes() *nodes {
	n := &nodes{known: map[node]*node{}}
	n.intern(node{}) // the leaf that says no is the first
	return n
}

func (n *nodes) intern(of node) *node {
	if found, ok := n.known[of]; ok {
		return found
	}
	made := &of
	n.known[of] = made
	n.all = append(n.all, made)
	return made
}

// build makes the least automaton that answers q.
func (n *nodes) build(q question) *node {
	return n.buildOnce(q, map[string]*node{})
}

func (n *nodes) buildOnce(q question, built map[string]*node) *node {
	if q.settled() {
		return n.intern(node{output: q.output()})
	}
	key := q.key()
	if found, ok := built[key]; ok {
		return found
	}
	made := node{output: q.output()}
	leaf := n.intern(node{output: made.output})
	isLeaf := true
	for digit := range made.next {
		made.next[digit] = n.buildOnce(q.follow('0'+byte(digit)), built)
		isLeaf = isLeaf && made.next[digit] == leaf
	}
	if isLeaf {
		made = *leaf
	}
	built[key] = n.intern(made)
	return built[key]
}

// The encoding, which plan.go of package number reads. Each character stands for a
// number of 0 to 63, from the space on. A node is its number of runs, plus hasOutput
// and two characters if its output is not 0; then its runs of digits that lead to the
// same node: the last digit, and three characters for where that node is, or the last
// digit plus leadsNowhere if it is the leaf that says no.
const (
	hasOutput    = 32
	leadsNowhere = 16
)

// encode gives the text of all nodes, and where each is in it.
func (n *nodes) encode() (text string, at map[*node]int, err error) {
	var b strings.Builder
	at = map[*node]int{}
	for _, of := range n.all {
		at[of] = b.Len()
		runs, count := n.encodeRuns(of, at)
		if of.output == 0 {
			b.WriteString(number(count, 1))
		} else {
			b.WriteString(number(count+hasOutput, 1) + number(of.output, 2))
		}
		b.WriteString(runs)
		if of.output >= 64*64 || b.Len() >= 64*64*64 {
			return "", nil, fmt.Errorf("too much for the encoding: an output of %d, %d characters", of.output, b.Len())
		}
	}
	return b.String(), at, nil
}

func (n *nodes) encodeRuns(of *node, at map[*node]int) (runs string, count int) {
	if of.next[0] == nil {
		return "", 0
	}
	for digit, to := range of.next {
		switch {
		case digit < 9 && of.next[digit+1] == to:
			continue
		case to == n.all[0]:
			runs += number(digit+leadsNowhere, 1)
		default:
			runs += number(digit, 1) + number(at[to], 3)
		}
		count++
	}
	return runs, count
}

// alphabet is the 64 characters from the space on.
const alphabet = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"

// number writes n in so many characters, the high ones first.
func number(n, characters int) string {
	text := make([]byte, characters)
	for i := characters - 1; i >= 0; i-- {
		text[i] = alphabet[n%len(alphabet)]
		n /= len(alphabet)
	}
	return string(text)
}
