package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// peopleFile is a file of people.
func peopleFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const fewPeople = `Phone,First Name
(919) 555-0101,Ana
919-555-0101,Ana Maria
911,Dee
9195550103,
9195550109,Zoë
`

// fast are flags with which a broadcast waits for nothing.
func fast(list string, more ...string) []string {
	return append([]string{"broadcast", "start", list, "--rate", "unlimited", "--hours", "off"}, more...)
}

// sentTo are the texts that the API was sent, by number.
func sentTo(t *testing.T, api *clitest.API) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, body := range api.Sent() {
		var m struct {
			To   []string
			Text string
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil || len(m.To) != 1 {
			t.Fatalf("the API was sent %s", body)
		}
		if _, twice := texts[m.To[0]]; twice {
			t.Errorf("%s was sent two messages", m.To[0])
		}
		texts[m.To[0]] = m.Text
	}
	return texts
}

func TestBroadcast(t *testing.T) {
	t.Parallel()
	api, folder, list := clitest.NewAPI(t), t.TempDir(), peopleFile(t, fewPeople)
	env := stateIn(folder, api.Env())
	e := runTelex(t, env, "", fast(list, "--text", "Hi {{first name|you}}!", "--dry-run")...)
	e.want(t, say.ExitOK, "3 to send, 2 left out", "1 duplicate: ", "line 3 +19195550101, Ana Maria", "1 short-code: ", "Hi Ana!", "nothing was sent, and nothing was written")
	if e.out != "" || len(api.Sent()) > 0 {
		t.Errorf("a dry run printed %q, and sent %v", e.out, api.Sent())
	}
	if files, _ := os.ReadDir(filepath.Dir(list)); len(files) != 1 {
		t.Errorf("a dry run wrote %v", files)
	}
	e = runTelex(t, env, "", fast(list, "--text", "Hi {{first name|you}}!", "--yes")...)
	e.want(t, say.ExitOK, "broadcast 1 is done", "5 people: ", "2 left out", "telex broadcast report 1")
	if e.out != "1\n" {
		t.Errorf("standard output is %q, want the id", e.out)
	}
	want := map[string]string{"+19195550101": "Hi Ana!", "+19195550103": "Hi you!", "+19195550109": "Hi Zoë!"}
	if got := sentTo(t, api); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	rejects, err := os.ReadFile(filepath.Join(filepath.Dir(list), "people.rejects.csv"))
	if err != nil || strings.Count(string(rejects), "\n") != 3 || !strings.Contains(string(rejects), "4,short-code: a short code or an emergency number,911,911,Dee") {
		t.Errorf("the rejects are\n%s, %v", rejects, err)
	}

	// The same words to the same people are nothing that somebody means.
	e = runTelex(t, env, "", fast(list, "--text", "Hi {{first name|you}}!", "--yes")...)
	e.want(t, say.ExitUsage, "3 recent: ", "nobody is left to text")
	e = runTelex(t, env, "", fast(list, "--text", "Something else", "--yes")...)
	e.want(t, say.ExitOK)
	if e.out != "2\n" {
		t.Errorf("standard output is %q, want the id", e.out)
	}

	e = runTelex(t, env, "", "broadcast", "list")
	if e.want(t, say.ExitOK); strings.Count(e.out, "\n") != 2 || !strings.HasPrefix(e.out, "2\tdone\t") {
		t.Errorf("the list is\n%s", e.out)
	}
	var shown struct {
		ID, People int
		State      string
		Counts     map[string]int
		Skipped    map[string]int
		Segments   int
		Hours      string
		Rate       string
	}
	e = runTelex(t, env, "", "broadcast", "show", "1", "--json")
	e.want(t, say.ExitOK)
	e.decode(t, &shown)
	if shown.ID != 1 || shown.People != 5 || shown.State != "done" || shown.Counts["skipped"] != 2 || shown.Skipped["duplicate"] != 1 || shown.Segments != 3 ||
		shown.Hours != "off" || shown.Rate != "unlimited" {
		t.Errorf("it is %+v", shown)
	}
	runTelex(t, env, "", "broadcast", "show", "1").want(t, say.ExitOK)
	e = runTelex(t, env, "", "broadcast", "report", "1", "--csv")
	e.want(t, say.ExitOK)
	if lines := strings.Split(e.out, "\r\n"); len(lines) != 7 || !strings.HasPrefix(lines[0], "number,name,state,error_code,error,segments,price,message_id,sent_at,final_at,reply,zone,") ||
		!regexp.MustCompile(`^\+19195550101,Ana,(accepted|sent|delivered),,,1,,`).MatchString(lines[1]) {
		t.Errorf("the report is\n%s", e.out)
	}
	for _, command := range [][]string{{"pause", "1"}, {"cancel", "1"}, {"resume", "1"}} {
		runTelex(t, env, "", append([]string{"broadcast"}, command...)...).want(t, say.ExitUsage, "broadcast 1 is done; nothing was changed")
	}
	runTelex(t, env, "", "broadcast", "watch", "1").want(t, say.ExitOK, "broadcast 1 is done")
	if got := runTelex(t, env, "", "__complete", "broadcast", "show", ""); !strings.Contains(got.out, "2\tdone: people.csv\n1\tdone: people.csv\n") {
		t.Errorf("ids are completed by\n%s", got.out)
	}
}

// TestBroadcastRefused: nothing is sent, and what is said names what to change.
func TestBroadcastRefused(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api, list := clitest.NewAPI(t), peopleFile(t, fewPeople)
	empty, nobody := filepath.Join(t.TempDir(), "empty.csv"), peopleFile(t, "phone\n911\n")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"needs one list", []string{"broadcast", "start"}},
		{"there is no text", fast(list, "--yes")},
		{"use one", fast(list, "--text", "a", "--template", "b", "--yes")},
		{"there is no terminal to ask on", fast(list, "--text", "Hi")},
		{"nothing is asked with --json", fast(list, "--text", "Hi", "--json")},
		{"did you mean {{first name}}?", fast(list, "--text", "Hi {{frist name}}", "--yes")},
		{"line 1, character 4", fast(list, "--text", "Hi {{first name", "--yes")},
		{"there is no template", fast(list, "--template", "x", "--yes")},
		{"the list cannot be read", fast("nowhere.csv", "--text", "Hi", "--yes")},
		{"the file is empty", fast(empty, "--text", "Hi", "--yes")},
		{"nobody is left to text", fast(nobody, "--text", "Hi", "--yes")},
		{"nobody is in the group \"@choir\"", fast("@choir", "--text", "Hi", "--yes")},
		{"--column \"Phone\" cannot be read", fast(list, "--text", "Hi", "--column", "Phone", "--yes")},
		{"has no column \"Mobile\"", fast(list, "--text", "Hi", "--column", "number=Mobile", "--yes")},
		{"--rate: \"fast\" is not a rate", []string{"broadcast", "start", list, "--text", "Hi", "--rate", "fast", "--yes"}},
		{"goes past midnight", []string{"broadcast", "start", list, "--text", "Hi", "--hours", "21:00-08:00", "--yes"}},
		{"--stop-at \"half\"", fast(list, "--text", "Hi", "--stop-at", "half", "--yes")},
		{"--parallel 0", fast(list, "--text", "Hi", "--parallel", "0", "--yes")},
		{"--max-cost 5 needs figures", fast(list, "--text", "Hi", "--max-cost", "5", "--yes")},
		{"--max-cost 5 needs figures", fast(list, "--text", "Hi", "--max-cost", "5", "--dry-run")},
		{"--max-cost 5 needs figures", fast(list, "--text", "Hi", "--max-cost", "5", "--dry-run", "--json")},
		{"a minute is the least", fast(list, "--text", "Hi", "--expires", "5s", "--yes")},
		{"a minute is the least", fast(list, "--text", "Hi", "--expires", "0s", "--yes")},
		{"cannot be used with --detach", fast(list, "--text", "Hi", "--dry-run", "--detach")},
		{"the message needs correcting", fast(list, "--text", "Hi", "--media", "ftp://example.org/a.jpg", "--yes")},
		{"there is no broadcast \"7\"", []string{"broadcast", "show", "7"}},
		{"there is no broadcast \"x\"", []string{"broadcast", "resume", "x"}},
		{"for those started in the sandbox add --sandbox", []string{"broadcast", "show", "7"}},
		{"has no command \"begin\"", []string{"broadcast", "begin"}},
		{"--only says who gets it again", []string{"broadcast", "again", "1"}},
	} {
		runTelex(t, api.Env(), "", c.args...).want(t, say.ExitUsage, c.want)
	}
	in := runTelex(t, api.Env(), "", "broadcast", "show", "7", "--sandbox")
	if in.want(t, say.ExitUsage, "telex broadcast list --sandbox shows them"); strings.Contains(in.err, "add --sandbox") {
		t.Errorf("got %q, want nothing to add that is there", in.err)
	}
	if sent := api.Sent(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}

// TestBroadcastAsks: from 20 people on, and always in production, the count is typed.
func TestBroadcastAsks(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	var many strings.Builder
	many.WriteString("phone\n")
	for i := range 20 {
		fmt.Fprintf(&many, "+1919555%04d\n", 1000+i)
	}
	for _, c := range []struct {
		name, list string
		production bool
		ask        string
		answer     string
		sent       int
	}{
		{"few, yes", fewPeople, false, "send 3 messages? [y/N]", "y", 3},
		{"few, no", fewPeople, false, "send 3 messages? [y/N]", "", 0},
		{"many", many.String(), false, "send 20 messages? Type 20 to send them", "20", 20},
		{"many, yes is not enough", many.String(), false, "Type 20 to send them", "y", 0},
		{"production", fewPeople, true, "profile main is marked as production; send 3 messages? Type 3", "3", 3},
		{"production, another number", fewPeople, true, "Type 3", "4", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			production := "production = false"
			if c.production {
				production = "production = true"
			}
			w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret).configure(profileOf("main", api, production))
			w.withTypist()
			e := w.answer("", fast(peopleFile(t, c.list), "--text", "Hi {{first name|you}}"), [2]string{c.ask, c.answer})
			code := say.ExitOK
			if c.sent == 0 {
				code = say.ExitUnsent
			}
			e.want(t, code)
			if got := len(api.Sent()); got != c.sent {
				t.Errorf("%d messages were sent, want %d", got, c.sent)
			}
		})
	}
}

// TestBroadcastDetached: it is kept, and sent by another telex, as it was begun.
func TestBroadcastDetached(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api, folder, list := clitest.NewAPI(t), t.TempDir(), peopleFile(t, fewPeople)
	env := stateIn(folder, api.Env())
	e := runTelex(t, env, "", fast(list, "--text", "Hi {{first name|you}}", "--detach", "--yes", "--name", "Friday")...)
	e.want(t, say.ExitOK, "broadcast 1 is prepared", "telex broadcast resume 1")
	runTelex(t, env, "", "broadcast", "watch", "1", "--timeout", "1ms").want(t, say.ExitOpen)
	runTelex(t, env, "", "broadcast", "pause", "1").want(t, say.ExitUsage, "broadcast 1 is planned; nothing was changed")
	if err := os.Remove(list); err != nil { // it is not needed any more
		t.Fatal(err)
	}
	runTelex(t, env, "", "optouts", "add", "+19195550103").want(t, say.ExitOK)
	e = runTelex(t, env, "", "broadcast", "resume", "1", "--json")
	e.want(t, say.ExitOK, "broadcast 1, Friday", "+19195550103 is left out: opted out")
	var shown struct {
		State  string
		Name   string
		Counts map[string]int
	}
	if e.decode(t, &shown); shown.State != "done" || shown.Name != "Friday" || shown.Counts["skipped"] != 3 {
		t.Errorf("it is %+v", shown)
	}
	if got := sentTo(t, api); len(got) != 2 {
		t.Errorf("sent %v, want two", got)
	}
	e = runTelex(t, env, "", fast(peopleFile(t, fewPeople), "--text", "Another", "--detach", "--yes")...)
	e.want(t, say.ExitOK)
	runTelex(t, env, "", "broadcast", "cancel", "2").want(t, say.ExitOK, "broadcast 2 is cancelled")
	runTelex(t, env, "", "broadcast", "resume", "2").want(t, say.ExitUsage, "broadcast 2 is cancelled; nothing was changed")
	wantCancelled(t, env)
}

// wantCancelled demands that nobody waits for broadcast 2, wherever it is looked at.
func wantCancelled(t *testing.T, env []string) {
	t.Helper()
	for _, at := range [][]string{{"list"}, {"show", "2"}, {"report", "2"}, {"report", "2", "--csv"}} {
		e := runTelex(t, env, "", append([]string{"broadcast"}, at...)...)
		if e.want(t, say.ExitOK); !strings.Contains(e.out, "cancelled before their turn") || strings.Contains(e.out, "wait") || strings.Contains(e.out, "queued") {
			t.Errorf("%v: got\n%s", at, e.out)
		}
	}
	var shown struct{ Counts, Skipped map[string]int }
	e := runTelex(t, env, "", "broadcast", "show", "2", "--json")
	if e.decode(t, &shown); shown.Skipped["cancelled"] == 0 || shown.Counts["queued"] > 0 {
		t.Errorf("it is %+v", shown)
	}
}

// TestBroadcastWorst: what Bandwidth refuses is said of each, and decides the exit code.
func TestBroadcastWorst(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	list := peopleFile(t, "phone\n+19995550400\n+19195550101\n")
	runTelex(t, env, "", fast(list, "--text", "Hi", "--yes")...).want(t, say.ExitRejected, "to +19995550400: rejected: ", "1 rejected")
	e := runTelex(t, env, "", "broadcast", "report", "1", "--json")
	e.want(t, say.ExitOK)
	var rows []struct{ Number, State, Error string }
	if e.decode(t, &rows); len(rows) != 2 || rows[0].State != "rejected" || rows[0].Error == "" || rows[1].State != "accepted" {
		t.Errorf("the report is %+v", rows)
	}
	for _, table := range []string{"--csv", "--excel"} {
		runTelex(t, env, "", "broadcast", "report", "1", table, "--json").want(t, say.ExitUsage, table+" and --json cannot be used together")
	}
	for i, row := range runTelex(t, env, "", "history", "--json").rows(t) {
		if row.Broadcast != 1 || row.Person != 2-i {
			t.Errorf("row %d is of person %d of broadcast %d, want person %d of 1", row.ID, row.Person, row.Broadcast, 2-i)
		}
	}
}

// TestBroadcastProfile: pace, hours, countries and figures come from the file of profiles.
func TestBroadcastProfile(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret).configure(
		profileOf("main", api, `rate = "5/s"`, `hours = "09:00-20:00"`, `countries = ["US"]`) + "[profiles.main.price]\nsms = 0.01\nmms = 0.02\n" +
			"[hours.by]\nTX = \"10:00-12:00\"\n[templates.a]\ntext = \"Hi {{name|you}}\"\n")
	list := peopleFile(t, "phone\n+12145550101\n+447400123456\n+19195550102\n")
	e := w.run("", "broadcast", "start", list, "--template", "a", "--dry-run", "--json")
	e.want(t, say.ExitOK)
	var plan struct {
		Rate, Hours string
		Skipped     map[string]int
		Price       struct{ Low, High float64 }
	}
	if e.decode(t, &plan); plan.Rate != "5/s" || plan.Hours != "09:00-20:00" || plan.Skipped["outside-country"] != 1 || plan.Price.High != 0.02 {
		t.Errorf("the plan is %+v", plan)
	}
	w.run("", "broadcast", "start", list, "--template", "a", "--yes", "--max-cost", "0.01").want(t, say.ExitUsage, "--max-cost 0.01")
	w.run("", "broadcast", "start", list, "--template", "a", "--dry-run").want(t, say.ExitOK, "≈ $0.02 by your figures\n", "stricter in 1 place")
	long := strings.Repeat("x", 400) // three segments
	w.run("", "broadcast", "start", list, "--text", long, "--dry-run").want(t, say.ExitOK, "≈ $0.06 by your figures; as MMS, with any picture, it would be $0.04")
	instead := w.run("", "broadcast", "start", list, "--text", long, "--dry-run", "--json")
	instead.want(t, say.ExitOK)
	var dearer struct {
		AsMMS struct{ Low, High float64 } `json:"price_as_mms"`
	}
	if instead.decode(t, &dearer); dearer.AsMMS.Low != 0.04 || dearer.AsMMS.High != 0.04 {
		t.Errorf("as MMS it is %+v", dearer)
	}
	w.configure(profileOf("main", api, `hours = "always"`))
	w.run("", "broadcast", "start", list, "--text", "a", "--yes").want(t, say.ExitUsage, "hours of profile main")
	if slices.ContainsFunc(api.Sent(), func(string) bool { return true }) {
		t.Error("something was sent")
	}
}
