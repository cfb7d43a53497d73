package listen

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite/sqlitetest"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

func TestMain(m *testing.M) {
	sqlitetest.Hasten()
	os.Exit(clitest.Run(m))
}

// A running listener of a test.
type running struct {
	url      string
	out, err *clitest.Paper
	state    string
	cancel   context.CancelFunc
	ended    chan error
}

// start runs telex listen in this process, with an outbox in state, until the test ends.
func start(t testing.TB, state string, env map[string]string, args ...string) *running {
	t.Helper()
	return startAt(t, time.Now, state, env, args...)
}

// startAt is start with a clock.
func startAt(t testing.TB, now func() time.Time, state string, env map[string]string, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{out: clitest.NewPaper(), err: clitest.NewPaper(), state: state, cancel: cancel, ended: make(chan error, 1)}
	w := worldOf(state, env, r.out, r.err)
	w.Now = now
	cmd := Command(w)
	cmd.SetArgs(append([]string{"--addr", "127.0.0.1:0"}, args...))
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	go func() { r.ended <- cmd.ExecuteContext(ctx) }()
	t.Cleanup(func() { r.end(t) })
	r.url = r.err.Await(t, `listen: listening on (http://\S+?);`)
	return r
}

func worldOf(state string, env map[string]string, out, errs *clitest.Paper) *who.World {
	lookup := func(name string) (string, bool) {
		if name == who.EnvStateHome {
			return state, true
		}
		v, ok := env[name]
		return v, ok
	}
	return &who.World{Home: who.Home{Env: lookup, Now: time.Now, Output: say.NewPrinter(out, errs)}}
}

// end stops it, and fails if that is no clean end.
func (r *running) end(t testing.TB) {
	t.Helper()
	r.cancel()
	select {
	case err := <-r.ended:
		r.ended <- err // for whoever ends it again
		if err != nil {
			t.Errorf("it ended with %v\n%s", err, r.err)
		}
	case <-time.After(clitest.Patience):
		t.Errorf("it does not end\n%s", r.err)
	}
}

// post posts a body, and returns the status.
func (r *running) post(t testing.TB, user, password, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/any", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// event is a callback about a message.
func event(kind, id string, more string) string {
	return fmt.Sprintf(`[{"type":"%s","time":"2026-11-26T04:05:06.160744Z","to":"+19195550101"%s,"message":{"id":%q,"direction":"out","from":"+12345678901","to":["+19195550101"],"owner":"+19195550101"}}]`, kind, more, id)
}

// written is a callback about a message that came in.
func written(id, from, text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`[{"type":"message-received","time":"2026-11-26T04:05:06.160744Z","to":"+12345678901","message":{"id":%q,"direction":"in","from":%q,"to":["+12345678901"],"owner":"+12345678901","text":%s,"media":["https://127.0.0.1/a.png"]}}]`, id, from, quoted)
}

// openOutbox opens the outbox of a state folder.
func openOutbox(t testing.TB, state string) *outbox.Outbox {
	t.Helper()
	env := map[string]string{who.EnvStateHome: state}
	lookup := func(name string) (string, bool) { value, ok := env[name]; return value, ok }
	o, err := who.Home{Env: lookup, Now: time.Now, Output: say.NewPrinter(clitest.NewPaper(), clitest.NewPaper())}.OpenOutbox(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	return o
}

// accepted makes a message that the API has accepted, and returns our id and the API's.
func accepted(t testing.TB, state string) (id int64, apiID string) {
	t.Helper()
	o := openOutbox(t, state)
	id = sample.In(t, o, messaging.Message{From: "+12345678901", To: []string{"+19195550101"}, Text: "Hello", ApplicationID: "a"}, outbox.Accepted)
	apiID = sample.RowOf(t, o, id).MessageID
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	return id, apiID
}

// lines are the lines of JSON that were printed.
func (r *running) lines(t testing.TB) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(r.out.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		all = append(all, v)
	}
	return all
}

// TestListenRecords: what is answered with 200 is in the outbox, doubles change nothing,
// and an event is a line of JSON.
func TestListenRecords(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	id, apiID := accepted(t, state)
	r := start(t, state, map[string]string{"TELEX_LISTEN_PASSWORD_IN": "hush 1", "TELEX_LISTEN_PASSWORD": "hush 2"}, "--user", "in", "--user", "status", "--json")
	for i, c := range []struct {
		user, password, body string
		want                 int
	}{
		{"status", "hush 2", event("message-delivered", apiID, ""), 200},
		{"status", "hush 2", event("message-sent", apiID, ""), 200}, // late
		{"status", "hush 2", event("message-delivered", apiID, ""), 200},
		{"status", "hush 2", event("message-failed", "nobody's", `,"errorCode":4720`), 200},
		{"in", "hush 1", written("came-1", "+19195550102", "Thanks \x1b[2J!"), 200},
		{"in", "hush 2", written("came-2", "+19195550102", "forged"), 401},
		{"", "", written("came-3", "+19195550102", "forged"), 401},
		{"in", "hush 1", "hello", 400},
	} {
		if got := r.post(t, c.user, c.password, c.body); got != c.want {
			t.Errorf("post %d: answered %d, want %d", i, got, c.want)
		}
	}
	r.end(t)
	type summary struct {
		kind, id, state, text any
		news                  bool
	}
	var got []summary
	for _, v := range r.lines(t) {
		if v["trusted"] != true || v["recorded_at"] == "" || v["by"] != "callback" || v["at"] != "2026-11-26T04:05:06.160744Z" {
			t.Errorf("line %v", v)
		}
		got = append(got, summary{v["type"], v["id"], v["state"], v["text"], v["news"] == true})
	}
	want := []summary{
		{"message-delivered", float64(id), "delivered", nil, true},
		{"message-sent", float64(id), "delivered", nil, true},
		{"message-delivered", float64(id), "delivered", nil, false},
		{"message-failed", nil, nil, nil, true},
		{"message-received", float64(id + 1), "received", "Thanks \x1b[2J!", true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	clitest.CheckOutput(t, nil, r.out.String(), r.err.String())
	for _, w := range []string{"listen: stopped; 5 events recorded", "refused a post without the right user name and password (from 127.0.0.1)", "holds no events"} {
		if !strings.Contains(r.err.String(), w) {
			t.Errorf("got\n%s\nwant %q in it", r.err, w)
		}
	}
	if strings.Contains(r.out.String()+r.err.String(), "hush") {
		t.Errorf("a password is printed:\n%s%s", r.out, r.err)
	}
	o := openOutbox(t, state)
	sample.WantState(t, o, id, outbox.Delivered)
	if came := sample.RowOf(t, o, id+1); came.Message.Text != "Thanks \x1b[2J!" || came.Direction != outbox.In {
		t.Errorf("recorded %+v", came.Entry)
	}
	if ids := sample.IDsIn(t, o, outbox.Filter{}); ids[0] != id+1 {
		t.Errorf("rows %v, want none after %d", ids, id+1)
	}
}

// TestListenWithoutUsers: nobody vouches for what comes then, so no state changes, and the
// lines say so.
func TestListenWithoutUsers(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	id, apiID := accepted(t, state)
	r := start(t, state, nil)
	if !strings.Contains(r.err.String(), "warning: without --user, anybody who finds the address can post") {
		t.Errorf("no warning in\n%s", r.err)
	}
	for _, body := range []string{
		event("message-delivered", apiID, ""), event("message-failed", apiID, `,"errorCode":9902`), event(`message-x\u001b[31m`, "", ""),
		written("came-1", "+19195550102", "line 1\nline 2"), event("message-sending", "other", ""), event("message-read", apiID, ""),
		`{"type":"suggestion-response","to":"+12345678901","message":{"id":"s1","from":"+19195550102","suggestionResponse":{"text":"Yes"}}}`,
		`{"type":"requested-location-response","to":"+12345678901","message":{"id":"s2","from":"+19195550102"}}`,
	} {
		if got := r.post(t, "", "", body); got != 200 {
			t.Errorf("answered %d to %s", got, body)
		}
	}
	r.end(t)
	clitest.CheckOutput(t, nil, r.out.String(), r.err.String())
	var said []string
	for line := range strings.Lines(r.out.String()) {
		_, words, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		said = append(said, words)
	}
	const unsure, forged = " (without credentials: not believed until Bandwidth is asked)", " (without credentials: anybody can have made it up)"
	want := []string{
		fmt.Sprintf("message %d to +19195550101: delivered", id) + unsure,
		fmt.Sprintf("message %d to +19195550101: no receipt, it may have arrived – 9902", id) + unsure,
		"no message: an event that telex does not know: message-x\u241b[31m" + unsure,
		"+19195550102 wrote to +12345678901: line 1⏎line 2 [1 file]" + forged,
		`message "other" to +19195550101, which this outbox does not have: on its way to the carrier` + unsure,
		fmt.Sprintf("message %d to +19195550101: read", id) + unsure,
		"+19195550102 wrote to +12345678901: Yes" + forged,
		"+19195550102 told +12345678901 where they are" + forged,
	}
	if !slices.Equal(said, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	sample.WantState(t, openOutbox(t, state), id, outbox.Accepted)
}

// TestListenEndsCleanly: a callback that was under way when telex is stopped is recorded
// and answered, and no other connection is taken.
func TestListenEndsCleanly(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r := start(t, state, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := written("came-1", "+19195550102", "last words")
	half := len(body) / 2
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("got %q, %v", line, err) // the handler waits for the body now
	}
	_, _ = answers.ReadString('\n')
	fmt.Fprint(conn, body[:half])
	r.cancel()
	refused := func() bool {
		other, err := net.Dial("tcp", conn.RemoteAddr().String())
		if err == nil {
			other.Close()
		}
		return err != nil
	}
	for !refused() {
		runtime.Gosched()
	}
	fmt.Fprint(conn, body[half:])
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	r.end(t)
	if resp.StatusCode != http.StatusOK || !strings.Contains(r.out.String(), "last words") {
		t.Errorf("answered %d, printed %q", resp.StatusCode, r.out)
	}
	if ids := sample.IDsIn(t, openOutbox(t, state), outbox.Filter{}); len(ids) != 1 {
		t.Errorf("recorded %v, want 1 row", ids)
	}
}

// TestListenCannotRecord: without an outbox to write to, callbacks are refused so that they
// come again.
func TestListenCannotRecord(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r := start(t, state, nil)
	if err := os.RemoveAll(filepath.Join(state, "telex")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(state, "telex"), nil, 0o400); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := r.post(t, "", "", written("came-1", "+19195550102", "hello")); got != http.StatusServiceUnavailable {
			t.Errorf("answered %d, want 503", got)
		}
	}
	said := r.err.Await(t, `(?m)^listen: (a callback could not be recorded.*)$`)
	if !strings.Contains(said, "comes again") || strings.Count(r.err.String(), "could not be recorded") != 1 {
		t.Errorf("said\n%s", r.err)
	}
	if r.out.String() != "" {
		t.Errorf("printed %q", r.out)
	}
}

// TestListenRefuses: what cannot work is said before anything is listened to.
func TestListenRefuses(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--addr", "0.0.0.0:0"}, "--addr 0.0.0.0:0 can be reached from other machines"},
		{[]string{"--addr", ":0"}, "--addr :0 can be reached from other machines"},
		{[]string{"--addr", "[::]:0"}, "--addr [::]:0 can be reached from other machines"},
		{[]string{"--addr", "192.0.2.1:0"}, "--addr 192.0.2.1:0 can be reached from other machines"},
		{[]string{"--addr", "8096"}, `--addr "8096": want host and port, such as 127.0.0.1:8096`},
		{[]string{"--addr", "no such host:0"}, "no such host stands for no address"},
		{[]string{"--addr", "127.0.0.1:99999"}, `--addr "127.0.0.1:99999"`},
		{[]string{"--addr", busy.Addr().String()}, busy.Addr().String() + " is in use: something listens there already"},
		{[]string{"--user", "in"}, "--user in has no password"},
		{[]string{"--user", "a:b"}, "colon"},
		{[]string{"--user", "a", "--user", "a"}, "twice"},
		{[]string{"--probe", "telex.example"}, "--probe wants the public address"},
		{[]string{"--probe", "http://telex.example/"}, "--probe wants an address with https"},
		{[]string{"--probe", "https://in:hush@telex.example/"}, "--probe takes no password"},
	} {
		state := t.TempDir()
		out, errs := clitest.NewPaper(), clitest.NewPaper()
		cmd := Command(worldOf(state, nil, out, errs))
		cmd.SetArgs(append([]string{"--addr", "127.0.0.1:0"}, c.args...))
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		err := cmd.ExecuteContext(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) || say.CodeOf(err) != say.ExitUsage {
			t.Errorf("%q: got %v (%d), want %q", c.args, err, say.CodeOf(err), c.want)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: the error holds a password: %v", c.args, err)
		}
		if _, err := os.Stat(filepath.Join(state, "telex")); err == nil {
			t.Errorf("%q: an outbox was made", c.args)
		}
	}
}
