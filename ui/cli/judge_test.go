package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"telex/config"
	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/account"
	"telex/ui/account/accounttest"
	"telex/ui/cli/doctor"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// byDoctor is the findings of telex doctor about a file of profiles with the value.
func byDoctor(t *testing.T, w *world, v accounttest.Value) (wrong []doctor.Finding) {
	t.Helper()
	profile := map[string]any{
		"account": "1", "application": sandbox.DefaultApplicationID, "numbers": []string{"+19195550100"}, "auth": "oauth", "client_id": "c",
	}
	key := string(v.Key)
	if v.Key == account.ID {
		key = "client_id"
	}
	if v.Basic {
		profile["auth"], profile["username"] = "basic", "c"
		delete(profile, "client_id")
		if v.Key == account.ID {
			key = "username"
		}
	}
	if profile[key] = v.Typed; v.Key == account.Numbers {
		if profile[key] = []string{v.Typed}; !messaging.IsSenderID(v.Typed) {
			profile[key] = number.Split(v.Typed)
		}
	}
	text := "[profiles.main]\n"
	for k, value := range profile {
		quoted, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		text += k + " = " + strings.ReplaceAll(string(quoted), "\x7f", `\u007f`) + "\n"
	}
	w.configure(text)
	var d diagnosis
	w.run("", "doctor", "--json").decode(t, &d)
	return slices.DeleteFunc(d.Checks, func(f doctor.Finding) bool {
		return f.Area != "configuration" || f.State == doctor.FindingOK || f.State == doctor.FindingSkipped
	})
}

// Telex doctor and telex send take the same values as Setup's form and telex login: their
// own tests go by the same ones.
func TestAllJudgeAlike(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for i, v := range accounttest.Values() {
		if testing.Short() && i%4 > 0 { // each of them starts telex twice
			continue
		}
		if v.Key == account.Secret { // no file of profiles holds one
			continue
		}
		w := newWorld(t)
		switch wrong := byDoctor(t, w, v); {
		case v.Doubtful && (len(wrong) != 1 || wrong[0].State != doctor.FindingWarning || !strings.Contains(wrong[0].Found, ": check it")):
			t.Errorf("%s %q in the file: got %+v, want one warning", v.Key, v.Typed, wrong)
		case !v.Doubtful && (len(wrong) == 0) != v.Good:
			t.Errorf("%s %q in the file: got %+v, want good %v", v.Key, v.Typed, wrong, v.Good)
		}
		// What one message does not need is not judged for it: the region and the other
		// numbers; and a dry run needs no credentials.
		if v.Key == account.ID || v.Key == account.Region || strings.Contains(v.Typed, ",") {
			continue
		}
		got := w.run("", "send", "--to", "+19195550199", "--text", "Hi", "--dry-run")
		if (got.code == say.ExitOK) != v.Good {
			t.Errorf("%s %q: telex send --dry-run: got %d, %s, want good %v", v.Key, v.Typed, got.code, got.err, v.Good)
		}
	}
}

// What the table lets pass, the file of profiles and the stores can hold: nothing is
// refused only after the API was asked.
func TestJudgedCanBeKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withKeyring()
	for _, v := range accounttest.Values() {
		p := config.Profile{Name: "main", AccountID: "1", ClientID: "c"}
		a := who.AccountOf(p)
		a.Basic, a.ID = v.Basic, "c"
		f, _ := account.FieldOf(v.Key, a)
		f.Set(&a, v.Typed)
		p = who.ProfileOver(p, a)
		if err := p.Check(); v.Good && err != nil {
			t.Errorf("%s %q: got %v, want the file of profiles to hold it", v.Key, v.Typed, err)
		}
		secret := a.Secret.Value()
		if secret == "" {
			secret = "s"
		}
		_, err := w.keyring.Put(t.Context(), p.Key(), config.Credentials{Kind: p.Auth, ID: p.ID(), Secret: config.NewSecret(secret)})
		if v.Good && err != nil {
			t.Errorf("%s %q: got %v, want the keyring to hold it", v.Key, v.Typed, err)
		}
		if back, err := w.keyring.Get(t.Context(), p.Key()); v.Good && (err != nil || back.Secret.Reveal() != secret || back.ID != p.ID()) {
			t.Errorf("%s %q: got it back as something else (%v)", v.Key, v.Typed, err)
		}
	}
}
