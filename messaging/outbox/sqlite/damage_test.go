package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// aged is a closed outbox with some messages in it.
func aged(t *testing.T) (path string) {
	t.Helper()
	path = place(t)
	o := opened(t, path, outbox.Options{})
	for i := range 15 {
		id := sample.Begun(t, o, sample.SMS(strings.Repeat("words ", i)))[0]
		sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("", sample.SMS("")), nil))
	}
	sample.Must(t, o.Close())
	return path
}

// overwrite replaces a part of a file.
func overwrite(t *testing.T, path string, at int64, with string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	sample.Must(t, err)
	_, err = f.WriteAt([]byte(with), at)
	sample.Must(t, err)
	sample.Must(t, f.Close())
}

func TestSetAside(t *testing.T) {
	sample.Alone(t)
	tests := map[string]func(t *testing.T, path string){
		"garbage": func(t *testing.T, path string) {
			sample.Must(t, os.WriteFile(path, []byte(strings.Repeat("no database ", 999)), 0o600))
		},
		"a word":    func(t *testing.T, path string) { sample.Must(t, os.WriteFile(path, []byte("x"), 0o600)) },
		"cut short": func(t *testing.T, path string) { sample.Must(t, os.Truncate(path, 4096*3+100)) },
		"cut in the first page": func(t *testing.T, path string) {
			sample.Must(t, os.Truncate(path, 1000))
		},
		"header of zeros":     func(t *testing.T, path string) { overwrite(t, path, 0, strings.Repeat("\x00", 100)) },
		"first page of zeros": func(t *testing.T, path string) { overwrite(t, path, 0, strings.Repeat("\x00", 4096)) },
		"all of zeros": func(t *testing.T, path string) {
			overwrite(t, path, 0, strings.Repeat("\x00", len(contents(t, path)["outbox.db"])))
		},
		"schema of noise": func(t *testing.T, path string) { overwrite(t, path, 100, strings.Repeat("\xfe", 3900)) },
		"empty beside a log": func(t *testing.T, path string) {
			sample.Must(t, os.Truncate(path, 0))
			sample.Must(t, os.WriteFile(path+"-wal", []byte("changes"), 0o600))
		},
		"gone, its log left": func(t *testing.T, path string) {
			migrated(t)
			sample.Must(t, os.Remove(path))
			sample.Must(t, os.WriteFile(path+"-wal", []byte("changes"), 0o600))
		},
	}
	for name, damage := range sample.Some(4, tests) {
		t.Run(name, func(t *testing.T) {
			path := aged(t)
			damage(t, path)
			before := contents(t, path)
			if _, err := openWith(t.Context(), path, outbox.Options{Sound: true}, hooks{}); !errors.Is(err, outbox.ErrDamaged) {
				t.Errorf("where it has to be sound: %v, want it refused, and left where it is", err)
			}
			clock := sample.NewClock()
			o := opened(t, path, outbox.Options{Now: clock.Now})
			aside := o.Report().SetAside
			if want := strings.TrimSuffix(path, ".db") + ".damaged-20260301-120000.db"; aside != want {
				t.Fatalf("SetAside() = %q, want %q", aside, want)
			}
			after := contents(t, path)
			for _, suffix := range []string{"", "-wal"} {
				if got, want := after[filepath.Base(aside)+suffix], before["outbox.db"+suffix]; got != want {
					t.Errorf("%s%s holds %d bytes, want the %d that were there", aside, suffix, len(got), len(want))
				}
			}
			sample.Begun(t, o, sample.SMS("anew"))
			sound(t, o)
			sample.Must(t, o.Close())
			if o = opened(t, path, outbox.Options{Now: clock.Now}); o.Report().SetAside != "" {
				t.Errorf("SetAside() of a sound one = %q, want nothing", o.Report().SetAside)
			}
		})
	}
}

// TestSetAsideTwice checks that the second damaged file in one second overwrites
// nothing of the first.
func TestSetAsideTwice(t *testing.T) {
	path := place(t)
	clock := sample.NewClock()
	names := map[string]bool{}
	for _, garbage := range []string{"first garbage", "second garbage", "third garbage"} {
		sample.Must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		sample.Must(t, os.WriteFile(path, []byte(garbage), 0o600))
		o := opened(t, path, outbox.Options{Now: clock.Now})
		if b, err := os.ReadFile(o.Report().SetAside); err != nil || string(b) != garbage || names[o.Report().SetAside] {
			t.Errorf("%s holds %q, %v, want %q and a new name", o.Report().SetAside, b, err, garbage)
		}
		names[o.Report().SetAside] = true
		sample.Must(t, o.Close())
	}
}

func TestDamageMetInUse(t *testing.T) {
	path := aged(t)
	o := opened(t, path, outbox.Options{})
	root := sample.Value[int64](t, eng(o), "SELECT rootpage FROM sqlite_schema WHERE name = 'exchanges'")
	sample.Must(t, o.Close())
	overwrite(t, path, (root-1)*4096, strings.Repeat("\xfe", 4096))
	before := contents(t, path)["outbox.db"]

	o = opened(t, path, outbox.Options{}) // nothing of it was read yet
	if o.Report().SetAside != "" {
		t.Fatalf("SetAside() = %q before the damage was met", o.Report().SetAside)
	}
	_, err := o.Detail(t.Context(), 1)
	sample.WantFailure(t, err, path, outbox.ErrDamaged)
	_, err = o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("topsecret")}})
	sample.WantFailure(t, err, path, outbox.ErrDamaged, "topsecret")
	if err := o.Close(); err != nil {
		t.Errorf("Close() = %v, want nil", err)
	}

	o = opened(t, path, outbox.Options{})
	if b, err := os.ReadFile(o.Report().SetAside); err != nil || string(b) != before {
		t.Errorf("SetAside() = %q of %d bytes, %v, want the damaged file", o.Report().SetAside, len(b), err)
	}
	sample.Begun(t, o, sample.SMS("anew"))
	if marked(eng(o).file) {
		t.Error("the new file is still marked")
	}
}

// TestMarkedInVain checks that a sound file stays where it is.
func TestMarkedInVain(t *testing.T) {
	path := aged(t)
	mark(path)
	o := opened(t, path, outbox.Options{})
	if o.Report().SetAside != "" || marked(path) {
		t.Errorf("SetAside() = %q, marked: %t, want neither", o.Report().SetAside, marked(path))
	}
}

func TestDamagedWhileOthersUseIt(t *testing.T) {
	sample.Whole(t)
	path := aged(t)
	p := started(t, "open", path, "")
	p.want("open")
	overwrite(t, path, 0, strings.Repeat("\x00", 100))
	before := contents(t, path)
	_, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
	sample.WantFailure(t, err, path, outbox.ErrDamaged)
	if !strings.Contains(err.Error(), "another telex is using it") {
		t.Errorf("error = %v, want it to say who is in the way", err)
	}
	after := contents(t, path)
	if len(after) != len(before) || after["outbox.db"] != before["outbox.db"] || after["outbox.db-wal"] != before["outbox.db-wal"] {
		t.Error("the files are others now")
	}
	p.kill()
	if o := opened(t, path, outbox.Options{}); o.Report().SetAside == "" {
		t.Error("SetAside() = nothing, want the damaged file")
	}
}

// TestDamageMetByMany starts several at once on a damaged file: one of them sets it
// aside, and all have the new one.
func TestDamageMetByMany(t *testing.T) {
	sample.Whole(t)
	path := aged(t)
	overwrite(t, path, 0, strings.Repeat("\x00", 100))
	var all []*process
	for range 4 {
		all = append(all, started(t, "open", path, ""))
	}
	for _, p := range all {
		p.want("open")
	}
	aside, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.damaged-*.db"))
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside: %v, %v, want one", aside, err)
	}
	for _, p := range all {
		p.end()
	}
}
