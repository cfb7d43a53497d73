package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// helpFull mounts a small disk of its own where the outbox will be, for helpFilled.
func helpFull(_ context.Context, path, _ string) error {
	runtime.LockOSThread() // the mounts are those of a thread, and of what it becomes
	disk := filepath.Dir(path)
	for _, step := range []func() error{
		func() error { return os.MkdirAll(disk, 0o700) },
		func() error { return unix.Unshare(unix.CLONE_NEWNS) },
		func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") },
		func() error { return unix.Mount("none", disk, "tmpfs", 0, "size=2m,mode=0700") },
	} {
		if err := step(); err != nil {
			say("skip %v", err)
			return nil
		}
	}
	if err := os.Setenv(helperVariable, "filled"); err != nil {
		return err
	}
	return unix.Exec("/proc/self/exe", os.Args, os.Environ())
}

// helpFilled fills the disk beside an outbox, and tries to use that.
func helpFilled(ctx context.Context, path, left string) error {
	other := filepath.Join(filepath.Dir(path), "other.db")
	o, err := openWith(ctx, other, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	if _, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("first")}}); err != nil {
		return err
	}
	if left == "closed" {
		if err := o.Close(); err != nil {
			return err
		}
	}
	for _, suffix := range []string{"", "-wal"} { // as a process that died left them
		content, err := os.ReadFile(other + suffix)
		if err == nil {
			err = os.WriteFile(path+suffix, content, 0o600)
		}
		if err != nil && (left == "log" || suffix == "") {
			return err
		}
	}
	if err := o.Close(); err != nil {
		return err
	}
	fill, err := os.Create(filepath.Join(filepath.Dir(path), "fill"))
	if err != nil {
		return err
	}
	if _, err := io.Copy(fill, zeros{}); !errors.Is(err, unix.ENOSPC) {
		return fmt.Errorf("the disk does not become full: %w", err)
	}
	if err := fill.Close(); err != nil {
		return err
	}
	if err := helpTry(ctx, path); err != nil {
		return err
	}
	if err := readOnly(ctx, path); err != nil {
		return err
	}
	if err := os.Remove(fill.Name()); err != nil {
		return err
	}
	return helpTry(ctx, path)
}

// helpStarved records how a message ended while no more files may be opened.
func helpStarved(ctx context.Context, path, _ string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	ids, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{sample.SMS("first")}})
	if err != nil {
		return err
	}
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		return err
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1, Max: before.Max}); err != nil {
		return err
	}
	_, opened := os.Open(path)
	settled := o.Settle(ctx, ids[0], nil, sample.Lost())
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		return err
	}
	say("%t", errors.Is(opened, syscall.EMFILE))
	describe(settled)
	d, err := o.Detail(ctx, ids[0])
	say("%s %v", d.State, err)
	return errors.Join(err, o.Close())
}

// TestStarved: what became of a message is recorded though no more files may be opened, as
// where as many messages are on their way as a low limit allows.
func TestStarved(t *testing.T) {
	p := started(t, "starved", place(t), "")
	p.want("true")
	p.want("[] <nil>")
	p.want("unknown <nil>")
	p.end()
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestFullDisk: a full disk is called full, nothing is recorded, and what was is read.
func TestFullDisk(t *testing.T) {
	for _, left := range []string{"closed", "log"} {
		t.Run(left, func(t *testing.T) {
			p := started(t, "full", place(t), left)
			line := p.line()
			if strings.HasPrefix(line, "skip ") {
				t.Skip("no disk can be mounted: " + line)
			}
			if !strings.HasPrefix(line, "["+outbox.ErrFull.Error()+"] open the outbox") || !strings.Contains(line, "free some space") {
				t.Errorf("it says %q, want that the disk is full", line)
			}
			p.want("read first")
			p.want("found 1")
			if line := p.line(); !strings.HasPrefix(line, "["+outbox.ErrFull.Error()+"] record the message") {
				t.Errorf("it says %q, want that the disk is full", line)
			}
			p.want("[] <nil>") // with room again
			p.end()
		})
	}
}

// A rule of seccomp: a call that fails, if the argument of that number has all of the
// bits that are asked for, or is one of the values.
type rule struct {
	call   uint32
	arg    uint32
	bits   uint32
	values []uint32
}

// forbid makes the calls fail with a number, for all of this process and what it starts.
func forbid(number syscall.Errno, rules []rule) error {
	stmt := func(code uint16, k uint32) unix.SockFilter { return unix.SockFilter{Code: code, K: k} }
	jump := func(yes, no uint8, k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: yes, Jf: no, K: k}
	}
	const load, and, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	fail := stmt(ret, unix.SECCOMP_RET_ERRNO|uint32(number))
	var filter []unix.SockFilter
	for _, r := range rules {
		var test []unix.SockFilter
		if r.bits != 0 {
			test = []unix.SockFilter{stmt(load, 16+8*r.arg), stmt(and, r.bits), jump(0, 1, r.bits), fail}
		} else if len(r.values) > 0 {
			test = []unix.SockFilter{stmt(load, 16+8*r.arg)}
			for _, v := range r.values {
				test = append(test, jump(0, 1, v), fail)
			}
		} else {
			test = []unix.SockFilter{fail}
		}
		filter = append(filter, stmt(load, 0), jump(0, uint8(len(test)), r.call))
		filter = append(filter, test...)
	}
	filter = append(filter, stmt(ret, unix.SECCOMP_RET_ALLOW))
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	const all = 1 // SECCOMP_FILTER_FLAG_TSYNC: for every thread
	if _, _, err := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, all, uintptr(unsafe.Pointer(&program))); err != 0 {
		return err
	}
	return nil
}

// The calls that a file system without locks, or shared memory, fails.
var (
	fcntlLocks = rule{call: callFcntl, arg: 1, values: []uint32{unix.F_OFD_SETLK, unix.F_OFD_SETLKW, unix.F_SETLK, unix.F_SETLKW}}
	fileLocks  = rule{call: unix.SYS_FLOCK}
	sharedMaps = rule{call: callMmap, arg: 3, bits: unix.MAP_SHARED}
)

var lacking = map[string]struct {
	number syscall.Errno
	rules  []rule
}{
	"no locks of parts": {syscall.ENOLCK, []rule{fcntlLocks}},
	"no locks":          {syscall.ENOLCK, []rule{fcntlLocks, fileLocks}},
	"locks unsupported": {syscall.EOPNOTSUPP, []rule{fileLocks}},
	"locks unknown":     {syscall.ENOSYS, []rule{fcntlLocks, fileLocks}},
	"no shared maps":    {syscall.ENODEV, []rule{sharedMaps}},
	"no right to map":   {syscall.EACCES, []rule{sharedMaps}},
}

// helpLockless uses an outbox as on a file system that lacks something.
func helpLockless(ctx context.Context, path, what string) error {
	if err := forbid(lacking[what].number, lacking[what].rules); err != nil {
		say("skip %v", err)
		return nil
	}
	o, err := openWith(ctx, path, outbox.Options{}, hooks{busy: 20 * time.Millisecond})
	if err == nil {
		err = o.Close()
	}
	describe(err)
	return nil
}

// TestLockless: what is said is that the file system lacks something, and what helps.
func TestLockless(t *testing.T) {
	for what := range lacking {
		t.Run(what, func(t *testing.T) {
			p := started(t, "lockless", place(t), what)
			line := p.line()
			if strings.HasPrefix(line, "skip ") {
				t.Skip("no call can be made to fail: " + line)
			}
			for _, want := range []string{"[" + outbox.ErrFileSystem.Error() + "]", "set XDG_STATE_HOME to a folder on a local disk"} {
				if !strings.Contains(line, want) {
					t.Errorf("it says %q, want %q in it", line, want)
				}
			}
			for _, wrong := range []string{"another program", "end every telex", "failed; look"} {
				if strings.Contains(line, wrong) {
					t.Errorf("it says %q, which does not follow", line)
				}
			}
			p.end()
		})
	}
}
