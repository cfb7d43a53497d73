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

// shells run commands with a curl of their own, which prints its words, and a token
// for the client that is asked for one.
var shells = []struct{ name, curl string }{
	{"sh", posixCurl},
	{"bash", posixCurl},
	{"zsh", posixCurl},
	{"fish", `function curl
	if contains -- grant_type=client_credentials $argv
		printf '{"expires_in":3600, "access_token" : "tok.%s", "token_type":"bearer"}' $argv[3]
	else
		printf '%s\0' $argv
	end
end`},
}

const posixCurl = `curl() {
	case "$*" in
	*grant_type=client_credentials*) printf '{"expires_in":3600, "access_token" : "tok.%s", "token_type":"bearer"}' "$3" ;;
	*) printf '%s\0' "$@" ;;
	esac
}`

// shellWords runs command in a shell, whose own curl says what it was given.
func shellWords(t *testing.T, shell, curl, command string) []string {
	t.Helper()
	run := exec.Command(shell, "-c", curl+"\n"+command)
	run.Env = append(os.Environ(), "BW_USERNAME=the user", "BW_PASSWORD=pass * $HOME", "BW_CLIENT_ID=the id",
		"BW_CLIENT_SECRET=sec * $HOME", "BW_ACCESS_TOKEN=stale", "BW_AUTHORIZATION=Own x", "HOME="+t.TempDir())
	var complaint bytes.Buffer
	run.Stderr = &complaint
	out, err := run.Output()
	if err != nil || complaint.Len() > 0 {
		t.Fatalf("got %v, %s from\n%s", err, complaint.String(), command)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestCurlInShell(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	for _, shell := range shells {
		t.Run(shell.name, func(t *testing.T) {
			path, err := exec.LookPath(shell.name)
			if err != nil {
				t.Skip("not on this machine")
			}
			curlInShell(t, path, shell.curl)
		})
	}
}

func curlInShell(t *testing.T, shell, curl string) {
	texts := []string{
		"Hey, check this out!", "it's 'quoted' \"twice\"", "$HOME `id` $(id) \\ \\n !!", `\`, `\\`, `\'`, `a\\\'\"\\`, "@file", "-X", "two\nlines\r\n\ttab",
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
			{oauth, []string{"-H", "Authorization: Bearer tok.the id:sec * $HOME"}},
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
			words := shellWords(t, shell, curl, command)
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
