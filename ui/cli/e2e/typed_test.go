//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// What newcomers paste first: every command of README.md, of the examples in the help,
// and of what telex sandbox prints is typed, in its order, into the shells that people
// have, with a home that nothing is in yet. Each has to end, and as it should.

// A shell is one that people type into. It says how each command ended, as [CODE]ENDED.
type shell struct {
	name string
	args func(rc string) []string // that start it with the file rc
	rc   string
}

var typedInto = []shell{
	{"bash", func(rc string) []string { return []string{"--noprofile", "--rcfile", rc, "-i"} }, `PROMPT_COMMAND='echo "[$?]ENDED"' PS1='READY> ' PS2='MORE> '` + "\nset +o history\nset -o histexpand\n"},
	{"zsh", func(string) []string { return []string{"-i"} }, `precmd() { print -r -- "[$?]ENDED" }` + "\nPROMPT='READY> ' PROMPT2='MORE> '\n"},
	{"fish", func(rc string) []string { return []string{"--no-config", "-i", "-C", "source " + rc} }, `function fish_greeting; end
function fish_prompt; echo -n "READY> "; end
function ended --on-event fish_postexec; echo "["$status"]ENDED"; end
`},
}

// inShells runs a test with the shells that are here.
func inShells(t *testing.T, do func(t *testing.T, s shell, path string)) {
	t.Helper()
	shells := thorough(typedInto[0], typedInto[1:]...)
	for _, s := range shells {
		t.Run(s.name, func(t *testing.T) {
			beside(t, len(shells))
			path, err := exec.LookPath(s.name)
			if err != nil {
				clitest.Missing(t, s.name, "this test types into it")
			}
			do(t, s, path)
		})
	}
}

// TestFrontDoorExamples takes longest of all tests here. Of those that run beside one another
// the last ones by the names of their files begin first: it is among them.
func TestFrontDoorExamples(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	inShells(t, func(t *testing.T, s shell, path string) {
		account := startAccount(t)
		f := openDoor(t, s, path, append(account.exports(), "TELEX_PASSPHRASE=test", "TELEX_PROFILE=main", "MANPAGER=cat")...)
		f.past()
		f.paste(exampleCommands(t), pastedExamples)
	})
}

func TestFrontDoorReadme(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	noneInVain(t)
	inShells(t, func(t *testing.T, s shell, path string) {
		account := startAccount(t)
		f := openDoor(t, s, path, "TELEX_BASE_URL="+account.baseURL, "TELEX_PASSPHRASE=test")
		f.paste(readmeCommands(t), pastedInReadme)
	})
}

func TestFrontDoorSandbox(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	inShells(t, func(t *testing.T, s shell, path string) {
		account := startAccount(t)
		f := openDoor(t, s, path, "TELEX_PASSPHRASE=test")
		f.paste(commandsIn(account.printed), pastedFromSandbox)
	})
}

// programs is a folder with telex and the stand-ins.
func programs(t *testing.T) string {
	t.Helper()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(folder, "telex")); err != nil {
		t.Fatal(err)
	}
	scripts := map[string]string{}
	for name, body := range standIns {
		scripts[name] = body
	}
	if _, err := exec.LookPath("man"); err != nil {
		scripts["man"] = "exec cat"
	}
	for name, body := range scripts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A runningSandbox is a telex sandbox of another process.
type runningSandbox struct {
	printed string // on its standard output
	baseURL string
}

func startAccount(t *testing.T) runningSandbox {
	t.Helper()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, binary, "sandbox", "--addr", "127.0.0.1:0")
	cmd.Env = []string{"HOME=" + t.TempDir()}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout = out
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	lines := bufio.NewScanner(said)
	for listening := false; !listening && lines.Scan(); {
		listening = strings.Contains(lines.Text(), "listening")
	}
	go func() { _, _ = io.Copy(io.Discard, said) }() // or it would wait for somebody to read
	printed, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	a := runningSandbox{printed: string(printed)}
	for _, e := range a.exports() {
		if url, ok := strings.CutPrefix(e, "TELEX_BASE_URL="); ok {
			a.baseURL = url
		}
	}
	if a.baseURL == "" {
		t.Fatalf("telex sandbox did not say where it is:\n%s", printed)
	}
	return a
}

// exports are the variables that it asks to be set.
func (a runningSandbox) exports() []string {
	var env []string
	for line := range strings.SplitSeq(a.printed, "\n") {
		if e, ok := strings.CutPrefix(line, "export "); ok {
			env = append(env, strings.ReplaceAll(e, "'", ""))
		}
	}
	return env
}

// A door is a shell that somebody types into.
type door struct {
	*terminal
	shell shell
	env   []string
	read  int // how much of what the terminal showed was looked at
}

func openDoor(t *testing.T, s shell, path string, env ...string) *door {
	t.Helper()
	home, rc := t.TempDir(), filepath.Join(t.TempDir(), ".zshrc")
	if err := os.WriteFile(rc, []byte(s.rc), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &door{shell: s, env: append([]string{
		"HOME=" + home, "PATH=" + programs(t) + ":" + os.Getenv("PATH"), "ZDOTDIR=" + filepath.Dir(rc), "SHELL=" + path,
		"XDG_STATE_HOME=", "XDG_CONFIG_HOME=", "XDG_DATA_HOME=",
	}, env...)}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, s.args(rc)...)
	var menu bytes.Buffer
	if err := jpeg.Encode(&menu, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "menu.jpg"), menu.Bytes(), 0o600); err != nil { // which is sent
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "old-list.csv"), []byte("Name,Handset\nDee,+19195550177\n"), 0o600); err != nil { // of another service
		t.Fatal(err)
	}
	cmd.Dir = home
	f.terminal = startTerminal(t, terminalSpec{w: 250, h: 50, cmd: cmd, env: f.env, state: home})
	f.await("the prompt", regexp.MustCompile("READY> "))
	return f
}

// past makes what the examples take to be there: three profiles, twelve messages, the
// last of which was rejected, and five that are to be sent later.
func (f *door) past() {
	f.t.Helper()
	for _, name := range []string{"main", "prod", "old"} {
		f.run(exitOK, sandbox.DefaultClientSecret+"\n", "login", "--profile", name, "--client-id", sandbox.DefaultClientID, "--secret-stdin")
	}
	var to []string
	for i := range 11 {
		to = append(to, fmt.Sprintf("+1919555%04d", 1000+i))
	}
	f.run(exitRejected, "", "send", "--individual", "--to", strings.Join(to, ",")+",+19995550400", "--text", "Hello from before")
	f.run(exitOK, "", "send", "--individual", "--to", strings.Join(to[:5], ","), "--text", "Hello from later", "--at", "20h")
}

// run runs telex in that home, beside the shell.
func (f *door) run(code int, stdin string, args ...string) {
	f.t.Helper()
	binary, _ := telexBinary()
	cmd := exec.CommandContext(f.t.Context(), binary, args...)
	cmd.Env, cmd.Stdin = f.env, strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != code {
		f.t.Fatalf("telex %q: got %v, want exit code %d:\n%s", args, err, code, out)
	}
}

// await waits until the terminal shows something new, and returns it.
func (f *door) await(what string, text *regexp.Regexp) []string {
	f.t.Helper()
	var found []string
	f.until(what, func(string) bool {
		all := f.all()
		at := text.FindStringIndex(all[f.read:])
		if at == nil {
			return false
		}
		found = text.FindStringSubmatch(all[f.read:])
		f.read += at[1]
		return true
	})
	return found
}

// paste types commands one after the other. Each entry of known has to be used.
func (f *door) paste(commands []string, known map[string]pasted) {
	f.t.Helper()
	if len(commands) == 0 {
		f.t.Fatal("there are no commands")
	}
	for _, command := range commands {
		f.command(command, known[command])
		if f.t.Failed() {
			return // those after it may build on it
		}
	}
	for command, p := range known {
		if !slices.Contains(commands, command) {
			f.t.Errorf("there is no %q any more, but it is expected (%s)", command, p.why)
		}
	}
}

var endedWith = regexp.MustCompile(`\[(\d+)\]ENDED`)

// command types one command and demands its end.
func (f *door) command(command string, p pasted) {
	f.t.Helper()
	from := len(f.all())
	f.read = from
	f.press(strings.ReplaceAll(command, "\n", "\r") + "\r")
	serves := command == worker || slices.ContainsFunc(servers, func(begin string) bool { return strings.HasPrefix(command, begin) })
	switch {
	case slices.Contains(consoles, command):
		f.leaveConsole(command)
	case serves:
		if shown := f.await(command, regexp.MustCompile(`stop it with|in use`)); shown[0] != "in use" {
			f.press("\x03")
		} else {
			p.code = exitUsage // by another telex, on this machine
		}
	}
	for _, a := range p.answers {
		f.await(fmt.Sprintf("%q of %s", a[0], command), regexp.MustCompile(regexp.QuoteMeta(a[0])))
		f.press(a[1] + "\r")
	}
	lines := strings.Count(command, "\n")
	var code string
	f.until("the end of "+command, func(string) bool {
		shown := f.all()[from:]
		if strings.Count(shown, "MORE> ") > lines {
			f.t.Fatalf("%s waits for more after:\n%s", f.shell.name, command)
		}
		m := endedWith.FindStringSubmatch(shown)
		if m == nil {
			return false
		}
		code = m[1]
		return true
	})
	f.read = from + endedWith.FindStringIndex(f.all()[from:])[1]
	f.await("the prompt", regexp.MustCompile("READY> "))
	if code != strconv.Itoa(p.code) {
		f.t.Errorf("in %s this ended with %s, want %d %s:\n%s\nthe screen is:\n%s", f.shell.name, code, p.code, p.why, command, f.screen())
	}
}

// leaveConsole presses ctrl+q until the console is left: while its outbox is not open it
// asks once more.
func (f *door) leaveConsole(command string) {
	f.t.Helper()
	f.await(command, regexp.MustCompile("Compose"))
	for range 20 {
		f.quiet(200 * time.Millisecond)
		if endedWith.MatchString(f.all()[f.read:]) {
			return
		}
		f.press("\x11")
	}
}

// press types text as it is: with press of a terminal it would be a key by its name.
func (f *door) press(text string) {
	f.t.Helper()
	if _, err := f.control.WriteString(text); err != nil {
		f.t.Fatal(err)
	}
}
