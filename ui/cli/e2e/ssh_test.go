//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// An sshServer is a real sshd on this machine, for one user with one key, whose
// sessions have an outbox of their own and a sandbox that outlives them.
type sshServer struct {
	t      *testing.T
	dir    string
	port   string
	binary string // telex
	api    string // the sandbox's base URL
}

// sshTool finds a program of OpenSSH, or skips the test with a word.
func sshTool(t *testing.T, name string) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/local/sbin") {
		if path := filepath.Join(dir, name); exec.CommandContext(t.Context(), "test", "-x", path).Run() == nil {
			return path
		}
	}
	clitest.Missing(t, name, "this test needs OpenSSH")
	return ""
}

func startSSH(t *testing.T) *sshServer {
	t.Helper()
	sshd, keygen := sshTool(t, "sshd"), sshTool(t, "ssh-keygen")
	sshTool(t, "ssh")
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 { // where sshd leaves its rights
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := &sshServer{t: t, dir: t.TempDir(), port: freePort(t), binary: binary}
	for _, name := range []string{"host", "user"} {
		if out, err := exec.CommandContext(t.Context(), keygen, "-q", "-t", "ed25519", "-N", "", "-f", s.path(name)).CombinedOutput(); err != nil {
			t.Fatalf("make a key: %v\n%s", err, out)
		}
	}
	env := append(sandboxProcess(t), "XDG_STATE_HOME="+s.path("state"), "XDG_CONFIG_HOME="+s.path("config"), "LANG=C.UTF-8", "ENV=")
	var quoted []string
	for _, kv := range env {
		if base, ok := strings.CutPrefix(kv, "TELEX_BASE_URL="); ok {
			s.api = base
		}
		quoted = append(quoted, `"`+kv+`"`)
	}
	config := fmt.Sprintf(`ListenAddress 127.0.0.1
Port %s
HostKey %s
AuthorizedKeysFile %s
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
ClientAliveInterval 1
ClientAliveCountMax 1
SetEnv %s
`, s.port, s.path("host"), s.path("user.pub"), strings.Join(quoted, " "))
	if err := os.WriteFile(s.path("sshd_config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon := exec.CommandContext(context.WithoutCancel(t.Context()), sshd, "-D", "-e", "-f", s.path("sshd_config"))
	said, err := daemon.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = daemon.Process.Kill(); _ = daemon.Wait() })
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "Server listening") {
			go func() {
				for lines.Scan() { // so that it never waits to be read
				}
			}()
			return s
		}
		t.Log(lines.Text())
	}
	t.Fatal("sshd does not listen")
	return nil
}

func (s *sshServer) path(name string) string { return filepath.Join(s.dir, name) }

// freePort is one of this machine that nobody uses, most likely.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return port
}

// sandboxProcess runs the sandbox as a process of its own, and returns what it says
// to set.
func sandboxProcess(t *testing.T) []string {
	t.Helper()
	cmd := telexCommand(context.WithoutCancel(t.Context()), t, nil, "sandbox", "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	var env []string
	for lines := bufio.NewScanner(out); len(env) < 8 && lines.Scan(); { // so many variables
		if assignment, ok := strings.CutPrefix(lines.Text(), "export "); ok {
			env = append(env, strings.ReplaceAll(assignment, "'", ""))
		}
	}
	return env
}

// connect logs in with a terminal and starts telex in the shell there.
func (s *sshServer) connect() *terminal {
	s.t.Helper()
	x := s.login()
	x.send(s.binary + "\r")
	x.wait("[Compose]")
	return x
}

// login is a terminal with a shell there.
func (s *sshServer) login() *terminal {
	s.t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(s.t.Context()), "ssh", "-F", "none", "-i", s.path("user"), "-p", s.port,
		"-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR", "-tt", "127.0.0.1", `PS1="remote> " exec sh -i`)
	x := startTerminal(s.t, terminalSpec{cmd: cmd})
	x.wait("remote>")
	return x
}

// running counts the processes of telex that this server's sessions started.
func (s *sshServer) running() int {
	n := 0
	commands, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, environ := range commands {
		b, err := os.ReadFile(environ)
		exe, err2 := os.Readlink(filepath.Join(filepath.Dir(environ), "exe"))
		if err == nil && err2 == nil && exe == s.binary && bytes.Contains(b, []byte("XDG_STATE_HOME="+s.path("state"))) {
			n++
		}
	}
	return n
}

// cut ends the connection as f does, and waits until no telex is left there.
func (s *sshServer) cut(x *terminal, signal os.Signal) {
	s.t.Helper()
	if s.running() != 1 {
		s.t.Fatalf("got %d processes of telex, want the one that was started", s.running())
	}
	if err := x.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	limit := time.After(clitest.Patience)
	for late := false; s.running() > 0; {
		if late {
			s.t.Fatal("telex goes on without a connection")
		}
		select {
		case <-again.C:
		case <-limit:
			late = true // after a last look
		}
	}
}

// created waits until the API has created a message to a number.
func (s *sshServer) created(x *terminal, to string) {
	s.t.Helper()
	for range 300 {
		r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.api+"/users/"+sandbox.DefaultAccountID+"/messages?"+url.Values{"destinationTn": {to}}.Encode(), http.NoBody)
		if err != nil {
			s.t.Fatal(err)
		}
		r.SetBasicAuth(sandbox.DefaultUsername, sandbox.DefaultPassword)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			s.t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			s.t.Fatal(err)
		}
		if strings.Contains(string(body), `"messageId"`) {
			return
		}
		x.quiet(100 * time.Millisecond)
	}
	s.t.Fatalf("the API created no message to %s", to)
}

// TestSSHConnectionDrops: the connection is cut by its end; nothing is left running there,
// and who connects again is offered what was written and told what became of what was being
// sent.
func TestSSHConnectionDrops(t *testing.T) { testDrop(t, syscall.SIGKILL) }

// TestSSHConnectionFallsSilent is TestSSHConnectionDrops for one that nothing comes over any
// more.
func TestSSHConnectionFallsSilent(t *testing.T) { testDrop(t, syscall.SIGSTOP) }

func testDrop(t *testing.T, signal os.Signal) {
	sample.Whole(t)
	t.Parallel()
	s := startSSH(t)
	x := s.connect()
	x.send("half a message")
	x.wait("half a message")
	s.cut(x, signal)

	x = s.connect()
	x.wait("Unfinished message from", "f3 to continue")
	x.press("f3")
	x.wait("Unfinished messages")
	x.press("enter")
	x.wait("Draft restored")
	x.send(", now whole")
	x.wait("half a message, now whole")
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.send("+19995550003") // to whom a send has no answer
	x.press("enter")
	x.wait("1 added")
	x.press("ctrl+n")
	x.wait("[Media]")
	x.press("ctrl+n")
	x.wait("[Review]", "READY TO SEND")
	x.pressUntil("enter", "[Response]")
	x.wait("Sending")
	s.created(x, "+19995550003")
	s.cut(x, syscall.SIGKILL)

	x = s.connect()
	x.wait("message 1 to +19995550003", "unknown")
	x.press("f2")
	x.wait("[History]", "?", "half a message, now whole")
	x.quiet(200 * time.Millisecond)
	x.press("ctrl+q")
	x.wait("remote>")
}

// TestSSHInTmux: in tmux at the other end of an SSH line, keys, colours and copying
// work as they do here.
func TestSSHInTmux(t *testing.T) {
	clitest.Slow(t, "sshd and tmux")
	t.Parallel()
	tmux := sshTool(t, "tmux")
	s := startSSH(t)
	settings := "set -s set-clipboard on\nset -s escape-time 10\nset -g default-command 'PS1=\"remote> \" exec sh -i'\n"
	if err := os.WriteFile(s.path("tmux.conf"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	x := s.login()
	x.send(tmux + " -f " + s.path("tmux.conf") + " -S " + s.path("tmux") + " new-session\r")
	t.Cleanup(func() { _ = exec.Command(tmux, "-S", s.path("tmux"), "kill-server").Run() })
	x.wait("[0]", "remote>") // tmux's own line below
	x.send(s.binary + "\r")
	x.wait("[Compose]")
	x.send("Hello from afar")
	x.wait("Hello from afar", "15 of 2048")
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.send("123")
	x.press("enter")
	x.wait("not a phone number")
	if !coloured.MatchString(x.all()) {
		t.Error("got no colour for what is wrong")
	}
	x.press("ctrl+u")
	x.send("+12345678902")
	x.press("enter")
	x.wait("1 added")
	x.press("tab", "shift+tab", "esc")
	x.wait("[Compose]", "Hello from afar")
	for _, step := range []string{"[Recipients]", "[Media]", "[Review]"} {
		x.press("ctrl+n")
		x.wait(step)
	}
	x.pressUntil("enter", "[Response]")
	id := regexp.MustCompile(`\bid +([0-9a-z]{20,})`).FindStringSubmatch(x.wait("On its way", "202 Accepted", "id  "))
	if id == nil {
		t.Fatalf("got no id on the screen:\n%s", x.screen())
	}
	x.send("y")
	x.wait("id sent to tmux (OSC 52)")
	x.until("the id in the terminal's clipboard", func(string) bool {
		return strings.Contains(x.all(), ";"+base64.StdEncoding.EncodeToString([]byte(id[1]))+"\a")
	})
	x.press("f2")
	x.wait("[History]", "Hello from afar")
	x.quiet(200 * time.Millisecond)
	x.press("ctrl+q")
	x.gone("[History]")
	x.wait("remote>")
}
