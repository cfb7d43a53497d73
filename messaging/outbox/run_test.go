package outbox

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"telex/messaging"
)

// TestPace: how many are on their way after each end.
func TestPace(t *testing.T) {
	took := Result{Receipt: &messaging.Receipt{Attempts: []messaging.Attempt{{Status: http.StatusAccepted}}}}
	late := Result{Receipt: &messaging.Receipt{Attempts: []messaging.Attempt{{Status: http.StatusTooManyRequests}, {Status: http.StatusAccepted}}}}
	lost := Result{Err: &messaging.Error{Attempts: []messaging.Attempt{{Status: http.StatusTooManyRequests}, {}}}}
	failed := Result{Err: errors.New("whatever")}
	r := &batchRun{most: 16, atOnce: 1}
	for i, step := range []struct {
		result Result
		want   int
	}{
		{took, 16}, {took, 16}, {late, 8}, {lost, 4}, {late, 2}, {late, 1}, {late, 1}, {took, 2}, {failed, 3}, {took, 4}, {late, 2},
	} {
		e := news{i: i, result: step.result}
		r.pace(e)
		if r.ended(e); r.atOnce != step.want {
			t.Errorf("after end %d %d may be on their way, want %d", i, r.atOnce, step.want)
		}
	}
	r = &batchRun{most: 16, atOnce: 1}
	r.pace(news{result: late})
	if r.ended(news{result: late}); r.atOnce != 1 {
		t.Errorf("after a first one that had to wait %d may be on their way, want 1", r.atOnce)
	}
}

// broken is an API that breaks.
type broken func()

func (b broken) Send(context.Context, messaging.Message) (*messaging.Receipt, error) {
	b()
	return nil, nil
}

// A sure engine lets every message leave.
type sure struct{ Engine }

func (sure) Sure(context.Context, string) error { return nil }

// TestBrokenSender: a call that breaks breaks where the run was called, where the console
// is prepared to put the terminal back.
func TestBrokenSender(t *testing.T) {
	for want, api := range map[string]broken{
		"it broke": func() { panic("it broke") }, "did not return": runtime.Goexit,
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, want) {
					t.Errorf("it panicked with %q, want %q in it", said, want)
				}
			}()
			b := &Batch{outbox: &Outbox{engine: sure{}}, api: api, ids: []int64{1}, messages: make([]messaging.Message, 1)}
			b.Run(t.Context(), RunOptions{})
			t.Error("it did not panic")
		}()
	}
}
