package copying_test

import (
	"context"
	"errors"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/copying"
	"telex/messaging/outbox/outboxtest/sample"
)

// errCut is how a test ends a copy.
var errCut = errors.New("cut")

// A cut is the change, of both outboxes, at which a copy ends: before it is made, or when it
// was and nobody hears of it.
type cut struct {
	at    int
	after bool
	seen  int
}

// A cutPlace is one whose changes can be cut.
type cutPlace struct {
	outbox.Place
	cut *cut
}

func (p cutPlace) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := p.Place.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return cutEngine{e, p.cut}, nil
}

type cutEngine struct {
	outbox.Engine
	cut *cut
}

func (e cutEngine) Write(ctx context.Context, do outbox.Change) error {
	e.cut.seen++
	if e.cut.seen < e.cut.at {
		return e.Engine.Write(ctx, do)
	}
	if e.cut.after && e.cut.seen == e.cut.at {
		if err := e.Engine.Write(ctx, do); err != nil {
			return err
		}
	}
	return errCut
}

// state is which of two outboxes can be written to.
func state(t testing.TB, from, to outbox.Place) (old, young bool) {
	t.Helper()
	takes := func(at outbox.Place) bool {
		e, err := at.Open(t.Context(), outbox.Opening{Now: sample.NewClock().Now, Settle: func(context.Context, outbox.Engine) error { return nil }})
		sample.Must(t, err)
		defer func() {
			_ = e.Close(nil)
			e.Release()
		}()
		m, err := outbox.ReadMark(t.Context(), e.Reader())
		sample.Must(t, err)
		alive := m.State == outbox.MarkLeaving
		if alive {
			alive, err = e.Alive(t.Context(), e.Reader(), m.Owner)
			sample.Must(t, err)
		}
		return m.State == outbox.MarkNone || m.State == outbox.MarkLeaving && !alive
	}
	return takes(from), takes(to)
}

// TestCutAnywhere: a copy that ends before, or right after, any of its changes is completed by
// the same copy again; at no time can both outboxes be used, and the new one never before it is
// whole.
func TestCutAnywhere(t *testing.T) {
	sample.Long(t)
	from, to := newFile(t), newFile(t)
	filled(t, from)
	want := kept(t, raw(t, from))
	for n := 2; ; n++ {
		c := &cut{at: n/2 + 1, after: n%2 == 1}
		_, err := copying.Copy(t.Context(), cutPlace{from, c}, cutPlace{to, c}, copying.Options{Now: sample.NewClock().Now})
		if err == nil {
			break
		}
		if !errors.Is(err, errCut) {
			t.Fatalf("Copy that is cut at change %d = %v, want that", c.at, err)
		}
		old, young := state(t, from, to)
		if old && young && c.at > 1 {
			t.Fatalf("cut at change %d (after it: %t): both can be used", c.at, c.after)
		}
		if n > 300 {
			t.Fatal("it never ends")
		}
	}
	if old, young := state(t, from, to); old || !young {
		t.Errorf("after all the old one can be used: %t, the new one: %t", old, young)
	}
	if s := copied(t, from, to); !s.Before {
		t.Error("the same copy again does something")
	}
	wantSame(t, kept(t, raw(t, to)), want)
}

// TestCutAtTheEnd: where the old outbox was given up and the new one is not open yet nobody can
// send, and both say what completes it.
func TestCutAtTheEnd(t *testing.T) {
	from, to := newFile(t), newDatabase(t)
	filled(t, from)
	of := &cut{at: 1 << 30}
	_, err := copying.Copy(t.Context(), from, cutPlace{to, of}, copying.Options{Progress: func(p copying.Progress) {
		if p.Step == copying.StepCompare && p.Done == p.Total {
			of.at = of.seen + 1
		}
	}})
	if !errors.Is(err, errCut) {
		t.Fatalf("Copy that is cut at its last change = %v, want that", err)
	}
	if old, young := state(t, from, to); old || young {
		t.Errorf("the old one can be used: %t, the new one: %t, want neither", old, young)
	}
	if _, err := outbox.Open(t.Context(), from, outbox.Options{}); !errors.Is(err, outbox.ErrMoved) {
		t.Errorf("Open of the old one = %v, want ErrMoved", err)
	}
	if _, err := outbox.Open(t.Context(), to, outbox.Options{}); !errors.Is(err, outbox.ErrCopying) {
		t.Errorf("Open of the new one = %v, want ErrCopying", err)
	}
	refused(t, from, newFile(t), outbox.ErrMoved, "moved")
	if s := copied(t, from, to); !s.Resumed || s.Before {
		t.Errorf("the same copy again: %+v, want that it was resumed", s)
	}
	sample.Must(t, opened(t, to, sample.NewClock().Now).Close())
}

// TestWhileItIsCopied: nobody opens the new outbox, nor writes to the old one, before the copy
// has ended; when it was stopped the old one is used as before, and a copy begins anew behind
// what was written then.
func TestWhileItIsCopied(t *testing.T) {
	sample.Whole(t)
	from, to := newFile(t), newFile(t)
	filled(t, from)
	e := raw(t, from)
	sample.Bare(t, e, 1700, outbox.Delivered, sample.Noon)
	_ = e.Close(nil)
	idle := opened(t, from, sample.NewClock().Now)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	spans := 0
	_, err := copying.Copy(ctx, from, to, copying.Options{Progress: func(p copying.Progress) {
		if p.Step != copying.StepCopy || p.Table != "messages" {
			return
		}
		if spans++; spans != 2 {
			return
		}
		_, err := idle.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("now")}, Yes: true})
		if !errors.Is(err, outbox.ErrCopying) {
			t.Errorf("Begin while it is copied = %v, want ErrCopying", err)
		}
		sample.Must(t, idle.Close())
		for _, at := range []outbox.Place{from, to} {
			if _, err := outbox.Open(t.Context(), at, outbox.Options{}); !errors.Is(err, outbox.ErrCopying) {
				t.Errorf("Open(%s) while it is copied = %v, want ErrCopying", at, err)
			}
		}
		openedToRead(t, from)
		if _, err := outbox.Open(t.Context(), to, outbox.Options{ToRead: true}); !errors.Is(err, outbox.ErrCopying) {
			t.Errorf("Open to read what is not whole = %v, want ErrCopying", err)
		}
		refused(t, from, newFile(t), outbox.ErrCopying, "being copied")
		refused(t, from, to, outbox.ErrCopying, "another telex fills it")
		cancel()
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Copy that was cancelled = %v, want that", err)
	}
	begun := int64(-1)
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	_, err = copying.Copy(ctx, from, to, copying.Options{Progress: func(p copying.Progress) {
		if p.Step == copying.StepCopy && p.Table == "messages" && begun < 0 {
			begun = p.Done
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || begun <= 1500 {
		t.Errorf("Copy, resumed, has %d rows after the next ones (%v), want those from before too", begun, err)
	}

	o := opened(t, from, sample.NewClock().Now)
	sample.Saved(t, o, 0, "{written since}")
	sample.Begun(t, o, sample.SMS("written since", "+12345670009"))
	sample.Must(t, o.Close())
	want := kept(t, raw(t, from))
	if s := copied(t, from, to); !s.Resumed || s.Rows("messages") < 1700 {
		t.Errorf("Copy = %+v, want it resumed with all messages", s)
	}
	wantSame(t, kept(t, raw(t, to)), want)
}
