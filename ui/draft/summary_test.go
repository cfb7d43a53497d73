package draft

import (
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/ui/text"
	"telex/ui/words"
)

// TestSummary: the rows say who sends what to whom, and none of them can drive a terminal.
func TestSummary(t *testing.T) {
	f := toMany(2, messaging.Individual, false)
	f.Text, f.Tag, f.Media = "Hi\x1b[2J\nthere", "t\x1b1", []string{"https://example.com/\x1b"}
	f.Priority, f.Expiration = messaging.PriorityHigh, time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	through := Through{Profile: "a\x1b", AccountID: "9900000", BaseURL: "https://example.com"}
	rows := map[string]string{}
	var labels []string
	for _, r := range f.Summary(through) {
		rows[r.Label] = r.Value
		labels = append(labels, r.Label)
		if text.CleanLines(r.Value) != r.Value {
			t.Errorf("got %q for %s, want it clean", r.Value, r.Label)
		}
	}
	if got, want := strings.Join(labels, " "), "Account API From To Message Text Media 1 Tag Priority Give up Application"; got != want {
		t.Errorf("got rows %s, want %s", got, want)
	}
	for label, want := range map[string]string{
		"Account": "account 9900000", "To": "+19195550000, +19195550001", "Message": "MMS x 2 recipients = 2 MMS", "Give up": "2030-01-02 03:04:05 UTC", "Text": "there",
	} {
		if !strings.Contains(rows[label], want) {
			t.Errorf("got %s %q, want %q in it", label, rows[label], want)
		}
	}
	through.Sandbox = true
	empty := New(nil, "")
	for _, want := range []words.Fact{
		{Label: "Account", Value: "the SANDBOX: nothing is really sent; a␛, account 9900000"},
		{Label: "From", Value: "(none)"},
		{Label: "To", Value: "(none)"},
		{Label: "Text", Value: "(none)"},
		{Label: "Application", Value: "(none)"},
	} {
		found := false
		for _, r := range empty.Summary(through) {
			found = found || r == want
			if r.Label == "API" {
				t.Errorf("got the sandbox's address %q, want none", r.Value)
			}
		}
		if !found {
			t.Errorf("got no row %+v in %+v", want, empty.Summary(through))
		}
	}
}

// TestBill: what is billed for, and what a send does, by how it is addressed.
func TestBill(t *testing.T) {
	for _, tt := range []struct {
		n     int
		how   messaging.Addressing
		text  string
		bill  string
		sends string
	}{
		{1, messaging.Undecided, "Hi", "SMS, standard (GSM-7), 1 segment", "one SMS"},
		{3, messaging.Individual, strings.Repeat("a", 161), "SMS, standard (GSM-7), 2 segments x 3 recipients = 6 segments", "3 SMS, one to each recipient"},
		{3, messaging.Group, "Hi", "one group MMS, billed as 3; everybody sees everybody's number", "one group MMS to 3 recipients"},
		{3, messaging.Undecided, "Hi", "not chosen: one group text (MMS), or 3 separate texts", "3 SMS, one to each recipient"},
		{1, messaging.Undecided, "a]", "SMS, standard (GSM-7), 1 segment; 1 character counts twice", "one SMS"},
	} {
		f := toMany(tt.n, tt.how, false)
		f.Text = tt.text
		if got := f.Bill(); got != tt.bill {
			t.Errorf("%d %s: got %q, want %q", tt.n, tt.how, got, tt.bill)
		}
		if got := f.Sends(); got != tt.sends {
			t.Errorf("%d %s: got %q, want %q", tt.n, tt.how, got, tt.sends)
		}
	}
}
