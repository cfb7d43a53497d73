//go:build linux

package config

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// The real thing: a session bus and a keyring of each test's own.

const (
	longEnough = "30s"   // for what answers, on a machine that has much to do
	notLong    = "300ms" // for what does not
)

// wantProgram skips the test if a program is missing, or fails it if all are wanted.
func wantProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("TELEX_INTEGRATION") == "1" {
			t.Fatalf("%s is missing, and TELEX_INTEGRATION=1 wants it", name)
		}
		t.Skipf("no %s on this machine", name)
	}
}

// A bus is a session bus with the folders of a user.
type bus struct {
	t      *testing.T
	home   string
	socket string
	conn   *dbus.Conn // of the test
}

// newFolders is a user's folders without a bus.
func newFolders(t *testing.T) *bus {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"run", "data", "config", "cache", "bin"} {
		if err := os.Mkdir(filepath.Join(home, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return &bus{t: t, home: home, socket: filepath.Join(home, "run", "bus")}
}

// newBus starts a session bus that starts no programs by itself.
func newBus(t *testing.T) *bus {
	t.Helper()
	wantProgram(t, "dbus-daemon")
	b := newFolders(t)
	conf := filepath.Join(b.home, "bus.conf")
	text := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=` + b.socket + `</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out := b.start("", "dbus-daemon", "--config-file="+conf, "--nofork", "--print-address")
	if line, err := out.ReadString('\n'); !strings.HasPrefix(line, "unix:") {
		t.Fatalf("dbus-daemon said %q, %v, want its address", line, err)
	}
	b.conn = b.connect()
	return b
}

func (b *bus) connect() *dbus.Conn {
	b.t.Helper()
	conn, err := dbus.Connect("unix:path=" + b.socket)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// environment is that of a process of this user.
func (b *bus) environment(more ...string) []string {
	return append([]string{
		"HOME=" + b.home, "PATH=" + filepath.Join(b.home, "bin") + ":" + os.Getenv("PATH"), "XDG_RUNTIME_DIR=" + filepath.Join(b.home, "run"),
		"XDG_DATA_HOME=" + filepath.Join(b.home, "data"), "XDG_CONFIG_HOME=" + filepath.Join(b.home, "config"), "XDG_CACHE_HOME=" + filepath.Join(b.home, "cache"),
	}, more...)
}

// start starts a program that is killed with all its own at the end of the test.
func (b *bus) start(input, name string, args ...string) *bufio.Reader {
	b.t.Helper()
	out, stop := b.startStoppable(input, name, args...)
	b.t.Cleanup(stop)
	return out
}

func (b *bus) startStoppable(input, name string, args ...string) (out *bufio.Reader, stop func()) {
	b.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = b.environment("DBUS_SESSION_BUS_ADDRESS=unix:path=" + b.socket)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdin = strings.NewReader(input)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	return bufio.NewReader(pipe), func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if b.t.Failed() {
			b.t.Logf("%s said: %s", name, complaints.String())
		}
	}
}

// keyring starts gnome-keyring and waits until it keeps secrets. With a password it
// is unlocked, and makes the keyring of that password if there is none.
func (b *bus) keyring(password string) (stop func()) {
	b.t.Helper()
	wantProgram(b.t, "gnome-keyring-daemon")
	err := b.conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, secretService))
	if err != nil {
		b.t.Fatal(err)
	}
	signals := make(chan *dbus.Signal, 10)
	b.conn.Signal(signals)
	defer b.conn.RemoveSignal(signals)
	args := []string{"--foreground", "--components=secrets"}
	if password != "" {
		args = append(args, "--unlock")
	}
	_, stop = b.startStoppable(password, "gnome-keyring-daemon", args...)
	timeout := time.After(time.Minute)
	for {
		select {
		case s := <-signals:
			if len(s.Body) == 3 && s.Body[2] != "" {
				return stop
			}
		case <-timeout:
			stop()
			b.t.Fatal("gnome-keyring does not come up")
		}
	}
}

// ask has a telex of this user use the keyring, and returns what it said. Nothing that
// it started may be left.
func (b *bus) ask(words string, env ...string) []string {
	b.t.Helper()
	return b.help("keyring", words, env...)
}

func (b *bus) help(name, words string, env ...string) []string {
	b.t.Helper()
	cmd := helperCommand(b.t, name, words, b.environment(env...)...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s%s", words, err, out, &complaints)
	}
	if err := syscall.Kill(-cmd.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		b.t.Errorf("%s: processes of it are left", words)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for _, line := range lines {
		if strings.Contains(line, "late=true") {
			b.t.Errorf("%s: it took too long: %s", words, line)
		}
	}
	return lines
}

// says makes sure that each line begins as wanted and holds what is wanted.
func (b *bus) says(lines []string, want ...[2]string) {
	b.t.Helper()
	if len(lines) != len(want) {
		b.t.Fatalf("got %d lines, want %d:\n%s", len(lines), len(want), strings.Join(lines, "\n"))
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w[0]) || !strings.Contains(lines[i], w[1]) {
			b.t.Errorf("line %d: got %q, want it to begin with %q and hold %q", i, lines[i], w[0], w[1])
		}
	}
}

func TestRealKeyring(t *testing.T) {
	b := newBus(t)
	t.Cleanup(b.keyring("pw"))
	// The bus is found by its folder alone, which go-keyring does not do by itself.
	b.says(b.ask(longEnough+" get put get choose"),
		[2]string{"get [nothing is stored]"}, [2]string{"put [ok]"}, [2]string{"get [ok]", `value="hush-hush"`}, [2]string{"choose [ok]", "keyring: the keyring of this system works"})
	address := "DBUS_SESSION_BUS_ADDRESS=unix:path=" + b.socket
	b.says(b.ask(longEnough+" get put delete get delete", address, "DISPLAY=:9"),
		[2]string{"get [ok]", `value="hush-hush"`}, [2]string{"put [ok]"}, [2]string{"delete [ok]"}, [2]string{"get [nothing is stored]"}, [2]string{"delete [nothing is stored]"})
}

func TestRealKeyringIsPrivate(t *testing.T) {
	b := newBus(t)
	t.Cleanup(b.keyring("pw"))
	b.says(b.ask(longEnough+" put"), [2]string{"put [ok]"})
	found := 0
	for _, secret := range wireForms("hush-hush") {
		if where := filesWith(t, b.home, secret); len(where) > 0 {
			t.Errorf("%s hold the secret", where)
		}
	}
	if files, err := filepath.Glob(filepath.Join(b.home, "data", "keyrings", "*")); err == nil {
		found = len(files)
	}
	if found == 0 {
		t.Error("the keyring has no file: where was it stored?")
	}
}

func TestRealKeyringLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	b := newBus(t)
	b.keyring("pw")() // which made it
	t.Cleanup(b.keyring(""))
	const away = "it is locked, and there is no screen here to ask for its password on; unlock it on the desktop of this machine"
	const noScreen = away + ", or keep it in a file: telex login --store file"
	b.says(b.ask(longEnough+" get put delete choose"),
		[2]string{"get [it is locked]", noScreen}, [2]string{"put [it is locked]", noScreen}, [2]string{"delete [it is locked]", away},
		[2]string{"choose [ok]", "file: the keyring cannot be used: it is locked"})
	// With a screen it is asked, and has nobody to show its question.
	b.says(b.ask(longEnough+" get put", "DISPLAY=:9"),
		[2]string{"get [it is locked]", "it is locked, and was not unlocked when it asked for its password"}, [2]string{"put [it is locked]"})
}

func TestRealKeyringAsksWhereNobodyAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	b := newBus(t)
	b.keyring("pw")()
	t.Cleanup(b.keyring(""))
	silent(t, b.connect(), "org.gnome.keyring.SystemPrompter")
	b.says(b.ask(notLong+" get get put choose", "WAYLAND_DISPLAY=wayland-9"),
		[2]string{"get [it does not answer]", "it did not answer within 300ms, and is not asked again in this run"},
		[2]string{"get [it does not answer]"}, [2]string{"put [it does not answer]"}, [2]string{"choose [ok]", "file: the keyring cannot be used: it did not answer"})
}

func TestKeyringServiceWithoutAKeyring(t *testing.T) {
	b := newBus(t)
	t.Cleanup(b.keyring(""))
	b.says(b.ask(longEnough+" get put"),
		[2]string{"get [not available here]", "it has no keyring to put secrets in yet"}, [2]string{"put [not available here]"})
}

func TestBusWithoutAKeyringService(t *testing.T) {
	b := newBus(t)
	b.says(b.ask(longEnough+" get choose"),
		[2]string{"get [not available here]", "no program on the session bus keeps secrets (org.freedesktop.secrets); start one"},
		[2]string{"choose [ok]", "file: the keyring cannot be used: no program on the session bus keeps secrets"})
}

// silent owns a name on the bus and never answers. The calls that came are in the
// channel.
func silent(t *testing.T, conn *dbus.Conn, name string) <-chan *dbus.Message {
	t.Helper()
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%s: %v, %v", name, reply, err)
	}
	calls := make(chan *dbus.Message, 100)
	conn.Eavesdrop(calls)
	return calls
}

func TestKeyringServiceThatNeverAnswers(t *testing.T) {
	b := newBus(t)
	conn := b.connect()
	messages := silent(t, conn, secretService)
	b.says(b.ask(notLong+" get get put delete choose"),
		[2]string{"get [it does not answer]", "it did not answer within 300ms, and is not asked again in this run; it may be asking for its password in a window"},
		[2]string{"get [it does not answer]"}, [2]string{"put [it does not answer]"}, [2]string{"delete [it does not answer]"},
		[2]string{"choose [ok]", "file: the keyring cannot be used: it did not answer within 300ms"})
	_ = conn.Close() // and with it the channel
	calls := 0
	for m := range messages {
		if m.Type == dbus.TypeMethodCall {
			calls++
		}
	}
	if calls != 1 {
		t.Errorf("it was called %d times, want once", calls)
	}
}

func TestBusThatNeverAnswers(t *testing.T) {
	b := newFolders(t)
	l, err := net.Listen("unix", b.socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	b.says(b.ask(notLong+" get put"), [2]string{"get [it does not answer]"}, [2]string{"put [it does not answer]"})
}

// Without a bus nothing is started, whatever go-keyring would do.
func TestNoBusStartsNothing(t *testing.T) {
	b := newFolders(t)
	mark := filepath.Join(b.home, "mark")
	for _, name := range []string{"dbus-launch", "dbus-daemon", "gnome-keyring-daemon"} {
		text := fmt.Sprintf("#!/bin/sh\necho %s >>%s\nexit 1\n", name, mark)
		if err := os.WriteFile(filepath.Join(b.home, "bin", name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	const none = "there is no session bus here, as is common over SSH: DBUS_SESSION_BUS_ADDRESS is not set and XDG_RUNTIME_DIR has no bus in it; to keep it in a file: telex login --store file"
	for name, tt := range map[string]struct {
		env  []string
		want string
	}{
		"nothing set":         {nil, none},
		"set to nothing":      {[]string{"DBUS_SESSION_BUS_ADDRESS="}, none},
		"to be started":       {[]string{"DBUS_SESSION_BUS_ADDRESS=autolaunch:"}, none},
		"to be started for":   {[]string{"DBUS_SESSION_BUS_ADDRESS=autolaunch:scope=x"}, none},
		"no folder":           {[]string{"XDG_RUNTIME_DIR="}, none},
		"one that is gone":    {[]string{"DBUS_SESSION_BUS_ADDRESS=unix:path=" + b.socket}, "the session bus cannot be reached: "},
		"switched off":        {[]string{"DBUS_SESSION_BUS_ADDRESS=disabled:"}, "the session bus cannot be reached: "},
		"without a transport": {[]string{"DBUS_SESSION_BUS_ADDRESS=x"}, "the session bus cannot be reached: "},
	} {
		t.Run(name, func(t *testing.T) {
			b.says(b.ask(longEnough+" get put delete choose", tt.env...),
				[2]string{"get [not available here]", tt.want}, [2]string{"put [not available here]"}, [2]string{"delete [not available here]"},
				[2]string{"choose [ok]", "file: the keyring cannot be used: "})
		})
	}
	if text, err := os.ReadFile(mark); err == nil {
		t.Errorf("these were started: %s", text)
	}
	// The trap works: go-keyring by itself falls into it, if it finds no bus elsewhere.
	if found, _ := filepath.Glob(fmt.Sprintf("/run/user/%d/*bus*", os.Getuid())); len(found) == 0 {
		b.help("bare", "")
		if text, err := os.ReadFile(mark); err != nil || !strings.Contains(string(text), "dbus-launch") {
			t.Errorf("the trap does not work: %q, %v", text, err)
		}
	}
}
