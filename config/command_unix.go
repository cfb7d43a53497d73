//go:build unix

package config

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// asGroup makes cmd the first of a process group, and its end the end of all of that.
func asGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err //nolint:wrapcheck // for package exec
	}
}
