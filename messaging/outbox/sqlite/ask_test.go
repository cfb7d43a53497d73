package sqlite

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
)

// inProcess answers requests in this process.
type inProcess struct{ http.Handler }

func (w inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	return answer.Result(), nil
}

// counted counts the questions.
type counted struct {
	*messaging.Client
	lists *int
}

func (c counted) List(ctx context.Context, q messaging.Query) (*messaging.Page, error) {
	*c.lists++
	return c.Client.List(ctx, q)
}

// askOnce asks what is due, once.
func askOnce(t *testing.T, o *outbox.Outbox, how outbox.AskOptions) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	how.After = func(time.Duration) <-chan time.Time {
		stop()
		return nil
	}
	sample.Must(t, o.Asker(how).Run(ctx))
}

// TestTenThousandOpen: of ten thousand open messages, and the traffic of others among them,
// a round of questions has twelve at most, and it leaves out nobody.
func TestTenThousandOpen(t *testing.T) {
	sample.Deep(t)
	if sample.Racing {
		t.Skip("-race: it counts questions, which one goroutine asks")
	}
	const n = 10_000
	c := sample.NewClock()
	box, err := sandbox.New(t.Context(), sandbox.Config{Now: c.Now})
	sample.Must(t, err)
	t.Cleanup(box.Close)
	lists := 0
	client, err := messaging.New(sandbox.DefaultAccountID, messaging.Basic(sandbox.DefaultUsername, sandbox.DefaultPassword),
		messaging.WithBaseURL("http://127.0.0.1:1/api/v2"), messaging.WithHTTPClient(&http.Client{Transport: inProcess{box}}))
	sample.Must(t, err)
	path := place(t)
	o := opened(t, path, outbox.Options{Now: c.Now})
	by := outbox.By{AccountID: sandbox.DefaultAccountID, BaseURL: client.BaseURL()}
	receipts := make([]*messaging.Receipt, n)
	for i := range receipts {
		m := sample.SMS("Hi", fmt.Sprintf("+1919666%04d", i))
		receipts[i], err = client.Send(t.Context(), m)
		sample.Must(t, err)
		if i%100 == 0 { // sent by another program from the same number
			_, err = client.Send(t.Context(), m)
			sample.Must(t, err)
		}
		c.Advance(10 * time.Millisecond)
	}
	sample.Must(t, eng(o).Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
		for _, r := range receipts {
			taken, err := time.Parse(time.RFC3339, r.Time)
			if err != nil {
				return err
			}
			at := sample.Micros(taken)
			_, err = tx.ExecContext(ctx, `INSERT INTO messages (state, created_at, updated_at, owner, account_id, base_url, sender, recipients, content, message_id, ask_from, taken_at, ask_at)
				VALUES ('accepted', ?, ?, '', ?, ?, ?, ?, '', ?, ?, ?, ?)`, at, at, by.AccountID, by.BaseURL, r.From, list(r.To...), r.ID, at, at, at+2_000_000)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	c.Advance(5 * time.Second)
	askOnce(t, o, outbox.AskOptions{API: counted{client, &lists}, By: by})
	if lists > 12 || lists < 10 {
		t.Errorf("%d questions, want 10 to 12", lists)
	}
	if counts, err := o.Counts(t.Context()); err != nil || counts[outbox.Delivered] != n {
		t.Errorf("then %v, %v, want all delivered", counts, err)
	}
}
