package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"telex/ui/cli/say"
)

// TestFullDisk: where no message can be recorded, sending does not work.
func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	if os.Getuid() != 0 {
		t.Skip("only root can have a disk made for it")
	}
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no disk of its own here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(folder, "outbox.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var room, full checkup
	room.writable(path)
	if room.code != say.ExitOK {
		t.Errorf("with room: got %+v", room.findings)
	}
	if err := os.WriteFile(filepath.Join(folder, "ballast"), make([]byte, 2<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v, want the disk to be full", err)
	}
	full.writable(path)
	if f := full.findings[0]; full.code != say.ExitFailed || f.State != FindingFailed || f.Name != "writable" {
		t.Errorf("got exit code %d and %+v, want that nothing can be recorded", full.code, f)
	}
	left, err := filepath.Glob(filepath.Join(folder, ".doctor-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left %q, %v", left, err)
	}
}
