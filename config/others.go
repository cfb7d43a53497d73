package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// Whoever may change the file of profiles says which program telex runs and where
// messages and secrets go. So it is held to what sshd holds authorized_keys to with
// StrictModes, in safe_path of its misc.c: the file, its folder, and the folders above
// up to the user's home belong to the user or to root, and nobody else may write them.
// See https://man.openbsd.org/sshd_config#StrictModes
//
// In three points telex is milder. A folder above may be like /tmp, where everybody may
// write but only its owner may replace a file (the sticky bit). The group may write where
// nobody but the owner is in it, as Debian's ssh has it. A folder may belong to a user
// who has no number here, as root's do in a container without root.
//
// On Windows nothing of this is looked at: the mode of a file says nothing there, and
// the folder that profiles are in is by default its user's alone.

// What others than the owner may do, as bits of a mode.
const (
	groupWrite  fs.FileMode = 0o020
	othersWrite fs.FileMode = 0o022
	othersUse   fs.FileMode = 0o077
)

// An Exposure is a file or folder of this user that somebody else has a say in.
type Exposure struct {
	Path  string
	Mode  fs.FileMode
	Owner int // the uid that it belongs to, if that is neither this user nor root; else -1

	rights fs.FileMode // that others should not have
	home   string      // the variable that names another folder to be in; "" for a file
	sudo   bool        // this is root by sudo, and the owner is who called that
}

// What says what is wrong, without the path.
func (e *Exposure) What() string {
	switch {
	case e.Owner >= 0 && os.Geteuid() == 0:
		return "belongs to " + userName(e.Owner) + ", and telex runs as root"
	case e.Owner >= 0:
		return "belongs to " + userName(e.Owner) + ", not to you"
	case e.rights == othersWrite:
		return fmt.Sprintf("can be changed by others than its owner (mode %04o)", e.Mode.Perm())
	}
	return fmt.Sprintf("can be used by others than its owner (mode %04o)", e.Mode.Perm())
}

// Do is what to do about it. A command in it can be pasted into a shell.
func (e *Exposure) Do() string {
	switch {
	case e.sudo:
		return "run telex without sudo, or with the profiles of root: sudo -H telex"
	case e.Owner >= 0 && e.home != "": // to take one away from somebody breaks what is theirs
		return "set " + e.home + " to a folder of yours"
	case e.Owner >= 0:
		return fmt.Sprintf("if it is yours: sudo chown %d %s", os.Geteuid(), shellWord(e.Path))
	case e.rights == othersWrite:
		return "chmod go-w " + shellWord(e.Path)
	}
	return fmt.Sprintf("chmod %04o %s", e.Mode.Perm()&^e.rights, shellWord(e.Path))
}

// Error is both, with the path.
func (e *Exposure) Error() string { return fmt.Sprintf("%q %s; %s", e.Path, e.What(), e.remedy()) }

// remedy is Do within a sentence.
func (e *Exposure) remedy() string {
	if e.Owner < 0 {
		return "run: " + e.Do()
	}
	return e.Do()
}

// Exposed are the file at path and its folder as far as somebody else may read or
// change them, or owns them. What is not there is left out.
func Exposed(env Lookup, path string) []*Exposure {
	var all []*Exposure
	for _, p := range []string{filepath.Dir(path), path} {
		if info, err := os.Stat(p); err == nil {
			if e := exposure(env, p, info, othersUse); e != nil {
				all = append(all, e)
			}
		}
	}
	return all
}

// exposure judges one file or folder; nil is nothing to say. Of others' rights it looks
// at those given. Whoever may write to a folder with the sticky bit may not replace what
// is in it, and a pipe has no lasting content.
func exposure(env Lookup, path string, info fs.FileInfo, rights fs.FileMode) *Exposure {
	uid, gid, known := ownerOf(info)
	if !known || !info.IsDir() && !info.Mode().IsRegular() {
		return nil
	}
	e := &Exposure{Path: path, Mode: info.Mode(), Owner: -1, rights: rights}
	if info.IsDir() {
		e.home = EnvConfigHome
	}
	if me := os.Geteuid(); uid != me && uid != 0 && !(info.IsDir() && isUnmapped(uid)) {
		e.Owner = uid
		e.sudo = me == 0 && env.get("SUDO_UID") == strconv.Itoa(uid)
		return e
	}
	had := info.Mode().Perm() & rights
	if had == 0 || info.IsDir() && info.Mode()&fs.ModeSticky != 0 {
		return nil
	}
	if rights == othersWrite && had == groupWrite && hasPrivateGroup(uid, gid) {
		return nil
	}
	return e
}

// untrusted is the first that somebody else may change of the file at path, which info
// is about, every folder that leads to it, and the same for each link on the way. Nil is
// a file to be trusted. Without a file info is nil, and the folders are judged alone.
func untrusted(env Lookup, path string, info fs.FileInfo) *Exposure {
	home, err := filepath.EvalSymlinks(env.get("HOME"))
	if err != nil {
		home = ""
	}
	if info != nil {
		if e := exposure(env, path, info, othersWrite); e != nil {
			if target, err := filepath.EvalSymlinks(path); err == nil {
				e.Path = target // to be mended there
			}
			return e
		}
	}
	for range maxLinks {
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		for above := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && above != filepath.Dir(above); {
			above = filepath.Dir(above) // where it would be made
			folder, err = filepath.EvalSymlinks(above)
		}
		if err != nil {
			return nil //nolint:nilerr // the file cannot be there either
		}
		if e := untrustedFolder(env, folder, home); e != nil {
			return e
		}
		target, err := os.Readlink(path)
		if err != nil {
			return nil //nolint:nilerr // it is no link
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(folder, target)
		}
		path = target
	}
	return nil // reading it fails
}

// untrustedFolder judges a folder, which is no link, and those above it, up to home if
// it is below that.
func untrustedFolder(env Lookup, folder, home string) *Exposure {
	for {
		info, err := os.Stat(folder)
		if err != nil {
			return nil //nolint:nilerr // it went away, with all that is in it
		}
		if e := exposure(env, folder, info, othersWrite); e != nil {
			return e
		}
		above := filepath.Dir(folder)
		if folder == home || above == folder {
			return nil
		}
		folder = above
	}
}

// fault is e as what is wrong with the file at path.
func (e *Exposure) fault(path string) error {
	what := e.What()
	if e.Path != path {
		what = fmt.Sprintf("cannot be trusted: %q %s", e.Path, what)
	}
	return &FileError{Path: path, What: what, Do: e.remedy(), Err: e}
}

// CheckFolder says whether the file can be saved where it is: a *FileError if somebody
// else may change what is in its folder. It is for whoever is about to ask for much.
func (f *File) CheckFolder() error {
	if e := untrusted(f.env, f.path, nil); e != nil {
		return e.fault(f.path)
	}
	return nil
}

// userName is "alice (uid 1000)".
func userName(uid int) string {
	number := "uid " + strconv.Itoa(uid)
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil || u.Username == "" {
		return number
	}
	return u.Username + " (" + number + ")"
}

// shellWord is s as one word for bash, zsh and fish.
func shellWord(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// keepPrivate takes the rights of others to path, which is among the user's data, away,
// and says so if there were any.
// What belongs to somebody else is said, and left as it is.
func keepPrivate(env Lookup, path string) (warning string) {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	e := exposure(env, path, info, othersUse)
	if e == nil {
		return ""
	}
	if e.Owner >= 0 {
		if e.home != "" {
			e.home = EnvDataHome
		}
		return e.Error()
	}
	now := e.Mode.Perm() &^ othersUse
	if err := os.Chmod(path, now); err != nil {
		return fmt.Sprintf("%v; it was tried, but: %v", e, withoutPath(err))
	}
	return fmt.Sprintf("%q could be used by others than its owner (mode %04o); its mode is %04o now", path, e.Mode.Perm(), now)
}
