package cli

import (
	"fmt"
	"maps"
	"slices"

	"telex/config"
	"telex/ui/keys"
)

// at is an error with the place in the file that it is about.
func at(f *config.File, err error, path ...string) error {
	return fmt.Errorf("%s: %w", f.Where(path...), err)
}

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
