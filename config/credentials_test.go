package config

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// secretFile writes content to a file of its own with the given mode.
func secretFile(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // past the umask
		t.Fatal(err)
	}
	return path
}

func TestFindCredentials(t *testing.T) {
	file := secretFile(t, "from-file\n", 0o600)
	tests := []struct {
		name       string
		vars       map[string]string
		kind       Kind
		id, secret string
		source     string
	}{
		{"client", map[string]string{"BW_CLIENT_ID": "c", "BW_CLIENT_SECRET": "s"}, OAuth, "c", "s", "BW_CLIENT_ID and BW_CLIENT_SECRET"},
		{"user", map[string]string{"BW_USERNAME": "u", "BW_PASSWORD": "p"}, Basic, "u", "p", "BW_USERNAME and BW_PASSWORD"},
		{
			"client before user",
			map[string]string{"BW_CLIENT_ID": "c", "BW_CLIENT_SECRET": "s", "BW_USERNAME": "u", "BW_PASSWORD": "p"},
			OAuth, "c", "s", "BW_CLIENT_ID and BW_CLIENT_SECRET",
		},
		{
			"client secret in a file",
			map[string]string{"BW_CLIENT_ID": "c", "BW_CLIENT_SECRET_FILE": file},
			OAuth, "c", "from-file", "BW_CLIENT_ID and BW_CLIENT_SECRET_FILE",
		},
		{
			"password in a file",
			map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": file},
			Basic, "u", "from-file", "BW_USERNAME and BW_PASSWORD_FILE",
		},
		{
			"both in files",
			map[string]string{"BW_CLIENT_ID_FILE": secretFile(t, "c\n", 0o644), "BW_CLIENT_SECRET_FILE": file},
			OAuth, "c", "from-file", "BW_CLIENT_ID_FILE and BW_CLIENT_SECRET_FILE",
		},
		{
			"username in a file",
			map[string]string{"BW_USERNAME_FILE": secretFile(t, "u\n", 0o600), "BW_PASSWORD": "p"},
			Basic, "u", "p", "BW_USERNAME_FILE and BW_PASSWORD",
		},
		{"blanks belong to a secret", map[string]string{"BW_USERNAME": "u", "BW_PASSWORD": " p:q "}, Basic, "u", " p:q ", "BW_USERNAME and BW_PASSWORD"},
		{
			"empty is not set",
			map[string]string{"BW_CLIENT_ID": "", "BW_CLIENT_SECRET": "", "BW_USERNAME": "u", "BW_PASSWORD": "p"},
			Basic, "u", "p", "BW_USERNAME and BW_PASSWORD",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := FindCredentials(environment(tt.vars))
			if err != nil {
				t.Fatalf("FindCredentials: %v", err)
			}
			if got.Kind != tt.kind || got.ID != tt.id || got.Secret.Reveal() != tt.secret || got.Source != tt.source || len(got.Warnings) > 0 {
				t.Errorf("got %v %q %q from %q with warnings %q, want %v %q %q from %q with none",
					got.Kind, got.ID, got.Secret.Reveal(), got.Source, got.Warnings, tt.kind, tt.id, tt.secret, tt.source)
			}
		})
	}
}

func TestHalfSetCredentials(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	tests := []struct {
		name string
		vars map[string]string
		want string // within the error
	}{
		{"nothing", nil, "BW_CLIENT_ID and BW_CLIENT_SECRET: not set; BW_USERNAME and BW_PASSWORD: not set"},
		{"id without secret", map[string]string{"BW_CLIENT_ID": "c"}, "BW_CLIENT_ID is set, but BW_CLIENT_SECRET is not; set it, or BW_CLIENT_SECRET_FILE"},
		{"secret without id", map[string]string{"BW_CLIENT_SECRET": "hush-hush"}, "BW_CLIENT_SECRET is set, but BW_CLIENT_ID is not; set it too"},
		{"file without id", map[string]string{"BW_PASSWORD_FILE": missing}, "BW_PASSWORD_FILE is set, but BW_USERNAME is not; set it too"},
		{"username without password", map[string]string{"BW_USERNAME": "u"}, "BW_USERNAME is set, but BW_PASSWORD is not; set it, or BW_PASSWORD_FILE"},
		{
			"both secret and file",
			map[string]string{"BW_USERNAME": "u", "BW_PASSWORD": "hush-hush", "BW_PASSWORD_FILE": missing},
			"BW_PASSWORD and BW_PASSWORD_FILE are both set; unset one of them",
		},
		{
			"both id and file",
			map[string]string{"BW_USERNAME": "u", "BW_USERNAME_FILE": missing, "BW_PASSWORD": "hush-hush"},
			"BW_USERNAME and BW_USERNAME_FILE are both set; unset one of them",
		},
		{"id in a file without secret", map[string]string{"BW_CLIENT_ID_FILE": missing}, "BW_CLIENT_ID_FILE is set, but BW_CLIENT_SECRET is not; set it, or BW_CLIENT_SECRET_FILE"},
		{"file is not there", map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": missing}, missing + `": no such file`},
		{"file is a folder", map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": t.TempDir()}, "is a directory"},
		{"file is empty", map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": secretFile(t, "\r\n", 0o600)}, "is empty"},
		{
			"file has two lines",
			map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": secretFile(t, "hush-hush\nx\n", 0o600)},
			"BW_PASSWORD_FILE holds a control character",
		},
		{
			"file is huge",
			map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": secretFile(t, strings.Repeat("hush-hush", 10<<10), 0o600)},
			"holds more than 64 KiB",
		},
		{"secret with the end of a line", map[string]string{"BW_CLIENT_ID": "c", "BW_CLIENT_SECRET": "hush-hush\r"}, "BW_CLIENT_SECRET holds a control character"},
		{"id with the end of a line", map[string]string{"BW_CLIENT_ID": "c\n", "BW_CLIENT_SECRET": "hush-hush"}, "BW_CLIENT_ID holds a control character"},
		{"username with a colon", map[string]string{"BW_USERNAME": "u:v", "BW_PASSWORD": "hush-hush"}, "BW_USERNAME holds a colon"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := FindCredentials(environment(tt.vars))
			none, ok := errors.AsType[*NoCredentialsError](err)
			if !ok {
				t.Fatalf("got error %v, want a *NoCredentialsError", err)
			}
			if len(none.Looked) != 2 {
				t.Errorf("got %d places looked at, want 2: %+v", len(none.Looked), none.Looked)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %q, want it to hold %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "hush-hush") {
				t.Errorf("the error shows the secret: %q", err)
			}
		})
	}
}

func TestBrokenCredentialsAreMentioned(t *testing.T) {
	got, err := FindCredentials(environment(map[string]string{"BW_CLIENT_ID": "c", "BW_USERNAME": "u", "BW_PASSWORD": "p"}))
	if err != nil {
		t.Fatal(err)
	}
	if got.Kind != Basic || got.ID != "u" {
		t.Errorf("got %v %q, want the username", got.Kind, got.ID)
	}
	const want = "BW_CLIENT_ID and BW_CLIENT_SECRET: BW_CLIENT_ID is set, but BW_CLIENT_SECRET is not"
	if len(got.Warnings) != 1 || !strings.HasPrefix(got.Warnings[0], want) || !strings.HasSuffix(got.Warnings[0], "using BW_USERNAME and BW_PASSWORD instead") {
		t.Errorf("got warnings %q, want one that begins with %q", got.Warnings, want)
	}
}

func TestSecretFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are kept elsewhere there")
	}
	tests := []struct {
		content string
		mode    os.FileMode
		want    string
		warned  bool
	}{
		{"s", 0o600, "s", false},
		{"s\n", 0o400, "s", false},
		{"s\r\n", 0o600, "s", false},
		{" s \n", 0o600, " s ", false},
		{"s\n", 0o640, "s", true},
		{"s\n", 0o604, "s", true},
		{"s\n", 0o620, "s", true},
	}
	for _, tt := range tests {
		path := secretFile(t, tt.content, tt.mode)
		got, err := FindCredentials(environment(map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": path}))
		if err != nil || got.Secret.Reveal() != tt.want {
			t.Errorf("file %q with mode %04o: got %q, %v, want %q", tt.content, tt.mode, got.Secret.Reveal(), err, tt.want)
		}
		if warned := len(got.Warnings) > 0; warned != tt.warned {
			t.Errorf("file with mode %04o: got warnings %q, want some: %v", tt.mode, got.Warnings, tt.warned)
		}
	}
}

func TestSecretFromPipe(t *testing.T) {
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd here")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	go func() {
		_, _ = w.WriteString("from-pipe\n")
		_ = w.Close()
	}()
	path := filepath.Join("/dev/fd", strconv.Itoa(int(r.Fd())))
	got, err := FindCredentials(environment(map[string]string{"BW_USERNAME": "u", "BW_PASSWORD_FILE": path}))
	if err != nil || got.Secret.Reveal() != "from-pipe" || len(got.Warnings) > 0 {
		t.Errorf("got %q, %v, warnings %q, want %q", got.Secret.Reveal(), err, got.Warnings, "from-pipe")
	}
}
