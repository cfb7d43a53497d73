package outbox_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestOneEngineOnly: whoever takes one engine links nothing of the other, and the rules alone
// link none.
func TestOneEngineOnly(t *testing.T) {
	const sqlite, flock, pgx = "github.com/ncruces/", "github.com/gofrs/flock", "github.com/jackc/"
	for _, tt := range []struct {
		engine         string
		links, without []string
	}{
		{".", nil, []string{sqlite, flock, pgx}},
		{"./sqlite", []string{sqlite, flock}, []string{pgx, "telex/messaging/outbox/postgres"}},
		{"./postgres", []string{pgx}, []string{sqlite, flock, "telex/messaging/outbox/sqlite"}},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", tt.engine).Output()
		if err != nil {
			t.Skipf("go list: %v", err)
		}
		for _, want := range tt.links {
			if !strings.Contains("\n"+string(out), "\n"+want) {
				t.Errorf("%s does not link %s, and this test would notice nothing", tt.engine, want)
			}
		}
		for _, other := range tt.without {
			if strings.Contains("\n"+string(out), "\n"+other) {
				t.Errorf("%s links %s", tt.engine, other)
			}
		}
	}
}
