//go:build unix

package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"telex/messaging/outbox"
)

const (
	// mostLinks is how many links a name may lead through, as in Linux.
	mostLinks = 40
	// unmapped is the owner that a user namespace shows for users it does not know; see
	// user_namespaces(7).
	unmapped = 65534
)

// trusted reports whether nobody but this user and root can decide what the names of an
// outbox lead to, as ssh asks of its files: else what is recorded is read by others, or
// a link of theirs makes telex write over something. Nothing is made or changed.
func trusted(path string) error {
	folder := filepath.Dir(path)
	if err := trustedFolder(folder, mostLinks); err != nil {
		return err
	}
	if info, err := os.Stat(folder); err == nil && ownerOf(info) != os.Geteuid() {
		return othersFile(folder, info)
	}
	target := path
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if target, err = os.Readlink(path); err != nil {
			return fmt.Errorf("follow the link: %w", err)
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(folder, target)
		}
		if err := trustedFolder(filepath.Dir(target), mostLinks); err != nil {
			return err
		}
	}
	if info, err := os.Stat(target); err == nil && info.Mode().IsRegular() && ownerOf(info) != os.Geteuid() {
		return othersFile(target, info)
	}
	locks := target + "-owners"
	names := []string{locks, filepath.Join(locks, "in-use"), target + "-damaged"}
	for _, suffix := range companions {
		names = append(names, target+suffix)
	}
	for _, name := range names {
		info, err := os.Lstat(name)
		switch {
		case err != nil:
		case info.Mode()&fs.ModeSymlink != 0:
			return &outbox.Error{
				Op: "open the outbox", Err: cause{outbox.ErrUnsafe, errors.New(name + " is a link")},
				Hint: "telex makes none: see where it leads, remove it and start again; nothing was changed",
			}
		case ownerOf(info) != os.Geteuid():
			return othersFile(name, info)
		}
	}
	return nil
}

// trustedFolder is trusted for a folder and those above it, as far as they are there.
func trustedFolder(folder string, links int) error {
	at := string(filepath.Separator)
	for _, part := range strings.Split(strings.TrimPrefix(filepath.Clean(folder), at), at) {
		next := filepath.Join(at, part)
		info, err := os.Lstat(next)
		if err != nil {
			return nil //nolint:nilerr // it is made, or the system says why not
		}
		if owner := ownerOf(info); owner != os.Geteuid() && owner != 0 && owner != unmapped {
			return othersFile(next, info)
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(next)
			if err != nil || links == 0 {
				return nil //nolint:nilerr // the system says why not
			}
			if !filepath.IsAbs(target) {
				target = filepath.Join(at, target)
			}
			if err := trustedFolder(target, links-1); err != nil {
				return err
			}
			if next, err = filepath.EvalSymlinks(next); err != nil {
				return nil //nolint:nilerr // as above
			}
			at = next
			continue
		}
		if openToOthers(info) {
			return &outbox.Error{
				Op: "open the outbox", Err: cause{outbox.ErrUnsafe, errors.New("other users may write " + next)},
				Hint: "take that right away with chmod go-w " + shellWord(next) + ", or set XDG_STATE_HOME to a folder of yours; nothing was changed",
			}
		}
		at = next
	}
	return nil
}

// openToOthers reports whether others may put things in a folder in place of what is
// there. In a sticky one, such as /tmp, each may replace only what is theirs. A group of
// the same number as the user is the user's alone on most systems, and what root lets a
// group do is root's affair.
func openToOthers(info fs.FileInfo) bool {
	mode := info.Mode()
	if !mode.IsDir() || mode&fs.ModeSticky != 0 {
		return false
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	return mode.Perm()&0o002 != 0 || mode.Perm()&0o020 != 0 && ok && s.Uid != 0 && s.Gid != s.Uid
}

// othersFile says that something belongs to somebody else, and how that may have come.
func othersFile(name string, info fs.FileInfo) error {
	owner := ownerOf(info)
	e := &outbox.Error{
		Op: "open the outbox", Err: cause{outbox.ErrUnsafe, fmt.Errorf("%s belongs to user %d, and this is user %d", name, owner, os.Geteuid())},
		Hint: "set XDG_STATE_HOME to a folder of yours; nothing was changed",
	}
	switch {
	case os.Geteuid() == 0:
		e.Hint = "run telex without sudo, or as root with a home of its own: sudo -H; nothing was changed"
	case owner == 0:
		e.Hint = "telex may have been run with sudo: take it back with sudo chown -R " + fmt.Sprint(os.Geteuid()) + " " + shellWord(name) + "; nothing was changed"
	}
	return e
}

func ownerOf(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid)
	}
	return os.Geteuid()
}

// shellWord is a name as one word of any shell.
func shellWord(name string) string { return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'" }
