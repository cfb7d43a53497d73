package messaging

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// shellWords runs command in sh, where curl is a function that prints its words.
func shellWords(t *testing.T, command string) []string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	run := exec.Command(sh, "-c", `curl() { for word; do printf '%s\0' "$word"; done; }`+"\n"+command)
	run.Env = append(os.Environ(), "BW_USERNAME=the user", "BW_PASSWORD=pass * $HOME", "BW_ACCESS_TOKEN=tok", "BW_AUTHORIZATION=Own x")
	var complaint bytes.Buffer
	run.Stderr = &complaint
	out, err := run.Output()
	if err != nil || complaint.Len() > 0 {
		t.Fatalf("got %v, %s from\n%s", err, complaint.String(), command)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestCurlInShell(t *testing.T) {
	texts := []string{
		"Hey, check this out!", "it's 'quoted' \"twice\"", "$HOME `id` $(id) \\ \\n !!", "@file", "-X", "two\nlines\r\n\ttab",
		"€ 😀 日本", "\x1b[2J\u009b\u202e\u200b\x00", "'; id; '", "*?[a-z]{1,2}~", "",
	}
	oauth := newOAuth(t)
	own := authFunc(func(*http.Request) error { return nil })
	for _, text := range texts {
		for _, c := range []struct {
			auth Authorizer
			want []string
		}{
			{Basic(testUser, testSecret), []string{"-u", "the user:pass * $HOME"}},
			{oauth, []string{"-H", "Authorization: Bearer tok"}},
			{own, []string{"-H", "Authorization: Own x"}},
		} {
			m := testMessage()
			m.Text, m.Tag = text, text
			client := authClient(t, c.auth, "https://example.com/it's/v2")
			command, err := client.Curl(m)
			if err != nil {
				t.Fatal(err)
			}
			wantPrintable(t, strings.ReplaceAll(command, "\n", ""))
			wantNoSecret(t, command, testSecret)
			words := shellWords(t, command)
			want := slices.Concat([]string{"-X", "POST", "https://example.com/it's/v2/users/9900000/messages"}, c.want,
				[]string{"-H", "Content-Type: application/json; charset=utf-8", "--data-raw"})
			if len(words) != len(want)+1 || !slices.Equal(words[:len(want)], want) {
				t.Fatalf("%q: got words %q, want %q and the body", text, words, want)
			}
			body, _ := m.Body()
			sameJSON(t, words[len(want)], string(body))
		}
	}
}

func TestCurlOfWhatJSONCannotSay(t *testing.T) {
	m := testMessage()
	m.Expiration = m.Expiration.AddDate(10000, 0, 0)
	if s, err := testClient(t, DefaultBaseURL).Curl(m); err == nil {
		t.Errorf("got %s, want an error", s)
	}
}
