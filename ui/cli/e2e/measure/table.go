//go:build linux

package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A result is what one round found of one program, by the names of rows. What it says
// nothing of was not there to be measured.
type result map[string]float64

// A subject is a program of a table.
type subject struct {
	name    string
	measure func(ctx context.Context, round int) (result, error)
	guest   bool // not ours: it is left out where it fails
}

// A table has a column for each subject and a row for each figure, and the ratio of
// one to another.
type table struct {
	title    string
	rows     []string
	of, over string // the ratio that the last column has
	subjects []subject
	warm     bool // a round before the first is not counted: files are read, and an outbox is made
}

// wanted reports whether a table was asked for. Who types its title has no ×.
func (b *bench) wanted(title string) bool {
	title = strings.ReplaceAll(title, "×", "x")
	return slices.ContainsFunc(strings.Split(b.only, ","), func(text string) bool { return strings.Contains(title, strings.TrimSpace(text)) })
}

// print measures in turns and prints medians.
func (b *bench) print(ctx context.Context, rounds int, t table) error {
	if !b.wanted(t.title) {
		return nil
	}
	found, first := map[string][]result{}, 1
	if t.warm {
		first = 0
	}
	for round := first; round <= rounds; round++ {
		_, _ = fmt.Fprintf(b.progress, "%s: round %d of %d\n", t.title, round, rounds)
		for i := range t.subjects {
			s := t.subjects[(round+i)%len(t.subjects)]
			r, err := s.measure(ctx, round)
			switch {
			case err != nil && s.guest && ctx.Err() == nil:
				_, _ = fmt.Fprintf(b.progress, "%s is left out of this round: %v\n", s.name, err)
			case err != nil:
				return fmt.Errorf("%s, %s: %w", t.title, s.name, err)
			case round > 0:
				found[s.name] = append(found[s.name], r)
			}
		}
	}
	var w strings.Builder
	fmt.Fprintf(&w, "\n## %s\n\n|", t.title)
	for _, s := range t.subjects {
		w.WriteString(" | " + s.name)
	}
	fmt.Fprintf(&w, " | %s to %s |\n|---|%s\n", t.of, t.over, strings.Repeat("---:|", len(t.subjects)+1))
	for _, row := range t.rows {
		w.WriteString("| " + row + " |")
		for _, s := range t.subjects {
			w.WriteString(" " + figure(middle(found[s.name], row)) + " |")
		}
		w.WriteString(" " + ratio(middle(found[t.of], row), middle(found[t.over], row)) + " |\n")
	}
	_, err := b.out.Write([]byte(w.String()))
	if err != nil {
		return fmt.Errorf("print a table: %w", err)
	}
	return nil
}

// middle is the median of a row over the rounds; NaN if no round has it.
func middle(rounds []result, row string) float64 {
	var values []float64
	for _, r := range rounds {
		if v, ok := r[row]; ok {
			values = append(values, v)
		}
	}
	return quantile(values, 0.5)
}

// quantile is the value below which a share q of the values lies, between two of them if
// need be; NaN if there are none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// figure is a value with as many digits as it is worth.
func figure(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case v == math.Trunc(v) || math.Abs(v) >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func ratio(of, over float64) string {
	if r := of / over; !math.IsNaN(r) && !math.IsInf(r, 0) {
		return strconv.FormatFloat(r, 'f', 2, 64)
	}
	return ""
}
