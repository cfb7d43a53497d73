package cli

import (
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
// reads, its keys and its theme, each with file and line. Nil is nothing.
func consoleProblems(f *config.File) []error {
	var problems []error
	if err := widget.CheckTheme(string(f.Theme())); err != nil {
		problems = append(problems, f.At(err, "theme"))
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
