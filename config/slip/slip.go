// Package slip tells which name was meant by one that there is none of.
package slip

import "strings"

// most is of how many names it is asked whether they were meant.
const most = 3

// Near are those of names that typed may have been meant for: it is cut short, or has one
// slip in four letters. None are near where it would have to be asked about many.
func Near(typed string, names []string) []string {
	if len(typed) < 2 {
		return nil
	}
	var near []string
	for _, name := range names {
		if strings.HasPrefix(name, typed) || typed[0] == name[0] && slips(typed, name) <= 1+(len(typed)-1)/4 {
			near = append(near, name)
		}
	}
	if len(near) > most {
		return nil
	}
	return near
}

// slips is how many letters have to be put in, left out, changed or swapped with the next
// to make b of a: the distance of Damerau and Levenshtein, each letter used once.
func slips(a, b string) int {
	var before []int // the row above the last one
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
