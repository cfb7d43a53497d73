package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// full is a file that uses everything.
const full = `# Mine.
profile = "prod" # the usual one
theme = "dark"

[keys]
quit = "ctrl+g"
compose.editor = ["f4", "ctrl+o"]
"review.json" = []

[outbox]
keep = 30
text = false

# The real one.
[profiles.prod]
account = "9900000"
application = "93de2206-9669-4e07-948d-329f4b722ee2"
numbers = [
  "+12345678901", # support
  "(919) 555-1212",
]
auth = "oauth"
client_id = "client-1"
base_url = "https://gateway.example/api/v2"
token_url = "https://gateway.example/token"
region = "gb"
store = "keyring"
credential_command = ["pass", "show", "telex/prod"]
production = true
mms_receipts = true
approve = true
optout_words = ["unfollow"]
media_budget = 450
media_delete = true

[profiles.old]
username = "someone"
`

// configFile writes a file of profiles.
func configFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "telex", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// loaded reads a file that is right.
func loaded(t testing.TB, path string) *File {
	t.Helper()
	f, err := Load(os.LookupEnv, path)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return f
}

var prod = Profile{
	Name: "prod", AccountID: "9900000", ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2",
	Numbers: []string{"+12345678901", "(919) 555-1212"}, Auth: OAuth, ClientID: "client-1",
	BaseURL: "https://gateway.example/api/v2", TokenURL: "https://gateway.example/token", Region: "GB",
	Store: InKeyring, Command: []string{"pass", "show", "telex/prod"}, Production: true, Approve: true, MMSReceipts: true, OptOutWords: []string{"unfollow"}, MediaBudget: 450_000, MediaDelete: true,
}

func TestLoad(t *testing.T) {
	f := loaded(t, configFile(t, full))
	if got, want := f.Names(), []string{"prod", "old"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Names: got %q, want %q", got, want)
	}
	if f.Default() != "prod" || f.Theme() != "dark" || f.Outbox() != (Outbox{Keep: 30, OmitText: true}) {
		t.Errorf("got default %q, theme %q, outbox %+v", f.Default(), f.Theme(), f.Outbox())
	}
	wantKeys := map[string][]string{"quit": {"ctrl+g"}, "compose.editor": {"f4", "ctrl+o"}, "review.json": {}}
	if got := f.Keys(); !reflect.DeepEqual(got, wantKeys) {
		t.Errorf("Keys: got %q, want %q", got, wantKeys)
	}
	if got, err := f.Profile("prod"); err != nil || !reflect.DeepEqual(got, prod) {
		t.Errorf("Profile(prod):\n got %+v, %v\nwant %+v", got, err, prod)
	}
	want := Profile{Name: "old", Auth: Basic, Username: "someone"}
	if got, err := f.Profile("old"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Profile(old): got %+v, %v, want %+v: a username alone is for Basic", got, err, want)
	}
}

func TestLoadNothing(t *testing.T) {
	for name, path := range map[string]string{
		"no file": filepath.Join(t.TempDir(), "telex", "config.toml"), "an empty file": configFile(t, ""), "a comment": configFile(t, "# nothing\n"),
	} {
		f, err := Load(os.LookupEnv, path)
		if err != nil {
			t.Errorf("%s: Load: %v", name, err)
			continue
		}
		if len(f.Names()) > 0 || f.Default() != "" || len(f.Keys()) > 0 || f.Theme() != "" || f.Outbox() != (Outbox{}) {
			t.Errorf("%s: got %+v, want nothing", name, f.now.content)
		}
		if got := f.Where("profile"); got != path {
			t.Errorf("%s: Where: got %q, want the path alone", name, got)
		}
	}
}

func TestFormsOfTables(t *testing.T) {
	want := Profile{Name: "a", AccountID: "1", Numbers: []string{"+1"}, Auth: OAuth}
	for _, text := range []string{
		"[profiles.a]\naccount = \"1\"\nnumbers = [\"+1\"]\n",
		"[profiles]\na.account = '1'\na.numbers = [\"+1\"]\n",
		"profiles.a.account = \"1\"\nprofiles.a.numbers = [\"+1\"]",
		"profiles = { a = { account = \"1\", numbers = ['+1'] } }",
		"[profiles]\na = {account=\"1\",numbers=[\"+1\"]}",
		"[\"profiles\" . 'a']\r\naccount = \"\"\"1\"\"\"\r\nnumbers = [\r\n\"+1\",\r\n]\r\n",
		"\ufeff[profiles.a]\naccount = \"1\"\nnumbers = [\"+1\"]\n",
	} {
		f := loaded(t, configFile(t, text))
		if got, err := f.Profile("a"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v, %v\nwant %+v", text, got, err, want)
		}
	}
}

func TestFileErrors(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // each within one problem, in order
	}{
		{"no TOML", "profile = \"a\"\n[profiles.a\n", []string{":2: is not valid TOML: "}},
		{"twice", "theme = \"dark\"\ntheme = \"dark\"\n", []string{":2: is not valid TOML: "}},
		{"unknown at the top", "\ncolour = 1\n", []string{":2: colour is unknown; did you mean colors? (allowed: profile, theme, panes, mouse, notify, campaigns, colors, hours, keys, outbox, profiles, replies, templates)"}},
		{"like nothing", "\nbackground = 1\n", []string{":2: background is unknown; allowed: profile, theme, panes, mouse, notify, campaigns, colors, hours, keys, outbox, profiles, replies, templates"}},
		{"unknown table", "[outbix]\nkeep = 1\n", []string{":1: outbix is unknown; did you mean outbox? (allowed: profile, theme"}},
		{"like two", "[profiles.a]\nmedia = \"1\"\n", []string{":2: profiles.a.media is unknown; did you mean media_budget or media_delete? (allowed: account"}},
		{"unknown in a profile", "[profiles.a]\nacount = \"1\"\n", []string{":2: profiles.a.acount is unknown; did you mean account? (allowed: account, application, numbers, auth"}},
		{"unknown in an inline profile", "[profiles]\n\na = { account = \"1\", acount = \"1\" }\n", []string{":3: profiles.a.acount is unknown"}},
		{"unknown in the outbox", "outbox.days = 3\n", []string{":1: outbox.days is unknown; allowed: keep, text"}},
		{"unknown table in a profile", "[profiles.a.b]\nc = 1\n", []string{":1: profiles.a.b is unknown"}},
		{"profile of another type", "profile = 1\n", []string{":1: profile is a whole number without quotes; allowed: a text in quotes"}},
		{"profiles of another type", "profiles = \"a\"\n", []string{":1: profiles is a text; allowed: a table, [profiles]"}},
		{"list of profiles", "[[profiles]]\naccount = \"1\"\n", []string{":1: profiles is a list; allowed: a table"}},
		{"one profile of another type", "[profiles]\na = 1.5\n", []string{":2: profiles.a is a number without quotes; allowed: a table, [profiles.a]"}},
		{"account of another type", "[profiles.a]\naccount = 9900000\n", []string{":2: profiles.a.account is a whole number without quotes; allowed: a text in quotes"}},
		{"numbers of another type", "[profiles.a]\nnumbers = \"+1\"\n", []string{`:2: profiles.a.numbers is a text; allowed: a list of texts in quotes, such as ["a", "b"]`}},
		{"numbers within", "[profiles.a]\nnumbers = [\n+12345678901\n]\n", []string{":2: profiles.a.numbers holds a whole number without quotes"}},
		{"a date", "[profiles.a]\naccount = 2026-01-01\n", []string{":2: profiles.a.account is a date or a time"}},
		{"auth", "[profiles.a]\nauth = \"oath\"\n", []string{`:2: profiles.a.auth cannot be "oath"; allowed: "oauth", "basic"`}},
		{"auth of another type", "[profiles.a]\nauth = true\n", []string{`:2: profiles.a.auth is true or false; allowed: "oauth", "basic"`}},
		{"store", "[profiles.a]\nstore = \"plain\"\n", []string{`:2: profiles.a.store cannot be "plain"; allowed: "keyring", "file"`}},
		{"region", "[profiles.a]\nregion = \"USA\"\n", []string{`:2: profiles.a.region cannot be "USA"; allowed: a two-letter country code`}},
		{"production", "[profiles.a]\nproduction = \"yes\"\n", []string{":2: profiles.a.production is a text; allowed: true or false"}},
		{"receipts", "[profiles.a]\nmms_receipts = 1\n", []string{":2: profiles.a.mms_receipts is a whole number without quotes; allowed: true or false"}},
		{"words that opt out", "[profiles.a]\noptout_words = \"unfollow\"\n", []string{":2: profiles.a.optout_words is a text; allowed: a list of texts"}},
		{"replies of another type", "replies = \"a\"\n", []string{":1: replies is a text; allowed: a table, [replies]"}},
		{"replies of a profile", "[profiles.a]\nreplies = true\n", []string{":2: profiles.a.replies is true or false; allowed: a table, [profiles.a.replies]"}},
		{"unknown reply", "[profiles.a.replies]\nhello = \"a\"\n", []string{":2: profiles.a.replies.hello is unknown; did you mean help? (allowed: stop, start, help)"}},
		{"a reply of another type", "[replies]\nstop = 1\n", []string{":2: replies.stop is a whole number without quotes; allowed: a text"}},
		{"a blank reply", "[replies]\nhelp = \"  \"\n", []string{":2: replies.help holds nothing but blanks"}},
		{"a reply that drives a terminal", "[replies]\nhelp = \"\\u001b[2J\"\n", []string{":2: replies.help holds a control character"}},
		{"username", "[profiles.a]\nusername = \"a:b\"\n", []string{":2: profiles.a.username holds a colon"}},
		{"a line's end", "[profiles.a]\nclient_id = \"a\\n\"\n", []string{":2: profiles.a.client_id holds a control character"}},
		{"command of another type", "[profiles.a]\ncredential_command = \"pass show\"\n", []string{":2: profiles.a.credential_command is a text; allowed: a program and its arguments"}},
		{"command without a program", "[profiles.a]\ncredential_command = [\"\", \"x\"]\n", []string{":2: profiles.a.credential_command names no program"}},
		{"panes", "panes = \"off\"\n", []string{":1: panes is a text; allowed: true or false"}},
		{"notify", "notify = \"loud\"\n", []string{`:1: notify cannot be "loud"; allowed: "auto", "bell", "osc9", "osc777", "off"`}},
		{"theme", "theme = 3\n", []string{`:1: theme is a whole number without quotes; allowed: a text in quotes`}},
		{"colours", "[colors]\nok = \"bold green\"\nwarn = 3\nbad = \"a\\u001bb\"\n", []string{`:3: colors.warn is a whole number without quotes; allowed: letters and a colour in quotes, such as "bold green"`, ":4: colors.bad holds a control character"}},
		{"colours in a list", "colors = [\"red\"]\n", []string{":1: colors is a list; allowed: a table, [colors]"}},
		{"keep below", "[outbox]\nkeep = -1\n", []string{":2: outbox.keep is out of range; allowed: a number of days from 0"}},
		{"keep above", "[outbox]\nkeep = 9223372036854775807\n", []string{":2: outbox.keep is out of range"}},
		{"keep of another type", "[outbox]\nkeep = 1.5\n", []string{":2: outbox.keep is a number without quotes"}},
		{"text of another type", "[outbox]\ntext = 1\n", []string{":2: outbox.text is a whole number without quotes; allowed: true or false"}},
		{"keys of another type", "keys = []\n", []string{":1: keys is a list; allowed: a table, [keys]"}},
		{"one key of another type", "[keys]\nquit = 1\n", []string{`:2: keys.quit is a whole number without quotes; allowed: a key or a list of keys in quotes`}},
		{"keys within", "[keys]\nquit = [\"a\", 1]\n", []string{":2: keys.quit holds a whole number without quotes"}},
		{"keys twice", "[keys]\na.b = \"f5\"\n\"a.b\" = \"f6\"\n", []string{"is listed twice, by different names"}},
		{"name", "[profiles.\"a b\"]\naccount = \"1\"\n", []string{`:1: profiles."a b" is not a name for a profile; allowed: up to 64 letters`}},
		{"several", "theme = 1\n[profiles.b]\nx = 1\n[profiles.a]\ny = 1\n", []string{":1: theme", ":3: profiles.b.x", ":5: profiles.a.y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := configFile(t, tt.text)
			_, err := Load(os.LookupEnv, path)
			if err == nil {
				t.Fatalf("Load of %q: got no error", tt.text)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("got %d problems, want %d:\n%v", len(lines), len(tt.want), err)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(lines[i], path+":") || !strings.Contains(lines[i], want) {
					t.Errorf("problem %d: got %q, want it to begin with the path and hold %q", i, lines[i], want)
				}
			}
			if e, ok := errors.AsType[*FileError](err); !ok || e.Path != path || e.Line == 0 {
				t.Errorf("got %#v, want a *FileError with path and line", e)
			}
		})
	}
}

func TestLoadWhatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	if _, err := Load(os.LookupEnv, folder); err == nil || !strings.Contains(err.Error(), folder+": is not a file") {
		t.Errorf("a folder: got %v", err)
	}
	if runtime.GOOS != "windows" && os.Geteuid() != 0 {
		path := configFile(t, "")
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(os.LookupEnv, path); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("a file without rights: got %v", err)
		}
	}
	if _, err := Load(os.LookupEnv, configFile(t, "#"+strings.Repeat("x", maxFileBytes))); err == nil || !strings.Contains(err.Error(), "holds more than 1024 KiB") {
		t.Errorf("a huge file: got %v", err)
	}
}

func TestWhere(t *testing.T) {
	path := configFile(t, full)
	f := loaded(t, path)
	for key, line := range map[string]string{
		"profile": ":2", "keys": ":5", "keys quit": ":6", "keys compose.editor": ":7", "keys review.json": ":8",
		"profiles prod": ":15", "profiles prod base_url": ":24", "profiles old username": ":37",
		"profiles prod username": "", "outbox nothing": "", "nothing": "",
	} {
		if got := f.Where(strings.Fields(key)...); got != path+line {
			t.Errorf("Where(%s): got %q, want %q", key, got, path+line)
		}
	}
	if got := loaded(t, configFile(t, "\n\nprofiles.a.account = \"1\"\n")); !strings.HasSuffix(got.Where("profiles", "a"), ":3") {
		t.Errorf("a table without a header: got %q, want line 3", got.Where("profiles", "a"))
	}
}

func TestChoose(t *testing.T) {
	two := "profile = \"b\"\n[profiles.a]\n[profiles.b]\n"
	tests := []struct {
		name, text, asked, env string
		want                   string // name of the profile
		wantErr                string
	}{
		{"asked for", two, "a", "b", "a", ""},
		{"by the environment", two, "", "a", "a", ""},
		{"the default", two, "", "", "b", ""},
		{"the only one", "[profiles.a]\n", "", "", "a", ""},
		{"none", "", "", "", "", ""},
		{"asked for and not there", two, "c", "", "", `there is no profile "c"; there are a, b`},
		{"named and not there", two, "", "c", "", `TELEX_PROFILE: there is no profile "c"; there are a, b`},
		{"a default that is not there", "\nprofile = \"c\"\n[profiles.a]\n", "", "", "", `config.toml:2: there is no profile "c"; there are a`},
		{"asked for where there are none", "", "a", "", "", `there is no profile "a"; there are none in `},
		{"several and no default", "[profiles.a]\n[profiles.b]\n", "", "", "", "no profile was named, and there is no default; there are a, b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := loaded(t, configFile(t, tt.text))
			got, err := f.Choose(tt.asked, environment(map[string]string{EnvProfile: tt.env}))
			if tt.wantErr == "" {
				if err != nil || got.Name != tt.want {
					t.Errorf("got %q, %v, want %q", got.Name, err, tt.want)
				}
				return
			}
			if _, ok := errors.AsType[*ProfileError](err); !ok || !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("got %v, want a *ProfileError with %q", err, tt.wantErr)
			}
		})
	}
}

func TestProfileSettings(t *testing.T) {
	env := FromEnvironment(environment(map[string]string{EnvAccountID: "from-env"}))
	flag := Settings{Region: "FR"}
	got := flag.Over(env).Over(prod.Settings()).Over(Default())
	want := Settings{
		AccountID: "from-env", ApplicationID: prod.ApplicationID, Numbers: prod.Numbers,
		BaseURL: prod.BaseURL, TokenURL: prod.TokenURL, Region: "FR",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestPaths(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the names of folders are others there")
	}
	tests := []struct {
		vars         map[string]string
		path, secret string
	}{
		{map[string]string{"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "HOME": "/h"}, "/c/telex/config.toml", "/d/telex/credentials.age"},
		{map[string]string{"HOME": "/h"}, "/h/.config/telex/config.toml", "/h/.local/share/telex/credentials.age"},
		{map[string]string{"XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "./d", "HOME": "/h"}, "/h/.config/telex/config.toml", "/h/.local/share/telex/credentials.age"},
		{map[string]string{"HOME": "h"}, "", ""},
		{nil, "", ""},
	}
	for _, tt := range tests {
		path, err := Path(environment(tt.vars))
		if path != tt.path || (err == nil) != (tt.path != "") {
			t.Errorf("Path(%v): got %q, %v, want %q", tt.vars, path, err, tt.path)
		}
		secret, err := SecretPath(environment(tt.vars))
		if secret != tt.secret || (err == nil) != (tt.secret != "") {
			t.Errorf("SecretPath(%v): got %q, %v, want %q", tt.vars, secret, err, tt.secret)
		}
		if err != nil && !strings.Contains(err.Error(), "set XDG_DATA_HOME to a folder by its absolute name") {
			t.Errorf("SecretPath(%v): got %v, want it to say what to do", tt.vars, err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	path := configFile(b, full)
	for b.Loop() {
		if _, err := Load(os.LookupEnv, path); err != nil {
			b.Fatal(err)
		}
	}
}

func TestConsole(t *testing.T) {
	if got := loaded(t, configFile(t, "")).Console(); got != (Console{}) {
		t.Errorf("got %+v of an empty file, want panes, no mouse and no noise", got)
	}
	got := loaded(t, configFile(t, "panes = false\nmouse = true\nnotify = \"bell\"\n")).Console()
	if got != (Console{OnePane: true, Mouse: true, Notify: NotifyBell}) {
		t.Errorf("got %+v, want what the file says", got)
	}
	if loaded(t, configFile(t, "panes = true\n")).Console().OnePane {
		t.Error("got one pane, want panes")
	}
}
