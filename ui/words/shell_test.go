package words

import (
	"os/exec"
	"strings"
	"testing"

	"telex/messaging/outbox"
)

// TestShell: a command that is printed finds what is spoken of for who pastes it.
func TestShell(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   Shell
		by   string // the profile that sent it
		want string
	}{
		{Shell{}, "", "telex status 7"},
		{Shell{Profile: "one"}, "one", "telex status 7"},
		{Shell{Profile: "one"}, "two", "telex status 7 --profile two"},
		{Shell{}, "two", "telex status 7 --profile two"},
		{Shell{Sandbox: true, Profile: "one"}, "two", "telex status 7 --sandbox"},
	} {
		if got := tt.in.CommandOf(tt.by, "status", "7"); got != tt.want {
			t.Errorf("%+v, %q: got %q, want %q", tt.in, tt.by, got, tt.want)
		}
	}
	if got := (Shell{Sandbox: true}).Command(); got != "telex --sandbox" {
		t.Errorf("got %q", got)
	}
	two := outbox.Run{ID: 3, State: outbox.RunPaused, Reason: outbox.Reason{Kind: outbox.ReasonCredentials}, Broadcast: outbox.Broadcast{By: outbox.By{Profile: "two"}}}
	if got := NextForRun(two, Shell{Profile: "one"}); !strings.HasPrefix(got, "telex doctor --profile two says") || !strings.HasSuffix(got, "telex broadcast resume 3") {
		t.Errorf("got %q", got)
	}
}

// TestShellWords: each shell gives a program the arguments that were meant.
func TestShellWords(t *testing.T) {
	t.Parallel()
	args := []string{"Bo's $HOME `x` !! \"q\" \\", "a\\'b", "", "+12345678902", "x;y|z&", "*?[a]{b,c}~#"}
	command := strings.Replace((Shell{}).Command(args...), "telex ", `printf '%s\n' `, 1)
	for _, shell := range []string{"sh", "bash", "zsh", "fish"} {
		if _, err := exec.LookPath(shell); err != nil {
			continue
		}
		out, err := exec.CommandContext(t.Context(), shell, "-c", command).Output()
		if err != nil || string(out) != strings.Join(args, "\n")+"\n" {
			t.Errorf("%s: %s gives %q, %v", shell, command, out, err)
		}
	}
}
