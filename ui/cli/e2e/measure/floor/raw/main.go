// Command raw is the least that a program can do for a key: raw mode, one frame, and then
// a character and a counter for each key. It is no editor, but the floor for all of them.
package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

const ctrlC = 3

func main() {
	before, err := term.MakeRaw(int(os.Stdin.Fd()))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	w, h, err := term.GetSize(int(os.Stdout.Fd()))
	if err == nil {
		frame(w, h)
		echo(w, h)
	}
	_, _ = os.Stdout.WriteString("\x1b[?1049l")
	_ = term.Restore(int(os.Stdin.Fd()), before)
}

func frame(w, h int) {
	var b strings.Builder
	b.WriteString("\x1b[?1049h\x1b[H\x1b[1;38;2;255;255;255;48;2;90;86;224m Compose\x1b[K\x1b[m\r\n\x1b[38;2;90;86;224m╭")
	b.WriteString(strings.Repeat("─", w-2) + "╮\r\n")
	for range h - 4 {
		fmt.Fprintf(&b, "│\x1b[%dG│\r\n", w)
	}
	b.WriteString("╰" + strings.Repeat("─", w-2) + "╯\r\n\x1b[38;2;136;136;136m 0 characters   ctrl+c quit\x1b[m\x1b[3;2H")
	_, _ = os.Stdout.WriteString(b.String())
}

// echo echoes keys until ctrl+c.
func echo(w, h int) {
	keys := make([]byte, 256)
	for n, x, y := 0, 2, 3; ; {
		read, err := os.Stdin.Read(keys)
		if err != nil {
			return
		}
		var b strings.Builder
		for _, c := range keys[:read] {
			if c == ctrlC {
				return
			}
			if c < ' ' || c > '~' {
				continue
			}
			n++
			b.WriteByte(c)
			if x++; x == w {
				x, y = 2, y+1
				fmt.Fprintf(&b, "\x1b[%d;2H", y)
			}
		}
		if b.Len() > 0 {
			fmt.Fprintf(&b, "\x1b7\x1b[%d;2H\x1b[90m%d\x1b[m\x1b8", h, n)
			_, _ = os.Stdout.WriteString(b.String())
		}
	}
}
