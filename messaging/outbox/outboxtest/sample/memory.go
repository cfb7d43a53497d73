package sample

import "os"

// InMemory has the temporary folders of this process, and of those it starts, in memory where
// the system has room for them there: a test makes and removes files for longer than it does
// most of what it does with them. They are where TMPDIR says, if it says anything, and on the
// disk where the tests are to be thorough.
func InMemory() {
	if os.Getenv("TMPDIR") != "" || Thorough() {
		return
	}
	if folder := memory(); folder != "" {
		_ = os.Setenv("TMPDIR", folder) // else they are on the disk
	}
}
