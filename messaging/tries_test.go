package messaging

import (
	"slices"
	"testing"
	"testing/synctest"
)

// WithTries tells of each try, with the pause that follows it, as the receipt has them.
func TestWithTries(t *testing.T) {
	const apiError = `{"type":"internal-error","description":"try later"}`
	synctest.Test(t, func(t *testing.T) {
		client, _ := fakeClient(t, failing(noConnection()), answer(500, apiError), answer(202, receiptJSON))
		var ops []string
		var seen []Attempt
		WithTries(func(op string, try Attempt) { ops, seen = append(ops, op), append(seen, try) })(client)
		r, err := client.Send(t.Context(), testMessage())
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"send message", "send message", "send message"}; !slices.Equal(ops, want) {
			t.Errorf("got tries of %q, want %q", ops, want)
		}
		if !slices.Equal(seen, r.Attempts) {
			t.Errorf("got %+v, want what the receipt has: %+v", seen, r.Attempts)
		}
		if seen[0].Waited <= 0 || seen[1].Status != 500 || seen[2].Waited != 0 {
			t.Errorf("got %+v, want a pause, a 500 and an end", seen)
		}
	})
}
