package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telex/ui/cli/say"
)

// try is telex send in the sandbox, looked at only.
func try(t *testing.T, stdin string, args ...string) ended {
	t.Helper()
	return runTelex(t, nil, stdin, append([]string{"send", "--sandbox", "--dry-run"}, args...)...)
}

func TestSendWarns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--to", "+12345678902", "--text", `line1\nline2`}, []string{`warning: --text: holds \n as two characters`, "$'…' in bash and zsh"}},
		{[]string{"--to", "+12345678902", "--text", "See bit.ly/abc"}, []string{"warning: --text: holds a link of the public shortener bit.ly"}},
		{[]string{"--to", "+12345678902", "--media", "http://localhost/a.png"}, []string{`warning: --media "http://localhost/a.png": is on a loopback address`}},
		{[]string{"--to", "+442079460018,+442079460019", "--from", "+18885551212", "--text", "Hi"}, []string{`warning: --from "+18885551212": is toll-free, from which group messages are impossible`}},
		{[]string{"--to", "+12345678901", "--text", "Hi"}, []string{`warning: --to "+12345678901": is the sender`}},
		{[]string{"--to", "+12345678902", "--priority", "high", "--media", "https://example.com/a.png"}, []string{`warning: --priority: high has no effect on MMS`}},
	} {
		try(t, "", c.args...).want(t, say.ExitOK, c.want...)
	}
	if got := try(t, "", "--to", "+12345678902", "--text", "Hi"); strings.Contains(got.err, "warning") {
		t.Errorf("a plain message: got %q, want no warning", got.err)
	}
	// The same when it is really sent.
	runTelex(t, nil, "", "send", "--sandbox", "--to", "+12345678902", "--text", "bit.ly/abc").want(t, say.ExitOK, "warning: --text: holds a link")
}

func TestSendRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stdin string
		args  []string
		want  []string
	}{
		{"", []string{"--text", "   "}, []string{"--text: shows nothing"}},
		{"\n\n", []string{"--text-file", "-"}, []string{"--text-file -: shows nothing"}},
		{"\x1b[32mPASS\x1b[0m\n", []string{"--text-file", "-"}, []string{"--text-file -: holds a control character, U+001B (ESC), at character 1", "sed"}},
		{"H\x00i\x00\n", []string{"--text-file", "-"}, []string{"--text-file -: is not in UTF-8, but looks like UTF-16LE: convert it with iconv -f UTF-16LE -t UTF-8"}},
		{"caf\xe9", []string{"--text-file", "-"}, []string{"looks like ISO-8859-1: convert it with iconv -f ISO-8859-1 -t UTF-8"}},
		{"\x93quoted\x94", []string{"--text-file", "-"}, []string{"looks like WINDOWS-1252"}},
		{"", []string{"--text", "caf\xe9"}, []string{"--text: is not valid UTF-8: byte 0xE9 is character 4"}},
		{"", []string{"--text", "Hi", "--from", "ABCDEFGHIJKL"}, []string{"is not a sender id: that has at most 11 of"}},
		{"", []string{"--text", "Hi", "--from", "+12345"}, []string{"short codes are 5 or 6 digits without +"}},
		{"", []string{"--text", "Hi", "--to", "12345"}, []string{"short codes and emergency numbers cannot be texted"}},
		{"", []string{"--text", "Hi", "--to", "+1 514 499 0159-107"}, []string{"cannot exist"}},
		{"", []string{"--text", "Hi", "--expiration", "-2h"}, []string{"is in the past"}},
		{"", []string{"--text", "Hi", "--expiration", "0s"}, []string{"is in the past"}},
		{"", []string{"--media", "https://user:hush@example.com/a.png"}, []string{"holds a user name or password"}},
	} {
		got := try(t, c.stdin, append([]string{"--to", "+12345678902"}, c.args...)...)
		got.want(t, say.ExitUsage, c.want...)
		if strings.Contains(got.err, "hush") {
			t.Errorf("%v: got the password in %q", c.args, got.err)
		}
	}
}

// A file says which one it is in errors, and UTF-16 that is marked so is read.
func TestTextFileEncodings(t *testing.T) {
	t.Parallel()
	file := func(content string) string {
		name := filepath.Join(t.TempDir(), "a text.txt")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, content := range []string{"\xff\xfeH\x00i\x00 \x00=\xd8\x00\xde\r\x00\n\x00", "\xfe\xff\x00H\x00i\x00 \xd8=\xde\x00\x00\r\x00\n"} {
		name := file(content)
		got := try(t, "", "--to", "+12345678902", "--text-file", name)
		got.want(t, say.ExitOK, "reading --text-file ", "a text.txt\" as UTF-16")
		if !strings.Contains(got.out, `"text":"Hi 😀"`) {
			t.Errorf("%q: got %s, want the text", content, got.out)
		}
	}
	for content, want := range map[string]string{
		"\xff\xfeH\x00i":     "ends in the middle of a character",
		"\xff\xfeH\x00=\xd8": "half a character",
		"caf\xe9":            "iconv -f ISO-8859-1 -t UTF-8",
		"a\x00b":             "U+0000 (NUL), at character 2",
		"   ":                "shows nothing",
	} {
		try(t, "", "--to", "+12345678902", "--text-file", file(content)).want(t, say.ExitUsage, "a text.txt", want)
	}
}

// Where a time was written without its zone, the one that was taken is said.
func TestExpirationZoneIsSaid(t *testing.T) {
	t.Parallel()
	got := try(t, "", "--to", "+12345678902", "--text", "Hi", "--expiration", "2999-12-01")
	got.want(t, say.ExitOK, `--expiration "2999-12-01" is 2999-12-01 23:59:59 `, "by local time")
	if got := try(t, "", "--to", "+12345678902", "--text", "Hi", "--expiration", "2h"); strings.Contains(got.err, "local time") {
		t.Errorf("a span: got %q, want no word of a zone", got.err)
	}
	bad := runTelex(t, []string{"TZ=Nowhere/Bad"}, "", "send", "--sandbox", "--dry-run", "--to", "+12345678902", "--text", "Hi", "--expiration", "2999-12-01 10:00")
	bad.want(t, say.ExitOK, "warning: the time zone TZ=Nowhere/Bad is not known here, so local time is taken as UTC")
}

// Where a date is read in local time to delete what is older, a bad zone is said as well.
func TestPruneZoneIsSaid(t *testing.T) {
	t.Parallel()
	env := []string{"TZ=Nowhere/Bad", "XDG_STATE_HOME=" + t.TempDir()}
	runTelex(t, env, "", "history", "prune", "--before", "2026-01-31", "--yes").
		want(t, say.ExitOK, "warning: the time zone TZ=Nowhere/Bad is not known here")
	if got := runTelex(t, env, "", "history", "prune", "--before", "90d", "--yes"); strings.Contains(got.err, "zone") {
		t.Errorf("a span: got %q, want no word of a zone", got.err)
	}
}
