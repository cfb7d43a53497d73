//go:build unix

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"telex/ui/cli/clitest"
)

// What telex starts while it holds secrets inherits its limits, so it can tell whether a
// crash would write memory to a file.
func TestNoCoreDumps(t *testing.T) {
	t.Parallel()
	if out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", "ulimit -S -c unlimited && ulimit -S -c").Output(); err != nil || string(out) != "unlimited\n" {
		t.Skipf("core dumps cannot be allowed here: %v, %s", err, out)
	}
	api := clitest.NewAPI(t)
	limit := filepath.Join(t.TempDir(), "limit")
	command, err := json.Marshal([]string{"/bin/sh", "-c", "ulimit -S -c >" + limit + "; ulimit -H -c >>" + limit + "; echo '" + clitest.ClientSecret + "'"})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t).configure(profileOf("main", api, "credential_command = "+string(command)))
	self := telexProcess(t, w.environ(), "telex", send()...)
	cmd := exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", `ulimit -S -c unlimited; exec "$0" "$@"`, self.Path}, self.Args[1:]...)...)
	cmd.Env = append(self.Env, "GOTRACEBACK=crash")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("got %v\n%s", err, out)
	}
	if got, err := os.ReadFile(limit); err != nil || string(got) != "0\nunlimited\n" {
		t.Errorf("got limits of core dumps %q, %v, want 0, which can be raised", got, err)
	}
}

// An answer that nobody asked for does not reach standard error, where net/http would
// put it.
func TestUnsolicitedAnswers(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var m struct{ To []string }
		_ = json.Unmarshal(body, &m)
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		receipt := fmt.Sprintf(`{"id":"a","to":[%q]}`, m.To[0])
		answer := fmt.Sprintf("HTTP/1.1 202 Accepted\r\nContent-Length: %d\r\n\r\n%s", len(receipt), receipt)
		_, _ = buffer.WriteString(answer + "HTTP/1.1 202 Accepted\r\nX-Echo: " + r.Header.Get("Authorization") + "\r\n\r\n")
		_ = buffer.Flush()
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	cmd := telexProcess(t, clitest.Environ(server.URL), "telex", "send", "--individual", "--to", "+12345678902,+12345678903,+12345678904", "--text", "Hello")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	got := ended{exitCode(cmd.ProcessState.ExitCode()), out.String(), errs.String()}
	clitest.CheckOutput(t, cmd.Args, got.out, got.err)
	if strings.Contains(got.err, "Unsolicited") || !strings.Contains(got.err, "accepted") {
		t.Errorf("got %v, stderr\n%s\nwant the messages told of and nothing else", err, got.err)
	}
}
