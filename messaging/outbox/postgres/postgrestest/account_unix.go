//go:build unix

package postgrestest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// An account is who a server runs as: not root, which it refuses. Nil is whoever runs this.
type account struct{ uid, gid uint32 }

// accountFor is this user, or, for root, another one.
func accountFor() (*account, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nil is this user
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &account{uint32(uid), uint32(gid)}, nil
	}
	return nil, fmt.Errorf("%w: there is nobody but root to run it", ErrMissing)
}

// own makes a folder the account's.
func (a *account) own(folder string) error {
	if a == nil {
		return nil
	}
	if err := os.Chown(folder, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("%w: %w", ErrMissing, err)
	}
	return os.Chmod(folder, 0o755) //nolint:gosec,wrapcheck // the tests, as root, connect there
}

// as makes a command the account's.
func (a *account) as(c *exec.Cmd) {
	if a != nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: a.uid, Gid: a.gid}}
	}
}
