package terminal

import (
	"os/exec"
	"runtime"
)

// Editor is the user's editor on a file. $VISUAL and $EDITOR may hold
// arguments, which a shell takes apart as git and others let it.
func Editor(environ []string, path string) *exec.Cmd {
	editor := Env(environ, "VISUAL")
	if editor == "" {
		editor = Env(environ, "EDITOR")
	}
	if runtime.GOOS == "windows" {
		if editor == "" {
			editor = "notepad"
		}
		return exec.Command(editor, path) //nolint:gosec,noctx // the user's own choice; it ends when the user ends it
	}
	if editor == "" {
		editor = "vi"
	}
	return exec.Command("sh", "-c", editor+` "$1"`, "sh", path) //nolint:gosec,noctx // as above
}
