package sample

import (
	"os"
	"testing"
)

// Quick reports whether a test is to do less of what is always the same: in the quick
// round, -short, and under the race detector.
func Quick() bool { return testing.Short() || Racing }

// Long leaves a long test out of the quick round, and out where the race detector watches:
// the full run has it.
func Long(t *testing.T) {
	t.Helper()
	Whole(t)
	Alone(t)
}

// Whole leaves a test out of the quick round, which has others of its kind.
func Whole(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
}

// Thorough reports whether a test is to do all that it can, also what takes long and is much
// of the same: with TELEX_INTEGRATION=1.
func Thorough() bool { return os.Getenv("TELEX_INTEGRATION") == "1" }

// Rounds is how often a test does what is always the same: few times in the quick round and
// under the race detector, all of them where it is to be thorough, and otherwise some.
func Rounds(few, some, all int) int {
	switch {
	case Quick():
		return few
	case Thorough():
		return all
	}
	return some
}

// Some are a few of the cases of a test in the quick round, others each time, and all of them
// otherwise.
func Some[C any](few int, all map[string]C) map[string]C {
	if !testing.Short() {
		return all
	}
	some := map[string]C{}
	for name, c := range all {
		if len(some) == few {
			break
		}
		some[name] = c
	}
	return some
}

// Deep leaves a test to those rounds that are thorough.
func Deep(t *testing.T) {
	t.Helper()
	if !Thorough() {
		t.Skip("it takes seconds: TELEX_INTEGRATION=1 has it")
	}
}

// Alone leaves a long test of one goroutine out where the race detector watches.
func Alone(t *testing.T) {
	t.Helper()
	if Racing {
		t.Skip("-race: one goroutine, ten times as slow")
	}
}
