package messaging

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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

// What is told of a try holds no secret, whatever failed repeats of them, and the outcome is
// what it is without anybody who looks on.
func TestWithTriesKeepsSecrets(t *testing.T) {
	for name, s := range map[string]step{
		"transport": failing(errors.New("cannot use " + testSecret + " here")),
		"refusal":   answer(400, `{"type":"bad","description":"`+testSecret+`"}`),
		"receipt":   answer(202, `{"id":"","text":"`+testSecret+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := fakeClient(t, s)
			_, want := client.Send(t.Context(), testMessage())
			var told []string
			WithTries(func(op string, try Attempt) {
				told = append(told, fmt.Sprintf("%s %+v %#v", op, try, try), fmt.Sprint(try.Err))
			})(client)
			_, err := client.Send(t.Context(), testMessage())
			if OutcomeOf(err) != OutcomeOf(want) || err.Error() != want.Error() {
				t.Errorf("got %v, want as without: %v", err, want)
			}
			if len(told) == 0 || strings.Contains(strings.Join(told, "\n"), testSecret) {
				t.Errorf("told %q, want something without the secret", told)
			}
		})
	}
}
