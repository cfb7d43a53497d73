package who

import (
	"path/filepath"
	"strings"
	"testing"

	"telex/ui/cli/say"
)

func TestOutboxPath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		env     []string
		sandbox bool
		want    string // "" if there is none
	}{
		{[]string{"XDG_STATE_HOME=/state", "HOME=/home/x"}, false, "/state/telex/outbox.db"},
		{[]string{"XDG_STATE_HOME=/state"}, true, "/state/telex/sandbox.db"},
		{[]string{"HOME=/home/x"}, false, "/home/x/.local/state/telex/outbox.db"},
		{[]string{"XDG_STATE_HOME=", "HOME=/home/x"}, false, "/home/x/.local/state/telex/outbox.db"},
		{[]string{"XDG_STATE_HOME=relative/state", "HOME=/home/x"}, true, "/home/x/.local/state/telex/sandbox.db"},
		{[]string{"XDG_STATE_HOME=relative/state"}, false, ""},
		{[]string{"HOME=here"}, false, ""},
		{nil, false, ""},
	}
	for _, tt := range tests {
		a := Home{Env: func(name string) (string, bool) {
			for _, v := range tt.env {
				if value, ok := strings.CutPrefix(v, name+"="); ok {
					return value, true
				}
			}
			return "", false
		}}
		got, err := a.OutboxPath(tt.sandbox)
		if filepath.ToSlash(got) != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: got %q, %v, want %q", tt.env, got, err, tt.want)
		}
		if err != nil && (say.CodeOf(err) != say.ExitUsage || !strings.Contains(err.Error(), "XDG_STATE_HOME")) {
			t.Errorf("%q: got %v, want a usage error that names XDG_STATE_HOME", tt.env, err)
		}
	}
}
