package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
)

// A tmuxScreen is the real program in a real terminal emulator: tmux, of which a
// server of its own runs for each test. The program is started by a shell, so that
// it can be seen what is left of the terminal when it ends.
type tmuxScreen struct {
	t      *testing.T
	socket string
}

// startTmux opens a terminal of w by h cells with a shell in it.
func startTmux(t *testing.T, w, h int) *tmuxScreen {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		clitest.Missing(t, "tmux", "this test needs a terminal emulator")
	}
	dir := t.TempDir()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	s := &tmuxScreen{t, filepath.Join(dir, "socket")}
	s.tmux("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h),
		"env", "PS1=ready> ", "ENV=", "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"), "TERM=screen-256color", "XDG_STATE_HOME="+filepath.Join(dir, "state"), "sh")
	t.Cleanup(func() {
		_ = exec.CommandContext(context.WithoutCancel(t.Context()), "tmux", "-S", s.socket, "kill-server").Run()
	})
	s.wait("ready>")
	return s
}

func (s *tmuxScreen) tmux(args ...string) string {
	s.t.Helper()
	out, err := exec.CommandContext(s.t.Context(), "tmux", append([]string{"-u", "-S", s.socket}, args...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// keys presses keys by tmux's names; typed sends text as it is.
func (s *tmuxScreen) keys(names ...string) {
	s.t.Helper()
	s.tmux(append([]string{"send-keys"}, names...)...)
}
func (s *tmuxScreen) typed(text string) { s.t.Helper(); s.tmux("send-keys", "-l", text) }

func (s *tmuxScreen) screen() string { s.t.Helper(); return s.tmux("capture-pane", "-p") }

// wait returns the screen once it shows all of the texts.
func (s *tmuxScreen) wait(texts ...string) string {
	s.t.Helper()
	screen, missing := s.look(clitest.Patience, texts...)
	if missing != "" {
		s.t.Fatalf("%q never came; the screen is:\n%s", missing, screen)
	}
	return screen
}

// look waits for the texts for so long at most, and says which of them is missing.
func (s *tmuxScreen) look(atMost time.Duration, texts ...string) (screen, missing string) {
	s.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	limit := time.After(atMost)
	for late := false; ; {
		screen, missing = s.screen(), ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" || late {
			return screen, missing
		}
		select {
		case <-again.C:
		case <-limit:
			late = true // after a last look
		}
	}
}

// enterUntil presses enter on Review until another step is there: the first quarter
// second of Review takes no enter, on purpose, and says so.
func (s *tmuxScreen) enterUntil(step string) {
	s.t.Helper()
	s.wait("[Review]")
	missing := step
	for range 20 {
		if missing == "" {
			return
		}
		s.look(300*time.Millisecond, step)
		s.keys("Enter")
		_, missing = s.look(2*time.Second, step)
	}
	s.t.Fatalf("enter never came to %s; the screen is:\n%s", step, s.screen())
}

// quit presses ctrl+q until telex is gone: one that comes as fast behind another key
// as this test types is taken for a part of a paste, on purpose, and telex says so.
func (s *tmuxScreen) quit() {
	s.t.Helper()
	for range 10 {
		s.keys("C-q")
		if _, missing := s.look(2*time.Second, "left 0"); missing == "" {
			return
		}
	}
	s.t.Fatalf("ctrl+q never ended telex; the screen is:\n%s", s.screen())
}

func TestConsoleInTerminal(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	sizes := thorough([2]int{80, 24}, [2]int{40, 12})
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			beside(t, len(sizes))
			s := startTmux(t, size[0], size[1])
			s.typed("cd $(mktemp -d); stty -a > before; echo marked; telex --sandbox; echo left $?")
			s.keys("Enter")
			s.wait("[Compose]", "SANDBOX")
			s.typed("Hey, check this out!")
			s.wait("20 of 2048", "1 seg")
			s.keys("C-n")
			s.wait("[Recipients]")
			s.typed("(919) 555-1212")
			s.keys("Enter")
			s.wait("+19195551212", "1 added")
			s.keys("C-n")
			s.wait("[Media]")
			s.keys("C-n")
			s.enterUntil("[Response]")
			s.wait("On its way", "202 Accepted", "id ")
			s.tmux("resize-window", "-x", "100", "-y", "50")
			s.wait("segmentCount", "applicationId", "direction", "owner")
			s.quit()
			s.wait("marked")
			s.typed("stty -a | tail -n +2 > after; tail -n +2 before | cmp - after && echo the same")
			s.keys("Enter")
			s.wait("\nthe same")
		})
	}
}

// TestManyRecipientsInTerminal: five as a group, which is asked and never assumed,
// with two files and a curly quote; then five one by one, of which one is refused.
func TestManyRecipientsInTerminal(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	sizes := thorough([2]int{80, 24}, [2]int{40, 12})
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			beside(t, len(sizes))
			s := startTmux(t, size[0], size[1])
			s.typed("telex --sandbox; echo left $?")
			s.keys("Enter")
			s.wait("[Compose]")
			s.typed("The “shop” is open")
			s.wait("ctrl+r", "18 of 2048")
			s.keys("C-r")
			s.wait("becomes")
			s.keys("Enter")
			s.wait(`The "shop" is open`)
			s.keys("C-n")
			s.wait("[Recipients]")
			s.typed("+12345678902, +12345678903; +12345678904 / +12345678905, (919) 555-1212")
			s.keys("Enter")
			s.wait("5 recipients", "+19195551212")
			s.keys("C-n")
			s.wait("[Media]")
			s.typed("http://127.0.0.1:9/a.png http://127.0.0.1:9/b.png")
			s.keys("Enter")
			s.wait("2 of 10 files", "loopback")
			s.keys("C-n")
			s.wait("1 problem", "5 recipients")
			s.enterUntil("[Recipients]")
			s.keys("g")
			s.wait("(x)")
			s.keys("C-n", "C-n")
			s.wait("READY TO SEND · 2 warnings", "one group MMS")
			s.enterUntil("[Response]")
			s.wait("On its way", "202 Accepted")
			s.keys("n")
			s.wait("[Compose]")
			s.typed("One by one")
			s.keys("C-n")
			s.wait("[Recipients]")
			s.typed("+12345678902, +12345678903, +12345678904, +12345678905, +19995550400")
			s.keys("Enter")
			s.wait("5 recipients")
			s.keys("Tab", "i")
			s.wait("(x)")
			s.keys("C-n", "C-n")
			s.wait("READY TO SEND", "5 SMS")
			s.enterUntil("[Response]")
			s.wait("SENT 4 of 5", "PROBLEMS FIRST", "+19995550400")
			s.keys("F2")
			s.wait("[History]", "! 1", "✓ 4") // the sandbox calls back
			s.keys("Enter")
			s.wait("Batch ")
			s.keys("Down", "Enter")
			s.wait("message", "state")
			s.keys("Escape")
			s.wait("Search")
			s.quit() // without a question: what did not go out is in the history
		})
	}
}

// TestLineDrops: a hangup ends the console at once, and leaves nothing running.
func TestLineDrops(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	s := startTmux(t, 80, 24)
	s.typed("telex --sandbox; echo left $?")
	s.keys("Enter")
	s.wait("[Compose]")
	s.typed("half a message")
	s.wait("half a message")
	pid := strings.TrimSpace(s.tmux("display-message", "-p", "#{pane_pid}"))
	if out, err := exec.CommandContext(t.Context(), "pkill", "-HUP", "-P", pid, "-x", "telex").CombinedOutput(); err != nil {
		t.Fatalf("hang up: %v %s", err, out)
	}
	s.wait("left 0")
}

// TestBordersInTmux: tmux gives emoji and syllables cells in a way of its own, and says
// nothing of it. Every line of a frame stays where it is, and so does the cursor.
func TestBordersInTmux(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	s := startTmux(t, 120, 30)
	s.typed("LC_ALL=C.UTF-8 telex --sandbox; echo left $?")
	s.keys("Enter")
	s.wait("[Compose]", "╭")
	s.typed("hi 👨‍👩‍👧‍👦 there ❤️ 👍🏽")
	s.keys("Enter")
	s.typed("क्षि")
	screen := s.wait("27 of 2048")
	top := strings.Count(screen[:strings.Index(screen, "╭")], "\n")
	if x := strings.TrimSpace(s.tmux("display-message", "-p", "#{cursor_x}")); x != "22" {
		t.Errorf("the cursor is in column %s, want it in 22, behind a frame and a syllable of 3 cells:\n%s", x, screen)
	}
	s.tmux("copy-mode")
	copying := func(n int, command ...string) {
		s.keys(append([]string{"-X", "-N", fmt.Sprint(n)}, command...)...)
	}
	columns := map[int][]string{} // in which tmux has lines, by row
	for row := top + 1; row < top+5; row++ {
		copying(1, "top-line")
		copying(row, "cursor-down")
		copying(1, "start-of-line")
		for range 3 {
			copying(1, "jump-forward", "│")
			columns[row] = append(columns[row], strings.TrimSpace(s.tmux("display-message", "-p", "#{copy_cursor_x}")))
		}
	}
	for row, got := range columns {
		if want := columns[top+4]; !slices.Equal(got, want) || want[0] == want[2] {
			t.Errorf("row %d has lines in columns %v, want %v:\n%s", row, got, want, screen)
		}
	}
	s.keys("-X", "cancel")
	s.quit()
}
