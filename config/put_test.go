package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// contentOf reads a whole file.
func contentOf(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// saved makes a change to a file of that text, saves it and returns the new text.
func saved(t *testing.T, text string, change func(*File) error) string {
	t.Helper()
	path := configFile(t, text)
	f := loaded(t, path)
	if err := change(f); err != nil {
		t.Fatalf("change: %v", err)
	}
	if got := contentOf(t, path); got != text {
		t.Errorf("the file was written before Save: %q", got)
	}
	if err := f.Save(t.Context()); err != nil {
		t.Fatalf("Save: %v", err)
	}
	again := loaded(t, path)
	if !reflect.DeepEqual(again.now.content, f.now.content) {
		t.Errorf("after Save the file says\n%+v\nand memory\n%+v", again.now.content, f.now.content)
	}
	return contentOf(t, path)
}

// putting changes a profile.
func putting(name string, change func(*Profile)) func(*File) error {
	return func(f *File) error {
		p, err := f.Profile(name)
		if err != nil {
			p = Profile{Name: name}
		}
		change(&p)
		if err := f.Put(p); err != nil {
			return err
		}
		if got, err := f.Profile(name); err != nil || !reflect.DeepEqual(got, p) {
			return fmt.Errorf("Put %+v: the file has %+v, %w", p, got, err)
		}
		return nil
	}
}

func account(id string) func(*Profile) { return func(p *Profile) { p.AccountID = id } }

func TestPut(t *testing.T) {
	tests := []struct {
		name, text string
		change     func(*File) error
		want       string
	}{
		{
			"a value, with all around it left alone",
			"# top\n[profiles.a] # head\n  # above\n  account   =  '1'   # beside\n  region='US'\n# below\n\n[keys]\nquit = \"f1\"\n",
			putting("a", account("2")),
			"# top\n[profiles.a] # head\n  # above\n  account   =  \"2\"   # beside\n  region='US'\n  auth = \"oauth\"\n# below\n\n[keys]\nquit = \"f1\"\n",
		},
		{
			"nothing",
			"[profiles.a]\nregion = 'us'\n",
			putting("a", func(*Profile) {}),
			"[profiles.a]\nregion = 'us'\n",
		},
		{
			"a new key, behind the last and indented like it",
			"[profiles.a]\n\tauth = \"oauth\" # first\n\n[profiles.b]\n",
			putting("a", account("1")),
			"[profiles.a]\n\tauth = \"oauth\" # first\n\taccount = \"1\"\n\n[profiles.b]\n",
		},
		{
			"a new key in an empty table",
			"[profiles.a]\n# nothing yet\n",
			putting("a", account("1")),
			"[profiles.a]\naccount = \"1\"\nauth = \"oauth\"\n# nothing yet\n",
		},
		{
			"a new profile, at the end",
			"theme = \"dark\"",
			putting("a", func(p *Profile) { *p = prod; p.Name = "a" }),
			"theme = \"dark\"\n\n[profiles.a]\naccount = \"9900000\"\napplication = \"93de2206-9669-4e07-948d-329f4b722ee2\"\n" +
				"numbers = [\"+12345678901\", \"(919) 555-1212\"]\nauth = \"oauth\"\nclient_id = \"client-1\"\n" +
				"base_url = \"https://gateway.example/api/v2\"\ntoken_url = \"https://gateway.example/token\"\nregion = \"GB\"\n" +
				"store = \"keyring\"\ncredential_command = [\"pass\", \"show\", \"telex/prod\"]\nproduction = true\napprove = true\nmms_receipts = true\noptout_words = [\"unfollow\"]\nmedia_budget = 450\n",
		},
		{
			"a new profile in a file with the ends of lines of Windows",
			"theme = \"dark\"\r\n",
			putting("a", account("1")),
			"theme = \"dark\"\r\n\r\n[profiles.a]\r\naccount = \"1\"\r\nauth = \"oauth\"\r\n",
		},
		{
			"characters that need quoting",
			"[profiles.a]\nauth = \"oauth\"\n",
			putting("a", account(`a"b\c<ä>`)),
			"[profiles.a]\nauth = \"oauth\"\naccount = \"a\\\"b\\\\c<ä>\"\n",
		},
		{
			"a key that is no longer set",
			"[profiles.a]\naccount = \"1\" # gone\nauth = \"oauth\"\nnumbers = [\n \"+1\", # gone too\n]\n# stays\nregion = \"GB\"\n",
			putting("a", func(p *Profile) { p.AccountID, p.Numbers = "", nil }),
			"[profiles.a]\nauth = \"oauth\"\n# stays\nregion = \"GB\"\n",
		},
		{
			"values of several lines",
			"[profiles.a]\nauth = \"oauth\"\nnumbers = [\n \"+1\",\n] # n\naccount = '''\n# no comment'''\n[profiles.b]\n",
			func(f *File) error { return f.Put(Profile{Name: "a", Numbers: []string{"+2", "+3"}, AccountID: "x"}) },
			"[profiles.a]\nauth = \"oauth\"\nnumbers = [\"+2\", \"+3\"] # n\naccount = \"x\"\n[profiles.b]\n",
		},
		{
			"an inline table",
			"[profiles]\na = { account = \"1\" } # a\nb={}\n",
			func(f *File) error {
				if err := putting("a", func(p *Profile) { p.Region, p.AccountID = "GB", "2" })(f); err != nil {
					return err
				}
				return putting("b", account("3"))(f)
			},
			"[profiles]\na = { account = \"2\", region = \"GB\", auth = \"oauth\" } # a\nb={ account = \"3\", auth = \"oauth\" }\n",
		},
		{
			"a key out of an inline table",
			"profiles = { a = { account = \"1\", auth = \"oauth\", region = \"GB\" }, b = { auth = \"oauth\", account = \"2\" } }\n",
			func(f *File) error {
				for _, name := range []string{"a", "b"} {
					if err := putting(name, account(""))(f); err != nil {
						return err
					}
				}
				return nil
			},
			"profiles = { a = { auth = \"oauth\", region = \"GB\" }, b = { auth = \"oauth\" } }\n",
		},
		{
			"an inline table of several lines, with a comma behind the last",
			"[profiles]\na = {\n  account = \"1\", # one\n  auth = \"oauth\", # two\n}\n",
			putting("a", func(p *Profile) { p.Region, p.AccountID = "GB", "" }),
			"[profiles]\na = {\n  # one\n  auth = \"oauth\", region = \"GB\", # two\n}\n",
		},
		{
			"a new profile where all are inline",
			"profiles = { a = { account = \"1\" } }\n",
			putting("b", account("2")),
			"profiles = { a = { account = \"1\" }, b.account = \"2\", b.auth = \"oauth\" }\n",
		},
		{
			"long names",
			"profiles.a.account = \"1\" # one\ntheme = \"dark\"\n[keys]\n",
			func(f *File) error {
				if err := putting("a", func(p *Profile) { p.Region = "GB" })(f); err != nil {
					return err
				}
				return putting("b", account("2"))(f)
			},
			"profiles.a.account = \"1\" # one\nprofiles.a.region = \"GB\"\nprofiles.a.auth = \"oauth\"\ntheme = \"dark\"\n[keys]\n\n" +
				"[profiles.b]\naccount = \"2\"\nauth = \"oauth\"\n",
		},
		{
			"from Basic, which followed from the username, to OAuth",
			"[profiles.a]\nusername = \"u\"\n",
			putting("a", func(p *Profile) { p.Auth, p.ClientID = OAuth, "c" }),
			"[profiles.a]\nusername = \"u\"\nauth = \"oauth\"\nclient_id = \"c\"\n",
		},
		{
			"a client id beside what makes it Basic",
			"[profiles.a]\nusername = \"u\"\n",
			putting("a", func(p *Profile) { p.ClientID = "c" }),
			"[profiles.a]\nusername = \"u\"\nclient_id = \"c\"\nauth = \"basic\"\n",
		},
		{
			"a mark of the order of bytes",
			"\ufeff[profiles.a]\nauth = \"oauth\"\n",
			putting("a", account("1")),
			"\ufeff[profiles.a]\nauth = \"oauth\"\naccount = \"1\"\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := saved(t, tt.text, tt.change); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s\n(%q)", got, tt.want, got)
			}
		})
	}
}

func TestSetDefault(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"another", "profile = 'b' # mine\n[profiles.a]\n[profiles.b]\n", "profile = \"a\" # mine\n[profiles.a]\n[profiles.b]\n"},
		{"the first key", "[profiles.a]\n", "profile = \"a\"\n\n[profiles.a]\n"},
		{"beside others", "# top\ntheme = \"dark\"\n[profiles.a]\n", "# top\ntheme = \"dark\"\nprofile = \"a\"\n[profiles.a]\n"},
		{
			"between the file's comment and that of the first table",
			"# file\n\n# table\n[profiles.a]\n", "# file\n\nprofile = \"a\"\n\n# table\n[profiles.a]\n",
		},
		{"the same", "profile = 'a'\n[profiles.a]\n", "profile = 'a'\n[profiles.a]\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := saved(t, tt.text, func(f *File) error { return f.SetDefault("a") }); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	f := loaded(t, configFile(t, "[profiles.a]\n"))
	if _, ok := errors.AsType[*ProfileError](f.SetDefault("b")); !ok {
		t.Error("a default that is not there was taken")
	}
}

func TestRemove(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{
			"a table in the middle",
			"# file\n\n# about b\n# more\n[profiles.b] # b\naccount = \"1\" # its\n# within\nregion = \"GB\"\n# below\n\n# apart\n\n# about c\n[profiles.c]\naccount = \"2\"\n",
			"# file\n\n# apart\n\n# about c\n[profiles.c]\naccount = \"2\"\n",
		},
		{"the next table's comment", "[profiles.b]\naccount = \"1\"\n# about c\n[profiles.c]\n", "# about c\n[profiles.c]\n"},
		{"the last table", "[profiles.a]\naccount = \"1\"\n\n[profiles.b]\naccount = \"1\"", "[profiles.a]\naccount = \"1\"\n\n"},
		{"an empty table", "[profiles.a]\n[profiles.b]\n[profiles.c]\n", "[profiles.a]\n[profiles.c]\n"},
		{"the only one", "[profiles.b]\n", ""},
		{"the default", "profile = \"b\" # mine\ntheme = \"dark\"\n[profiles.b]\n", "theme = \"dark\"\n"},
		{"inline", "[profiles]\na = {}\nb = { account = \"1\" } # b\n", "[profiles]\na = {}\n"},
		{"first within", "profiles = { b = {}, a = {} }\n", "profiles = { a = {} }\n"},
		{"last within", "profiles = { a = {}, b = {} }\n", "profiles = { a = {} }\n"},
		{"all within", "profiles = { b.account = \"1\", b.region = \"GB\" }\n", "profiles = {  }\n"},
		{"long names", "profiles.b.account = \"1\" # one\ntheme = \"dark\"\nprofiles.b.region = \"GB\"\n", "theme = \"dark\"\n"},
		{"a value of several lines", "[profiles.b]\nnumbers = [\n\n# in\n\"+1\",\n]\n\n[keys]\n", "[keys]\n"},
		{"a text that looks like a comment", "[profiles.a]\naccount = '''\n# no'''\n[profiles.b]\n", "[profiles.a]\naccount = '''\n# no'''\n"},
		{"blanks at the end", "[profiles.b]\naccount = \"1\"\n   ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := configFile(t, tt.text)
			if strings.Contains(tt.text, "\n# no'''") { // which no account may be: read it past the checks
				doc, err := parseDocument([]byte(tt.text))
				if err != nil {
					t.Fatal(err)
				}
				if got := string(doc.remove([]string{"profiles", "b"})); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				return
			}
			f := loaded(t, path)
			if err := errors.Join(f.Remove("b"), f.Save(t.Context())); err != nil {
				t.Fatal(err)
			}
			if got := contentOf(t, path); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if f.Default() != "" {
				t.Errorf("the default is %q, want none", f.Default())
			}
		})
	}
	if _, ok := errors.AsType[*ProfileError](loaded(t, configFile(t, "")).Remove("b")); !ok {
		t.Error("a profile that is not there was removed")
	}
}

func TestPutRefuses(t *testing.T) {
	for _, tt := range []struct {
		p    Profile
		want string
	}{
		{Profile{}, `"" is not a name for a profile`},
		{Profile{Name: "a/b"}, `"a/b" is not a name for a profile`},
		{Profile{Name: strings.Repeat("a", 65)}, "is not a name for a profile"},
		{Profile{Name: "a", AccountID: "1\n"}, "profile a: account holds a control character"},
		{Profile{Name: "a", AccountID: "\xff"}, "profile a: account is not in UTF-8"},
		{Profile{Name: "a", Auth: 7}, `profile a: auth cannot be Kind(7); allowed: "oauth", "basic"`},
		{Profile{Name: "a", Store: "plain"}, `profile a: store cannot be "plain"; allowed: "keyring", "file"`},
		{Profile{Name: "a", Region: "Oz!"}, "profile a: region cannot be"},
		{Profile{Name: "a", Username: "a:b"}, "profile a: username holds a colon"},
		{Profile{Name: "a", Command: []string{""}}, "profile a: credential_command names no program"},
		{Profile{Name: "a", Numbers: []string{"+1", "\t"}}, "profile a: numbers holds a control character"},
	} {
		f := loaded(t, configFile(t, ""))
		if err := f.Put(tt.p); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Put(%+v): got %v, want %q", tt.p, err, tt.want)
		}
		if len(f.Names()) > 0 || len(f.edits) > 0 {
			t.Errorf("Put(%+v): it was put", tt.p)
		}
	}
}
