package outboxtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// said sends Alice a message for each that the API says, a minute each. It returns the
// last one of which it said the code, and when; a word begins with "mms " if it is of an MMS.
func said(t *testing.T, o *process, c *sample.Clock, says []string, code int) (message int64, at time.Time) {
	t.Helper()
	for i, word := range says {
		m := sample.SMS(fmt.Sprint("text ", i))
		if rest, ok := strings.CutPrefix(word, "mms "); ok {
			m.Media, word = []string{"https://example.com/a.png"}, rest
		}
		letAllIn(t, m.To, o)
		id := sample.Begun(t, o.Outbox, m)[0]
		api := fmt.Sprint("api-", i)
		sample.Must(t, o.Settle(t.Context(), id, sample.Receipt(api, m), nil))
		c.Advance(time.Minute)
		records := sample.Told(api, m, word)
		_, err := o.Deliver(t.Context(), id, records)
		sample.Must(t, err)
		if code != 0 && records[0].ErrorCode == code {
			message, at = id, c.Now()
		}
	}
	return message, at
}

// testTrouble: a number that the last message did not get to for good, until a receipt of
// a later one says otherwise.
func (on *suite) testTrouble(t *testing.T) {
	const dave = "+19195551299"
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now}) // empty after each case
	for name, test := range map[string]struct {
		says []string // a message each, oldest first; "mms " before what is said of an MMS
		want int      // the code; 0 if the number may be written to
	}{
		"nothing was sent":           {nil, 0},
		"delivered":                  {[]string{"DELIVERED"}, 0},
		"not valid":                  {[]string{"FAILED 4720"}, 4720},
		"undelivered":                {[]string{"UNDELIVERED 4721"}, 4721},
		"opted out":                  {[]string{"FAILED 4775"}, 4775},
		"opted out at Bandwidth":     {[]string{"FAILED 4475"}, 4475},
		"spam":                       {[]string{"FAILED 4770"}, 0},
		"no receipt":                 {[]string{"FAILED 9902"}, 0},
		"under way":                  {[]string{"SENT"}, 0},
		"under way again":            {[]string{"FAILED 4720", "SENT"}, 4720},
		"the last counts":            {[]string{"FAILED 4720", "FAILED 4775"}, 4775},
		"failed, then delivered":     {[]string{"FAILED 4720", "DELIVERED"}, 0},
		"delivered, then failed":     {[]string{"DELIVERED", "FAILED 4720"}, 4720},
		"then for another reason":    {[]string{"FAILED 4775", "FAILED 4770"}, 4775},
		"then without a receipt":     {[]string{"FAILED 4775", "FAILED 9902"}, 4775},
		"then called both":           {[]string{"FAILED 4775", "DELIVERED 9902"}, 4775},
		"then an MMS is handed over": {[]string{"FAILED 4720", "mms DELIVERED"}, 4720},
	} {
		message, at := said(t, o, c, test.says, test.want)
		got, err := o.Trouble(t.Context(), []string{dave, sample.Alice, sample.Alice})
		switch {
		case err != nil:
			t.Errorf("%s: Trouble = %v", name, err)
		case test.want == 0 && len(got) != 0:
			t.Errorf("%s: Trouble = %+v, want none", name, got)
		case test.want != 0 && (len(got) != 1 || got[0].Number != sample.Alice || got[0].Code.Code != test.want ||
			got[0].Message != message || !got[0].At.Equal(at) || got[0].OptedOut() != (test.want%100 == 75)):
			t.Errorf("%s: Trouble = %+v, want %s once, with %d by message %d at %s", name, got, sample.Alice, test.want, message, at)
		}
		_, err = o.Prune(t.Context(), c.Now().Add(time.Hour))
		sample.Must(t, err)
		if got, err := o.Trouble(t.Context(), []string{sample.Alice}); err != nil || len(got) != 0 {
			t.Errorf("%s: after all was deleted Trouble = %+v, %v, want none", name, got, err)
		}
	}
}
