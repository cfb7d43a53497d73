package e2e

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"telex/ui/cli/clitest"
)

// TestListenFullDisk: on a full disk callbacks are refused, so that they come again; when
// there is room they are recorded, and nothing that was answered with a 2xx is missing.
func TestListenFullDisk(t *testing.T) {
	clitest.Slow(t, "a disk to be made and filled")
	if os.Getuid() != 0 {
		t.Skip("only root can have a disk made for it")
	}
	l := newListening(t)
	if err := syscall.Mount("none", l.state, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("no disk of its own here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(l.state, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	var errs bytes.Buffer
	cmd := l.start(t.Context(), &errs)
	p := &poster{url: l.url, answered: map[string]bool{}, first: make(chan struct{}, 1), client: &http.Client{Timeout: clitest.Patience}}
	p.await(t, &errs, func() { p.post(t.Context(), "before") })

	ballast := filepath.Join(l.state, "ballast")
	if err := fill(ballast); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var posting sync.WaitGroup
	for _, name := range []string{"a", "b", "c"} {
		posting.Go(func() { p.run(ctx, name) })
	}
	for end := time.Now().Add(clitest.Patience); p.refused() < 50; <-time.After(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("nothing is refused on a full disk\n%s", errs.String())
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	p.await(t, &errs, func() {})
	stop()
	posting.Wait()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	for _, want := range []string{"could not be recorded, so it was refused and comes again", "disk is full", "listen: recording again"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("telex said\n%s\nwant %q in it", errs.String(), want)
		}
	}
	if !p.answered["before"] || len(p.answered) < 2 {
		t.Errorf("answered %v", p.answered)
	}
	p.check(t, l.state)
}

// fill writes to a file until the disk is full.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	for size := 64 << 10; size > 0 && err == nil; {
		if _, err = f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size, err = size/2, nil
		}
	}
	return errors.Join(err, f.Close())
}

// refused is how many posts had no 2xx.
func (p *poster) refused() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.broken
}
