package terminal

import (
	"os/exec"
	"runtime"
)

// EditorName is the user's editor: $VISUAL or $EDITOR, or what every system has.
func EditorName(environ []string) string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if editor := Env(environ, name); editor != "" {
			return editor
		}
	}
	if runtime.GOOS == "windows" {
		return "notepad"
	}
	return "vi"
}

// Editor is the user's editor on a file. $VISUAL and $EDITOR may hold
// arguments, which a shell takes apart as git and others let it.
func Editor(environ []string, path string) *exec.Cmd {
	editor := EditorName(environ)
	if runtime.GOOS == "windows" {
		return exec.Command(editor, path) //nolint:gosec,noctx // the user's own choice; it ends when the user ends it
	}
	return exec.Command("sh", "-c", editor+` "$1"`, "sh", path) //nolint:gosec,noctx // as above
}
