package cli

import (
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/templates"
)

// kept are templates as they stand in a file of profiles.
const kept = `
[templates.reminder]
text = "Hi {{first name|there}}, see you at {{Time}}."
tag = "clinic"

[templates.flyer]
text = "Have a look"
media = ["https://example.org/a.png"]

[templates.broken]
text = """
One
{{two"""
`

// clinic is somebody with templates and figures.
func clinic(t *testing.T, lines ...string) (*world, *clitest.API) {
	t.Helper()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring().configure(profileOf("main", api)+strings.Join(lines, "\n")+kept).remember("main", sandbox.DefaultAccountID, testClient())
	return w, api
}

func TestTemplatesAreListed(t *testing.T) {
	t.Parallel()
	w, _ := clinic(t)
	got := w.run("", "templates")
	got.want(t, say.ExitOK, "config.toml:19: templates.broken.text: line 2, character 1: the field that begins here is not closed by }}")
	if want := "reminder\tfirst name,time\tHi {{first name|there}}, see you at {{Time}}.\nflyer\t\tHave a look\nbroken\t\tOne …\n"; got.out != want {
		t.Errorf("got %q, want %q", got.out, want)
	}
	var rows []templates.Row
	w.run("", "templates", "--json").decode(t, &rows)
	if len(rows) != 3 || strings.Join(rows[0].Fields, ",") != "first name,time" || rows[0].Tag != "clinic" || rows[1].Media[0] != "https://example.org/a.png" ||
		!strings.Contains(rows[2].Error, "line 2, character 1") {
		t.Errorf("got %+v", rows)
	}
	none := newWorld(t).run("", "templates")
	none.want(t, say.ExitOK, "there are no templates in", "telex templates --help")
	var empty []templates.Row
	newWorld(t).run("", "templates", "--json").decode(t, &empty)
	if none.out != "" || empty == nil || len(empty) > 0 {
		t.Errorf("none: got %q and %v", none.out, empty)
	}
}

func TestSendByTemplate(t *testing.T) {
	t.Parallel()
	w, api := clinic(t)
	var m messaging.Message
	w.run("", "send", "--dry-run", "--to", "+12345678902", "--template", "reminder", "--set", "time={{time}} 15:30", "--set", "First-Name=Ana").decode(t, &m)
	if m.Text != "Hi Ana, see you at {{time}} 15:30." || m.Tag != "clinic" {
		t.Errorf("got %+v", m)
	}
	w.run("", "send", "--dry-run", "--to", "+12345678902", "--template", "flyer", "--tag", "own").decode(t, &m)
	if m.Text != "Have a look" || m.Media[0] != "https://example.org/a.png" || m.Tag != "own" {
		t.Errorf("got %+v", m)
	}
	w.run("", "send", "--dry-run", "--to", "+12345678902", "--template", "flyer", "--media", "https://example.org/b.png").decode(t, &m)
	if len(m.Media) != 1 || m.Media[0] != "https://example.org/b.png" {
		t.Errorf("got %+v, want the flag's media alone", m)
	}
	w.run("", "send", "--to", "+12345678902", "--template", "reminder", "--set", "time=noon").want(t, say.ExitOK, "accepted")
	if sent := api.Sent(); len(sent) != 1 {
		t.Errorf("%q were sent, want one", sent)
	}
	if got := w.run("", "send", "--resend-of", "1", "--template", "flyer", "--dry-run"); !strings.Contains(got.out, "Have a look") || !strings.Contains(got.out, "a.png") {
		t.Errorf("sent again with another template: %s", got.out)
	}
}

// What is wrong is named with what would mend it, all at once, and nothing is sent.
func TestTemplateProblems(t *testing.T) {
	t.Parallel()
	w, api := clinic(t)
	for _, tt := range []struct {
		args []string
		want []string
	}{
		{[]string{"--template", "reminder"}, []string{"--template reminder: {{time}} has no value: add --set time=…"}},
		{[]string{"--template", "reminder", "--set", "time="}, []string{"{{time}} is empty: add --set time=…"}},
		{[]string{"--template", "reminder", "--set", "tme=1", "--to", "nobody"}, []string{
			"--set: the template has no field {{tme}}; did you mean {{time}}?", "{{time}} has no value", "--to: ",
		}},
		{[]string{"--template", "reminder", "--set", "city=1"}, []string{"the template has no field {{city}}; it has first name, time"}},
		{[]string{"--template", "flyer", "--set", "city=1"}, []string{"the template has no field {{city}}, nor any other"}},
		{[]string{"--template", "reminder", "--set", "time=1", "--set", "TIME=2"}, []string{"--set: {{time}} is given twice"}},
		{[]string{"--template", "reminder", "--set", "time"}, []string{`--set "time": write it as FIELD=VALUE`}},
		{[]string{"--template", "remind"}, []string{`there is no template "remind"`, "did you mean reminder? there are reminder, flyer, broken"}},
		{[]string{"--template", "broken"}, []string{"the template cannot be used", "config.toml:19: templates.broken.text: line 2, character 1"}},
		{[]string{"--template", "flyer", "--text", "x"}, []string{"--template gives the text; it cannot be used with --text or --text-file"}},
		{[]string{"--set", "time=1", "--text", "x"}, []string{"--set fills a field of a template: name that with --template"}},
		{[]string{"--template", "reminder", "--set", "time=" + strings.Repeat("x", 2100)}, []string{`--template "reminder": has `}},
	} {
		got := w.run("", append([]string{"send", "--to", "+12345678902"}, tt.args...)...)
		got.want(t, say.ExitUsage, tt.want...)
		if !strings.Contains(got.err, "nothing was sent") && !strings.Contains(got.err, "template") || got.out != "" {
			t.Errorf("%q: got %q and %s", tt.args, got.out, got.err)
		}
	}
	newWorld(t).run("", "send", "--sandbox", "--to", "+12345678902", "--template", "a").want(t, say.ExitUsage, `there is no template "a"`, "none is kept; to keep one, put [templates.NAME]")
	if sent := api.Sent(); len(sent) > 0 {
		t.Errorf("%q were sent", sent)
	}
}

func TestTemplatesAreCompleted(t *testing.T) {
	t.Parallel()
	w, _ := clinic(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--template", ""}, "reminder\nflyer\n:4\n"},
		{[]string{"--sandbox", "--template", ""}, "reminder\nflyer\n:4\n"},
		{[]string{"--template", "reminder", "--set", ""}, "first_name=\ntime=\n:6\n"},
		{[]string{"--template", "reminder", "--set", "First-Name=Ana", "--set", ""}, "time=\n:6\n"},
		{[]string{"--set", ""}, ":4\n"},
		{[]string{"--template", "broken", "--set", ""}, ":4\n"},
	} {
		if got := w.run("", append([]string{"__complete", "send"}, tt.args...)...); !strings.HasPrefix(got.out, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.args, got.out, tt.want)
		}
	}
}

// figures are what somebody pays.
const figures = `
[profiles.main.price]
sms = 0.004
mms = 0.015

[profiles.main.price.surcharge]
"AT&T" = { sms = 0.003 }
`

func TestPriceByFigures(t *testing.T) {
	t.Parallel()
	w, api := clinic(t, figures)
	plain, _ := clinic(t)
	two := []string{"send", "--to", "+12345678902,+12345678903", "--individual", "--text"}
	long := strings.Repeat("x", 161)
	for _, tt := range []struct {
		args []string
		code say.Code
		want string
	}{
		{append(two, "Hi", "--dry-run"), say.ExitOK, "≈ $0.008–0.014 by your figures"},
		{append(two, long, "--dry-run", "--json"), say.ExitOK, "≈ $0.016–0.028 by your figures"},
		{append(two, strings.Repeat("x", 1000), "--dry-run"), say.ExitOK, "≈ $0.056–0.098 by your figures; as MMS, with any picture, it would be $0.03\n"},
		{append(two, "Hi", "--dry-run", "--media", "https://example.org/a.png"), say.ExitOK, "≈ $0.03 by your figures"},
		{[]string{"send", "--to", "+447400123456", "--text", "Hi", "--dry-run"}, say.ExitOK, "unknown: your figures do not cover 1 recipient"},
		{[]string{"send", "--to", "+447400123456,+12345678902", "--individual", "--text", "Hi", "--dry-run"}, say.ExitOK, "≈ $0.004–0.007 by your figures, which do not cover 1 recipient"},
		{append(two, "Hi", "--dry-run", "--max-cost", "0.014"), say.ExitOK, "by your figures"},
		{append(two, "Hi", "--dry-run", "--max-cost", "0.013"), say.ExitUsage, "--max-cost 0.013: this is $0.008–0.014 by your figures; nothing was sent"},
		{append(two, "Hi", "--max-cost", ".013"), say.ExitUsage, "--max-cost .013: this is $0.008–0.014 by your figures; nothing was sent"},
		{[]string{"send", "--to", "+447400123456", "--text", "Hi", "--max-cost", "25"}, say.ExitUsage, "--max-cost 25: your figures do not cover 1 recipient; nothing was sent"},
		{append(two, "Hi", "--max-cost", "1e3"), say.ExitUsage, `--max-cost "1e3" is not an amount such as 25 or 0.50`},
		{append(two, "Hi", "--max-cost", "25"), say.ExitOK, "accepted"},
	} {
		w.run("", tt.args...).want(t, tt.code, tt.want)
	}
	if n := len(api.Sent()); n != 2 {
		t.Errorf("%d were sent, want those of the last case", n)
	}
	got := plain.run("", append(two, "Hi", "--dry-run")...)
	if got.want(t, say.ExitOK); strings.Contains(got.err, "figures") {
		t.Errorf("without figures: %s", got.err)
	}
	plain.run("", append(two, "Hi", "--max-cost", "25")...).want(t, say.ExitUsage,
		"--max-cost 25 needs figures, and there are none; nothing was sent", "put what you pay into config.toml: [profiles.main.price] with sms = 0.004, say")
	newWorld(t).run("", "send", "--sandbox", "--to", "+12345678902", "--text", "Hi", "--max-cost", "25").want(t, say.ExitUsage, "figures belong to a profile, which the sandbox does without")
	runTelex(t, clitest.Environ("https://gateway.example/api/v2"), "", "send", "--to", "+12345678902", "--text", "Hi", "--max-cost", "25").
		want(t, say.ExitUsage, "figures belong to a profile; telex login makes one")
}

// A template that cannot be used is found by telex doctor, and keeps nobody from sending.
func TestDoctorNamesBrokenTemplates(t *testing.T) {
	t.Parallel()
	w, _ := clinic(t)
	got := strings.Join(strings.Fields(w.run("", "doctor").out), " ")
	if !strings.Contains(got, "config.toml:19: templates.broken.text: line 2, character 1: the field that begins here is not closed by }} → correct it: nothing is sent by that template") {
		t.Errorf("got\n%s", got)
	}
	w.run("", send()...).want(t, say.ExitOK, "accepted")
}
