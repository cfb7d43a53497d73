package ui

import "telex/ui/draft"

// among knows the recipients of a form by their numbers, as long as they stay the same.
type among struct {
	list    []string
	numbers map[string]bool
}

// of tells whether a form has a number.
func (l *among) of(f *draft.Form) func(number string) bool {
	if l.numbers == nil || !draft.Shared(l.list, f.To) {
		l.list, l.numbers = f.To, make(map[string]bool, len(f.To))
		for _, to := range f.To {
			l.numbers[to] = true
		}
	}
	return func(number string) bool { return l.numbers[number] }
}

// grow notes numbers that were put behind those of a form.
func (l *among) grow(f *draft.Form, numbers []string) {
	l.list = f.To
	for _, n := range numbers {
		l.numbers[n] = true
	}
}
