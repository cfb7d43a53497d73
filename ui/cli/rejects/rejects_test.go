package rejects

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"telex/messaging/broadcast/list"
)

// kept keeps one row of a list, and returns the name of its file.
func kept(t *testing.T, name string) string {
	t.Helper()
	f := For(name, []string{"name", "phone"})
	if name, n, err := f.Close(); name != "" || n != 0 || err != nil {
		t.Errorf("without a row Close = %q, %d, %v", name, n, err)
	}
	if err := f.Add(list.Row{Line: 3, Value: "soon", Values: []string{"=1+1", "soon"}}, "has letters"); err != nil {
		t.Fatal(err)
	}
	file, n, err := f.Close()
	if n != 1 || err != nil {
		t.Errorf("Close = %q, %d, %v, want one row", file, n, err)
	}
	content, err := os.ReadFile(file)
	if want := "line,reason,number as read,name,phone\n3,has letters,soon,'=1+1,soon\n"; err != nil || string(content) != want {
		t.Errorf("%s has %q, %v, want %q", file, content, err, want)
	}
	return file
}

// TestFile: rejects stand beside their list, never in the place of another file, for this
// user alone; or in the working folder.
func TestFile(t *testing.T) {
	t.Chdir(t.TempDir())
	folder := t.TempDir()
	people := filepath.Join(folder, "people.csv")
	for _, want := range []string{"people.rejects.csv", "people.rejects-2.csv", "people.rejects-3.csv"} {
		if got := kept(t, people); got != filepath.Join(folder, want) {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
	if info, err := os.Stat(filepath.Join(folder, "people.rejects.csv")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("its rights are %v, %v", info.Mode(), err)
	}
	if got := kept(t, filepath.Join(folder, "gone", "team.vcf")); got != "team.rejects.csv" {
		t.Errorf("beside a folder that is not there it is %s", got)
	}
	if got := kept(t, "-"); got != "list.rejects.csv" {
		t.Errorf("of standard input it is %s", got)
	}
	working, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(working); err != nil {
		t.Skip("the working folder stays:", err)
	}
	f := For("-", nil)
	if err := f.Add(list.Row{}, ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("where nothing can be written Add = %v", err)
	}
}
