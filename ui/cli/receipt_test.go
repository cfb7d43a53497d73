package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
)

// A missing receipt is no failure: exit 0 with the word, and telex asks before sending it again.
func TestStatusOfUnconfirmed(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	clock := newClock()
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	send := func(args ...string) { clock.run(t, env, append([]string{"send"}, args...)...).want(t, say.ExitOK) }
	send("--to", "+19995559902", "--text", "one")
	send("--to", "+19995559999", "--text", "two")
	send("--to", "+12345678902,+19995559902,+12345678903", "--text", "three")
	send("--to", "+12345678902,+19995559902,+19995554720", "--text", "four")
	send("--to", "+12345678902,+19995554721,+19995554720", "--text", "five")
	clock.add(outbox.RepeatedWithin)
	for id, test := range map[string]struct {
		code say.Code
		says []string
	}{
		"1": {say.ExitOK, []string{"message 1 is unconfirmed: no receipt came in time; it may have arrived\n", "+19995559902  no receipt, it may have arrived – 9902\n"}},
		"2": {say.ExitRejected, []string{"message 2 failed: Bandwidth reports a failure, but it may have arrived\n", "called failed, but it may have arrived – 9999 unknown error at the carrier\n"}},
		"3": {say.ExitOK, []string{"message 3 is unconfirmed: handed over for 2, no receipt 1\n"}},
		"4": {say.ExitRejected, []string{"message 4 failed: handed over for 1, no receipt 1, not delivered 1\n"}},
		"5": {say.ExitRejected, []string{"message 5 failed: not delivered to 2 of 3\n"}},
	} {
		clock.run(t, env, "status", id, "--watch").want(t, test.code, test.says...)
		if got := clock.run(t, env, "show", id); !strings.Contains(got.out, strings.TrimPrefix(strings.SplitN(strings.TrimSpace(test.says[0]), " ", 3)[2], "is ")) {
			t.Errorf("show %s: got\n%s\nwant the words of status in it", id, got.out)
		}
	}
	var row messages.StatusRow
	clock.run(t, env, "status", "1", "--json").decode(t, &row)
	if row.State != outbox.Unconfirmed || row.ErrorCode != 9902 || row.Receipt != "" || row.Deliveries[0].ErrorCode != 9902 {
		t.Errorf("got %+v, want unconfirmed with its code", row)
	}
	if rows := rowsIn(t, folder, "--state", "unconfirmed"); len(rows) != 2 || rows[0].ID != 3 || rows[1].ID != 1 {
		t.Errorf("got %+v, want messages 3 and 1", rows)
	}
	var asked []messages.StatusRow
	if clock.run(t, env, "status", "--json").decode(t, &asked); len(asked) != 2 || asked[0].ID != 1 || asked[1].ID != 3 {
		t.Errorf("got %+v, want those asked about whose receipt may still come", asked)
	}
	for id, says := range map[string]string{
		"1": "message 1 is unconfirmed: no receipt came", "2": "message 2 failed: Bandwidth reports a failure, but it may", "3": "message 3 is unconfirmed: ",
		"4": "message 4 failed: ",
	} {
		clock.run(t, env, "send", "--resend-of", id).want(t, say.ExitUsage, says, "nothing was sent again", "add --yes")
	}
	// A script that sends the same anew is asked as well, however late.
	clock.run(t, env, "send", "--to", "+19995559902", "--text", "one").want(t, say.ExitUsage, "+19995559902 may have got this", "telex status 1")
	clock.run(t, env, "send", "--to", "+19995559999", "--text", "two").want(t, say.ExitUsage, "+19995559999 may have got this")
	clock.run(t, env, "send", "--to", "+19995554720", "--text", "four").want(t, say.ExitOK)
	clock.run(t, env, "send", "--resend-of", "1", "--yes").want(t, say.ExitOK)
	clock.add(14 * 24 * time.Hour) // for which the API knows of them
	if got := clock.run(t, env, "status", "--json"); got.out != "[]\n" {
		t.Errorf("got %s, want nothing asked that the API has forgotten", got.out)
	}
}

// An MMS is not said to have arrived, unless the account gets receipts for them.
func TestStatusOfMMS(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	clock := newClock()
	api := clitest.NewAPIAt(t, clock.now)
	for _, test := range []struct{ setting, says, receipt string }{
		{"", "message 1 was handed over to the carrier's MMS centre; no receipt to expect\n", "handed-over"},
		{"mms_receipts = false", "message 1 was handed over to the carrier's MMS centre; no receipt to expect\n", "handed-over"},
		{"mms_receipts = true", "message 1 is delivered: the carrier says it arrived\n", "carrier"},
	} {
		w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret).
			configure("profile = \"main\"\n" + profileOf("main", api, test.setting))
		w.now = clock.now
		w.run("", "send", "--to", "+12345678902", "--media", "https://example.com/a.png").want(t, say.ExitOK)
		w.run("", "send", "--to", "+12345678902", "--text", "Hi").want(t, say.ExitOK)
		clock.add(5 * time.Second)
		got := w.run("", "status", "1")
		got.want(t, say.ExitOK, test.says)
		if arrived := strings.Contains(got.err, "arrived"); arrived != (test.receipt == "carrier") {
			t.Errorf("%q: it says %q", test.setting, got.err)
		}
		w.run("", "status", "2").want(t, say.ExitOK, "message 2 is delivered: the carrier says it arrived\n")
		var row messages.DetailRow
		w.run("", "show", "1", "--json").decode(t, &row)
		if row.State != outbox.Delivered || row.Receipt != test.receipt || row.Deliveries[0].Receipt != test.receipt {
			t.Errorf("%q: got %s with receipt %q, want delivered, %q", test.setting, row.State, row.Receipt, test.receipt)
		}
	}
}

// Who opted out, and whose number takes no messages, is named before something is sent to
// them, and in a dry run, which makes no outbox for that.
func TestWarnOfTrouble(t *testing.T) {
	t.Parallel()
	clock := newClock()
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	to := []string{"send", "--to", "+19995554720,+19995554775,+12345678902,+19995554770", "--individual", "--text"}
	dry := func(text string) ended { return clock.run(t, env, append(to, text, "--dry-run")...) }
	if got := dry("one"); strings.Contains(got.err, " ago") {
		t.Errorf("got %q, want nothing said of earlier messages", got.err)
	}
	if _, err := os.Stat(filepath.Join(folder, "telex")); err == nil {
		t.Error("a dry run made the folder of the outbox")
	}
	clock.run(t, env, append(to, "one")...).want(t, say.ExitOK)
	clock.add(5 * time.Second)
	for _, id := range []string{"1", "2", "3", "4"} {
		clock.run(t, env, "status", id)
	}
	clock.add(6 * time.Minute)
	for _, got := range []ended{dry("two"), clock.run(t, env, append(to, "two", "--yes")...)} {
		got.want(t, say.ExitUsage, "+19995554775 opted out 6 minutes ago: message 2 failed with 4775\n")
	}
	clock.run(t, env, "optouts", "remove", "+19995554775", "--yes").want(t, say.ExitOK) // then it is a warning as others
	for _, got := range []ended{dry("two"), clock.run(t, env, append(to, "two")...), clock.run(t, env, "send", "--resend-of", "1", "--dry-run")} {
		got.want(t, say.ExitOK, "warning: +19995554720 failed 6 minutes ago – 4720 number not valid: check it first\n")
	}
	got := dry("three")
	got.want(t, say.ExitOK, "warning: +19995554775 opted out (4775), 6 minutes ago: do not write to them again\n")
	if n := strings.Count(got.err, " ago"); n != 2 {
		t.Errorf("got %d of them in\n%s\nwant 2: the others may be written to", n, got.err)
	}
}
