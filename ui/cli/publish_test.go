package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
)

// publishAs runs .ci/publish-as.
func publishAs(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	for _, part := range []string{"bash", "git", "tar", "sed"} {
		if _, err := exec.LookPath(part); err != nil || runtime.GOOS != "linux" {
			t.Skipf("needs Linux and %s", part)
		}
	}
	if _, err := os.Stat(filepath.Join("..", "..", ".git")); err != nil {
		t.Skip("not a repository")
	}
	out, err := exec.CommandContext(t.Context(), "bash", append([]string{filepath.Join("..", "..", ".ci", "publish-as")}, args...)...).CombinedOutput()
	return string(out), err
}

// TestPublishAs: a copy that is given an address names no package by its old one. That others
// can build with it is a step of .ci/run.
func TestPublishAs(t *testing.T) {
	sample.Deep(t)
	const path = "example.com/sample/telex"
	folder := filepath.Join(t.TempDir(), "copy")
	said, err := publishAs(t, path, folder)
	if err != nil || strings.TrimSpace(said) != folder {
		t.Fatalf("got %q, %v, want the folder", said, err)
	}
	if mod := fileText(t, folder, "go.mod"); !strings.HasPrefix(mod, "module "+path+"\n") {
		t.Errorf("go.mod begins with %.60q", mod)
	}
	ours := strings.TrimPrefix(strings.SplitN(repositoryText(t, "go.mod"), "\n", 2)[0], "module ")
	imports := 0
	err = filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			switch imported := strings.Trim(i.Path.Value, `"`); {
			case strings.HasPrefix(imported, path+"/"):
				imports++
			case strings.HasPrefix(imported, ours+"/"):
				t.Errorf("%s still imports %s", strings.TrimPrefix(name, folder), imported)
			}
		}
		return nil
	})
	if err != nil || imports < 1000 {
		t.Errorf("got %d imports of %s, %v", imports, path, err)
	}
	for _, name := range []string{".goreleaser.yaml", ".ci/generate", ".golangci.yml", "docs/library.md"} {
		if text := fileText(t, folder, name); !strings.Contains(text, path+"/") || strings.Contains(text, " "+ours+"/messaging") || strings.Contains(text, "-X "+ours+"/") {
			t.Errorf("%s still names the old path", name)
		}
	}
	for _, kept := range []string{"telex/config.toml in the user's folder", "telex/outbox.db"} { // names that users have
		if !strings.Contains(fileText(t, folder, "config", "paths.go")+fileText(t, folder, "ui", "cli", "variables.go"), kept) {
			t.Errorf("%q is gone", kept)
		}
	}
	if text := fileText(t, folder, "docs", "library.md"); strings.Contains(text, "unpublished") {
		t.Error("docs/library.md still says that there is no address")
	}
	if _, err := publishAs(t, path, folder); err == nil {
		t.Error("a folder that is not empty is written into")
	}
}

// TestPublishAsRefuses: what go would not fetch is refused before anything is made.
func TestPublishAsRefuses(t *testing.T) {
	for _, path := range []string{"telex", "example.com", "https://example.com/a/telex", "example.com/a/", "example.com/a,b", "example.com/a b", "example/a/telex", "example.com/../telex"} {
		folder := filepath.Join(t.TempDir(), "copy")
		said, err := publishAs(t, path, folder)
		if err == nil || !strings.Contains(said, "cannot be the path of a module") {
			t.Errorf("%q: got %q, %v, want it refused", path, said, err)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%q: a folder was made", path)
		}
	}
	if said, err := publishAs(t); err == nil || !strings.HasPrefix(said, "usage: ") {
		t.Errorf("got %q, %v, want how it is used", said, err)
	}
}

// fileText is the content of a file.
func fileText(t *testing.T, parts ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
