package messages

import (
	"bytes"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text/texttest"
	"telex/ui/words"
)

// Every verdict has words, and what to do next where something is left to do.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, v := range []outbox.Verdict{
		outbox.NotChecked, outbox.Found, outbox.Several, outbox.Similar, outbox.NoneYet, outbox.None, outbox.TooOld,
	} {
		if words.Verdict(v) == string(v) || (verdictNext(v, outbox.Entry{ID: 1}, words.Shell{}) == "") != (v == outbox.Found) {
			t.Errorf("%q: got %q and %q", v, words.Verdict(v), verdictNext(v, outbox.Entry{ID: 1}, words.Shell{}))
		}
	}
	for _, s := range outbox.States() {
		if words.Means(s) == "" {
			t.Errorf("%s has no meaning", s)
		}
		_ = say.CodeOfState(s)
	}
}

// Whatever the API said of a message, nothing of it drives the terminal.
func TestTellFindingHostile(t *testing.T) {
	t.Parallel()
	const hostile = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202egpj.exe\u2066\u200b\r\ntelex: accepted \x00\x7f"
	var out bytes.Buffer
	tellFinding(say.NewPrinter(nil, &out), words.Shell{}, outbox.Finding{
		Verdict: outbox.Similar, Rivals: []int64{7, 8},
		Candidates: []outbox.Candidate{{MessageID: hostile, Received: hostile}},
	}, []outbox.Delivery{{Recipient: hostile, Status: hostile, Carrier: hostile}})
	for line := range strings.SplitSeq(out.String(), "\n") {
		if strings.ContainsFunc(line, texttest.Dangerous) || strings.HasPrefix(line, "telex: accepted") {
			t.Errorf("got %q, which can drive a terminal or forge a line", line)
		}
	}
	for _, want := range []string{"of another length", "it could also be message 7 or message 8"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got %s, want %q in it", out.String(), want)
		}
	}
}
