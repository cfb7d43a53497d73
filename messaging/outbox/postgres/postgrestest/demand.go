package postgrestest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Demand has a role need its password from now on, which the server hears of a moment later:
// see whether a wrong one is refused. Other roles go on as they are.
func (s *Server) Demand(ctx context.Context, role string) error {
	path := filepath.Join(s.data(), "pg_hba.conf")
	rules, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read who may come in: %w", err)
	}
	rules = append([]byte("local all "+role+" scram-sha-256\n"), rules...)
	if err := os.WriteFile(path, rules, 0o600); err != nil { // which leaves it whose it is
		return fmt.Errorf("say who may come in: %w", err)
	}
	return s.run(ctx, "pg_ctl", "-D", s.data(), "reload")
}
