//go:build linux

package e2e

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
)

// What the screen may cost on the line, in bytes.
const (
	mostOfFirst  = 2500 // the first screen
	mostOfMedian = 20   // a key in Compose
	mostOf95th   = 40
	mostOwn      = 9 << 10 // kB of memory of its own
)

// writes is how many bytes the program wrote.
func (x *terminal) writes() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.written)
}

// own is how much memory the program has that no file has, in kB.
func (x *terminal) own() int {
	x.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", x.cmd.Process.Pid))
	if err != nil {
		x.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "\nRssAnon:")
	line, _, _ := strings.Cut(rest, " kB")
	kB, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		x.t.Fatal(err)
	}
	return kB
}

// TestBytes counts what the first screen and the keys of a text cost, with panes, over
// words, line ends and the beginning of a segment. Bytes do not depend on what else the
// machine does. Nor does what memory the program has for itself alone by then.
func TestBytes(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	body := strings.Repeat("Your order 4471 has shipped. ", 6)[:170]
	for _, size := range [][2]int{{80, 24}, {160, 45}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			x := startTerminal(t, terminalSpec{w: size[0], h: size[1], env: []string{"GOMAXPROCS=2"}})
			x.wait("[Compose]", "f1 keys")
			if n := x.writes(); n > mostOfFirst {
				t.Errorf("got %d bytes of the first screen, want %d at most", n, mostOfFirst)
			}
			x.quiet(300 * time.Millisecond)
			var keys []int
			before := x.writes()
			for i, letter := range body {
				x.send(string(letter))
				x.wait(fmt.Sprintf("%d of 2048", i+1))
				now := x.writes()
				keys = append(keys, now-before)
				before = now
			}
			slices.Sort(keys)
			median, of95th := keys[len(keys)/2], keys[len(keys)*95/100]
			t.Logf("got a median of %d, %d for 95 of 100, %d at most; %d kB", median, of95th, keys[len(keys)-1], x.own())
			if median > mostOfMedian || of95th > mostOf95th {
				t.Errorf("got a median of %d bytes a key and %d for 95 of 100, want %d and %d at most", median, of95th, mostOfMedian, mostOf95th)
			}
			x.quiet(300 * time.Millisecond)
			idle := x.writes()
			x.quiet(time.Second)
			if n := x.writes() - idle; n != 0 {
				t.Errorf("got %d bytes while nothing happened, want none", n)
			}
			if own := x.own(); own > mostOwn {
				t.Errorf("got %d kB of its own, want %d at most", own, mostOwn)
			}
			x.quit()
		})
	}
}
