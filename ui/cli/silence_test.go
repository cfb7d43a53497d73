package cli

import (
	"errors"
	"testing"
	"time"

	"telex/config"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// A keyring that never answers is waited for once a run, and the run goes on without it.
func TestSilentKeyring(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "TELEX_PASSPHRASE=open sesame").configure(profileOf("main", api, `store = "keyring"`))
	const want = "the keyring: it did not answer within 20ms, and is not asked again in this run"
	tests := []struct {
		stdin string
		args  []string
		code  say.Code
		want  string
	}{
		{"", send(), say.ExitUsage, want},
		{"", []string{"doctor"}, say.ExitUsage, ""},
		{"", []string{"logout"}, say.ExitUsage, "it did not answer"},
		{clitest.ClientSecret, loginTo(api, "--profile", "other"), say.ExitOK, "the keyring cannot be used: it did not answer within 20ms"},
		{clitest.ClientSecret, loginTo(api, "--profile", "other", "--store", "keyring"), say.ExitUsage, "nothing was stored"},
	}
	asked := 0
	for _, tt := range tests {
		silent := silence{make(chan struct{}), make(chan struct{}, 10)}
		t.Cleanup(func() { close(silent.end) })
		w.keyring = config.NewKeyring(nil, config.KeyringOptions{Calls: silent, Within: 20 * time.Millisecond})
		w.run(tt.stdin, tt.args...).want(t, tt.code, tt.want)
		n := len(silent.asked) // none if a busy machine comes to the question after telex gave up
		if asked += n; n > 1 {
			t.Errorf("telex %q: the keyring was asked %d times, want once", tt.args, n)
		}
	}
	if asked == 0 {
		t.Error("the keyring was never asked")
	}
}

// silence is a keyring whose calls never end.
type silence struct {
	end   chan struct{}
	asked chan struct{}
}

func (s silence) wait() error {
	s.asked <- struct{}{}
	<-s.end
	return errors.New("too late")
}

func (s silence) Get(_, _ string) (string, error) { return "", s.wait() }

func (s silence) Set(_, _, _ string) error { return s.wait() }

func (s silence) Delete(_, _ string) error { return s.wait() }
