//go:build unix

package config

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// usualUmask makes folders of the tests ones that telex trusts, whatever the umask of
// whoever runs them.
func usualUmask() { syscall.Umask(0o022) }

// A home is a user's, with a file of profiles in it. Its name has to be quoted in a shell.
type home struct {
	t    *testing.T
	root string // of all of it
	env  map[string]string
	path string // of the file
}

func newHome(t *testing.T) *home {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &home{t: t, root: root, env: map[string]string{"HOME": filepath.Join(root, "home of o'neill")}}
	if h.path, err = Path(environment(h.env)); err != nil {
		t.Fatal(err)
	}
	h.write(h.path)
	return h
}

// write makes a file of profiles at path, and its folders, as the user alone may use.
func (h *home) write(path string) {
	h.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("theme = \"dark\"\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// at is a file or folder of the home; "" is the home itself.
func (h *home) at(name string) string { return filepath.Join(h.env["HOME"], name) }

func (h *home) chmod(path string, mode os.FileMode) {
	h.t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		h.t.Fatal(err)
	}
}

// link moves the file of profiles to another place and links to it.
func (h *home) link(to string) {
	h.t.Helper()
	h.write(to)
	if err := errors.Join(os.Remove(h.path), os.Symlink(to, h.path)); err != nil {
		h.t.Fatal(err)
	}
}

// TestFileOfOthers: a file of profiles that somebody else may change is not obeyed, and
// what is said about it mends it.
func TestFileOfOthers(t *testing.T) {
	const writable = os.ModeSticky | 0o777
	tests := []struct {
		name string
		set  func(h *home)
		bad  func(h *home) string // what is refused; nil for nothing
	}{
		{"as telex makes it", func(*home) {}, nil},
		{"others may read it", func(h *home) { h.chmod(h.path, 0o644) }, nil},
		{"others may write it", func(h *home) { h.chmod(h.path, 0o602) }, func(h *home) string { return h.path }},
		{"its folder", func(h *home) { h.chmod(filepath.Dir(h.path), 0o777) }, func(h *home) string { return filepath.Dir(h.path) }},
		{"a folder above", func(h *home) { h.chmod(h.at(".config"), 0o757) }, func(h *home) string { return h.at(".config") }},
		{"the home", func(h *home) { h.chmod(h.at(""), 0o777) }, func(h *home) string { return h.at("") }},
		{"above the home", func(h *home) { h.chmod(h.root, 0o777) }, nil},
		{"outside of the home", func(h *home) { h.env["HOME"] = h.root + "/elsewhere"; h.chmod(h.root, 0o777) }, func(h *home) string { return h.root }},
		{"a folder like /tmp", func(h *home) { h.env["HOME"] = h.root + "/elsewhere"; h.chmod(h.root, writable) }, nil},
		{"a link", func(h *home) { h.link(h.at("dotfiles/telex.toml")) }, nil},
		{"a link to a file of all", func(h *home) {
			h.link(h.at("dotfiles/telex.toml"))
			h.chmod(h.at("dotfiles/telex.toml"), 0o666)
		}, func(h *home) string { return h.at("dotfiles/telex.toml") }},
		{"a link into a folder of all", func(h *home) {
			h.link(h.at("dotfiles/telex.toml"))
			h.chmod(h.at("dotfiles"), 0o777)
		}, func(h *home) string { return h.at("dotfiles") }},
		{"a link in a folder of all", func(h *home) {
			h.link(h.at("dotfiles/telex.toml"))
			h.chmod(filepath.Dir(h.path), 0o777)
		}, func(h *home) string { return filepath.Dir(h.path) }},
		{"a link to a link in a folder of all", func(h *home) {
			h.link(h.at("dotfiles/telex.toml"))
			if err := errors.Join(os.Mkdir(h.at("all"), 0o700), os.Symlink("../dotfiles/telex.toml", h.at("all/link")),
				os.Remove(h.path), os.Symlink("../../all/link", h.path)); err != nil {
				h.t.Fatal(err)
			}
			h.chmod(h.at("all"), 0o777)
		}, func(h *home) string { return h.at("all") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHome(t)
			tt.set(h)
			_, err := Load(environment(h.env), h.path)
			if tt.bad == nil {
				if err != nil {
					t.Errorf("got %v, want it read", err)
				}
				return
			}
			e, ok := errors.AsType[*Exposure](err)
			if !ok || e.Path != tt.bad(h) || !strings.Contains(err.Error(), h.path) || !strings.Contains(err.Error(), "by others than its owner (mode 0") {
				t.Fatalf("got %v, want %q refused, for others may change it", err, tt.bad(h))
			}
			if out, err := exec.CommandContext(t.Context(), "sh", "-c", e.Do()).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", e.Do(), err, out)
			}
			if _, err := Load(environment(h.env), h.path); err != nil {
				t.Errorf("after %s: got %v, want it read", e.Do(), err)
			}
		})
	}
}

// TestSaveAmongOthers: nothing is saved where somebody else may change it.
func TestSaveAmongOthers(t *testing.T) {
	h := newHome(t)
	f, err := Load(environment(h.env), h.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.CheckFolder(); err != nil {
		t.Errorf("got %v, want the folder trusted", err)
	}
	if err := f.Put(Profile{Name: "main", Auth: Basic}); err != nil {
		t.Fatal(err)
	}
	h.chmod(filepath.Dir(h.path), 0o777)
	for what, err := range map[string]error{"look": f.CheckFolder(), "save": f.Save(t.Context())} {
		if _, ok := errors.AsType[*Exposure](err); !ok {
			t.Errorf("%s: got %v, want the folder refused", what, err)
		}
	}
	if text, err := os.ReadFile(h.path); err != nil || strings.Contains(string(text), "main") {
		t.Errorf("got %q (%v), want it as it was", text, err)
	}
}

// helpLoad reads the file of profiles, and says what came of it.
func helpLoad(_ context.Context, path string) error {
	_, err := Load(os.LookupEnv, path)
	say("%v", err)
	return nil
}

// TestOwner: whose a file is, seen by different users.
func TestOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files to others")
	}
	const alice, bob = 61234, 65678 // nobody has these, nor are there groups of these numbers
	const unmapped = 65534
	binary := sharedBinary(t)
	tests := []struct {
		name             string
		file, folder, as int
		group            int // that may write to all of it; 0: the owner's, which may not
		env              []string
		want             []string // nothing: it is read
	}{
		{"one's own", alice, alice, alice, 0, nil, nil},
		{"made by root", 0, 0, alice, 0, nil, nil},
		{"a group that is the user's alone", alice, alice, alice, alice, nil, nil},
		{"a group of others", alice, alice, alice, bob, nil, []string{"can be changed by others than its owner (mode 0664)", "chmod go-w "}},
		{"made by root, for a group", 0, 0, alice, bob, nil, []string{"can be changed by others than its owner (mode 0664)"}},
		{"a file of somebody", bob, alice, alice, 0, nil, []string{"belongs to uid 65678, not to you", "sudo chown 61234 "}},
		{"a folder of somebody", alice, bob, alice, 0, nil, []string{"cannot be trusted", "belongs to uid 65678, not to you; set XDG_CONFIG_HOME to a folder of yours"}},
		{"folders of a root who has no number here", alice, unmapped, alice, 0, nil, nil},
		{"a file of somebody who has no number here", unmapped, alice, alice, 0, nil, []string{"(uid 65534), not to you"}},
		{"by sudo", alice, alice, 0, 0, []string{"SUDO_UID=61234"}, []string{"belongs to uid 61234, and telex runs as root", "run telex without sudo", "sudo -H telex"}},
		{"root, with a file of somebody", bob, 0, 0, 0, []string{"SUDO_UID=61234"}, []string{"belongs to uid 65678, and telex runs as root", "sudo chown 0 "}},
		{"root, in a folder of somebody", 0, alice, 0, 0, []string{"SUDO_UID=61234"}, []string{"cannot be trusted", "run telex without sudo"}},
		{"root, in a folder of somebody, not by sudo", 0, alice, 0, 0, nil, []string{"cannot be trusted", "set XDG_CONFIG_HOME to a folder of yours"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHome(t)
			h.chmod(h.root, 0o755)
			h.chmod(filepath.Dir(h.root), 0o755) // that of the test
			give := func(path string, owner int, mode os.FileMode) {
				group := owner
				if tt.group != 0 {
					group, mode = tt.group, mode|0o020
				}
				h.chmod(path, mode)
				if err := os.Chown(path, owner, group); err != nil {
					t.Fatal(err)
				}
			}
			for path := filepath.Dir(h.path); path != h.root; path = filepath.Dir(path) {
				give(path, tt.folder, 0o755)
			}
			give(h.path, tt.file, 0o644)
			cmd := exec.CommandContext(t.Context(), binary)
			cmd.Dir = "/"
			cmd.Env = append(tt.env, "HOME="+h.env["HOME"], helperVariable+"=load", argumentVariable+"="+h.path)
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(tt.as), Gid: uint32(tt.as)}}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("as %d: %v\n%s", tt.as, err, out)
			}
			if len(tt.want) == 0 && strings.TrimSpace(string(out)) != "<nil>" {
				t.Errorf("got %s, want it read", out)
			}
			if tt.file == tt.as && strings.Contains(string(out), "chown") {
				t.Errorf("got %s, want no folder taken away from anybody", out)
			}
			for _, want := range tt.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("got %s, want %q in it", out, want)
				}
			}
		})
	}
}

// TestDataFolderOfOthers: of a folder of data the advice is a folder for data.
func TestDataFolderOfOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files to others")
	}
	folder := t.TempDir()
	if err := os.Chown(folder, 61234, 61234); err != nil {
		t.Fatal(err)
	}
	got := keepPrivate(environment(nil), folder)
	if !strings.Contains(got, "belongs to uid 61234") || !strings.HasSuffix(got, "set XDG_DATA_HOME to a folder of yours") {
		t.Errorf("got %q, want the owner and what to do", got)
	}
}

// sharedBinary is this test's binary where every user may run it.
func sharedBinary(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = from.Close() }()
	path := filepath.Join(folder, "helper")
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Close(), os.Chmod(path, 0o755), os.Chmod(folder, 0o755), os.Chmod(filepath.Dir(folder), 0o755)); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSecretFileOfOthers: the same judge looks at files that hold one secret.
func TestSecretFileOfOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := environment(map[string]string{EnvClientID: "c", EnvClientSecret + fileSuffix: path})
	warnings := func() string {
		c, err := FindCredentials(env)
		if err != nil || c.Secret.Reveal() != "hush" {
			t.Fatalf("got %v, want the secret", err)
		}
		return strings.Join(c.Warnings, "\n")
	}
	if got := warnings(); got != "" {
		t.Errorf("got %q, want no warning", got)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := warnings(); !strings.Contains(got, "can be used by others than its owner (mode 0644); run: chmod 0600 "+path) {
		t.Errorf("got %q, want the mode and what to do", got)
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Chown(path, 61234, 61234); err != nil {
		t.Fatal(err)
	}
	if got := warnings(); !strings.Contains(got, "belongs to uid 61234, and telex runs as root") {
		t.Errorf("got %q, want the owner", got)
	}
}
