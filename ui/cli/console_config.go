package cli

import (
	"fmt"
	"maps"
	"slices"

	"telex/config"
	"telex/ui/keys"
	"telex/ui/widget"
)

// culprit is the first action without whose keys the error would not be.
func culprit(bound map[string][]string, err error) string {
	actions := slices.Sorted(maps.Keys(bound))
	for _, action := range actions {
		others := maps.Clone(bound)
		delete(others, action)
		if left := keys.Check(others); left == nil || left.Error() != err.Error() {
			return action
		}
	}
	return actions[0]
}

// consoleProblems are what is wrong with the parts of the file that only the console
// reads, its keys, its theme and its colours, each with file and line. Nil is nothing.
func consoleProblems(f *config.File) []error {
	var problems []error
	if err := widget.CheckTheme(f.Theme()); err != nil {
		problems = append(problems, f.At(err, "theme"))
	}
	colors := f.Colors()
	for _, role := range slices.Sorted(maps.Keys(colors)) {
		if err := widget.CheckRole(role, colors[role]); err != nil {
			problems = append(problems, f.At(fmt.Errorf("colors: %w", err), "colors", role))
		}
	}
	bound := f.Keys()
	for len(bound) > 0 {
		err := keys.Check(bound)
		if err == nil {
			break
		}
		action := culprit(bound, err)
		problems = append(problems, f.At(err, "keys", action))
		delete(bound, action)
	}
	return problems
}
