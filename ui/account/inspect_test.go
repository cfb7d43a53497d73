package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/ui/account"
)

// fakeDashboard answers as its fields say; nil is all well.
type fakeDashboard struct {
	base          string
	claims        func() (messaging.Claims, error)
	application   func() (messaging.Application, error)
	linked        func() (linked, sure bool, err error)
	registrations func(ctx context.Context, numbers []string) ([]messaging.Registration, bool, error)
	campaigns     func() ([]messaging.Campaign, error)
	verification  func(ctx context.Context) (messaging.Verification, error)
	asked         atomic.Int32 // about toll-free numbers
}

func (f *fakeDashboard) BaseURL() string {
	if f.base == "" {
		return messaging.DefaultDashboardURL
	}
	return f.base
}

func (f *fakeDashboard) Claims(context.Context) (messaging.Claims, error) {
	if f.claims == nil {
		return messaging.Claims{Accounts: []string{"1"}}, nil
	}
	return f.claims()
}

func (f *fakeDashboard) Application(context.Context, string) (messaging.Application, error) {
	if f.application == nil {
		return applicationTo("https://a.example/x", "https://a.example/x"), nil
	}
	return f.application()
}

func (f *fakeDashboard) Linked(context.Context, string) (linked, sure bool, err error) {
	if f.linked == nil {
		return true, true, nil
	}
	return f.linked()
}

func (f *fakeDashboard) Registrations(ctx context.Context, numbers []string) ([]messaging.Registration, bool, error) {
	if f.registrations != nil {
		return f.registrations(ctx, numbers)
	}
	var all []messaging.Registration
	for _, n := range numbers {
		all = append(all, messaging.Registration{Number: n, Campaign: "C1", Status: "SUCCESS"})
	}
	return all, true, nil
}

func (f *fakeDashboard) Campaigns(context.Context) ([]messaging.Campaign, error) {
	if f.campaigns == nil {
		return []messaging.Campaign{{ID: "C1", Status: "REGISTERED"}}, nil
	}
	return f.campaigns()
}

func (f *fakeDashboard) Verification(ctx context.Context, _ string) (messaging.Verification, error) {
	f.asked.Add(1)
	if f.verification == nil {
		return messaging.Verification{Status: "VERIFIED"}, nil
	}
	return f.verification(ctx)
}

func (f *fakeDashboard) ShortCodeLease(context.Context, string) (messaging.ShortCodeLease, error) {
	return messaging.ShortCodeLease{Status: "ACTIVE"}, nil
}

func applicationTo(out, in string) messaging.Application {
	return messaging.Application{
		Name: "Alerts", Service: "Messaging-V2",
		Outbound: messaging.CallbackTarget{URL: out, HasUser: true}, Inbound: messaging.CallbackTarget{URL: in, HasUser: true},
	}
}

// refusal is a call that was answered with status.
func refusal(status int, detail string) error {
	return &messaging.Error{Op: "read x", Status: status, Detail: detail}
}

// lines are findings, one a line: a mark, name and words.
func lines(found []account.Finding) string {
	var b strings.Builder
	for _, f := range found {
		mark := map[account.Verdict]string{account.Good: "+", account.Trouble: "!", account.Unchecked: "-"}[f.Verdict]
		fmt.Fprintf(&b, "%s %s: %s\n", mark, f.Name, f.Found)
		if f.Verdict == account.Trouble && f.Do == "" || f.Verdict == account.Good && f.Do != "" {
			b.WriteString("with what to do that does not belong\n")
		}
	}
	return b.String()
}

func inspected(t *testing.T, d *fakeDashboard, numbers ...string) string {
	t.Helper()
	return lines(account.Inspect(t.Context(), d, account.Account{AccountID: "1", ApplicationID: "app-1", Numbers: numbers, Region: "US"}))
}

func TestInspect(t *testing.T) {
	const local, tollFree = "+19195550100", "+18885550100"
	unreached := &messaging.Error{Op: "read application", Err: syscall.ECONNREFUSED}
	fails := func(err error) *fakeDashboard {
		return &fakeDashboard{
			application:   func() (messaging.Application, error) { return messaging.Application{}, err },
			linked:        func() (bool, bool, error) { return false, false, err },
			registrations: func(context.Context, []string) ([]messaging.Registration, bool, error) { return nil, false, err },
			verification:  func(context.Context) (messaging.Verification, error) { return messaging.Verification{}, err },
		}
	}
	claims := func(c messaging.Claims, err error) *fakeDashboard {
		return &fakeDashboard{claims: func() (messaging.Claims, error) { return c, err }}
	}
	to := func(out, in string) *fakeDashboard {
		return &fakeDashboard{application: func() (messaging.Application, error) { return applicationTo(out, in), nil }}
	}
	local10 := to("http://127.0.0.1:8096/x", "http://127.0.0.1:8096/x")
	local10.base = "http://127.0.0.1:8095/api/v2"
	in := func(r messaging.Registration, whole bool, campaigns error) *fakeDashboard {
		return &fakeDashboard{
			registrations: func(context.Context, []string) ([]messaging.Registration, bool, error) {
				return []messaging.Registration{r}, whole, nil
			},
			campaigns: func() ([]messaging.Campaign, error) { return nil, campaigns },
		}
	}
	for _, c := range []struct {
		name    string
		d       *fakeDashboard
		numbers []string
		want    string // lines, that are among those there are
		not     string // what is not said
	}{
		{"all well", &fakeDashboard{}, []string{"(919) 555-0100", tollFree, "12345", "ALERTS", "+442079460000"}, "+ access token: for account 1\n+ application: Alerts, app-1\n+ callbacks: posted to a.example\n+ location: the application is linked to one\n+ +19195550100: on campaign C1\n+ +18885550100: verified, toll-free\n+ 12345: active, short code\n", "cannot"},
		{"one other account", claims(messaging.Claims{Accounts: []string{"2"}}, nil), nil, "! access token: the credentials are for account 2, and not for 1\n", "application"},
		{"many accounts", claims(messaging.Claims{Accounts: strings.Split("2 3 4 5 6 7 8 9", " ")}, nil), nil, "! access token: the credentials are for the accounts 2, 3, 4, 5, 6, 7 and 2 more, and not for 1\n", "application"},
		{"no account", claims(messaging.Claims{}, nil), nil, "+ access token: it names no account\n+ application", ""},
		{"Build", claims(messaging.Claims{Express: true}, nil), nil, "! access token: it is of a Bandwidth Build account", "application"},
		{"an opaque token", claims(messaging.Claims{}, fmt.Errorf("%w: it is no JWT", messaging.ErrNoClaims)), nil, "- access token: cannot be checked: the access token says nothing of the account: it is no JWT\n+ application", ""},
		{"no token", claims(messaging.Claims{}, refusal(401, "")), nil, "- account: cannot be checked: there is no access token\n", "application"},
		{"nothing answers", fails(unreached), []string{local}, "- account: cannot be checked: api.bandwidth.com could not be reached: connection refused\n", "location"},
		{"refused", fails(refusal(401, "")), []string{local}, "- application: cannot be checked: the access token was refused (HTTP 401)\n- location", ""},
		{"too often", fails(refusal(429, "")), []string{local}, "- campaigns (10DLC): cannot be checked: Bandwidth was asked too often (HTTP 429)\n", ""},
		{"no feature", fails(refusal(403, "Account 1 is not enabled for the Registration Center")), []string{local}, "- campaigns (10DLC): cannot be checked: Bandwidth has not switched this on for the account\n", ""},
		{"a server that knows nothing", fails(refusal(404, "")), []string{local, tollFree}, "- +18885550100: cannot be checked: the answer was HTTP 404 Not Found\n", "4795"},
		{"no outbound", to("", "https://in.example"), nil, "! callbacks: none are posted of what becomes of messages: failures stay invisible until telex asks\n", "posted to"},
		{"no inbound", to("https://out.example", ""), nil, "! callbacks: none are posted of messages that come in: answers are lost, for Bandwidth keeps no texts\n", "posted to"},
		{"two addresses", to("https://out.example/s3cret", "https://in.example"), nil, "+ callbacks: posted to out.example, and answers to in.example\n", "s3cret"},
		{"out of reach", to("http://localhost:8096/", "http://localhost:8096/"), nil, "! callbacks: they go to localhost:8096, which Bandwidth cannot reach", "posted to"},
		{"in reach of a sandbox", local10, nil, "+ callbacks: posted to 127.0.0.1:8096\n", "cannot reach"},
		{"linked to none that is seen", &fakeDashboard{linked: func() (bool, bool, error) { return false, false, nil }}, nil, "! location: the application is linked to none that could be seen; if to none at all", ""},
		{"too long a registry", in(messaging.Registration{Number: "+1"}, false, nil), []string{local}, "- +19195550100: cannot be checked: the account has too many numbers to look through\n", "4476"},
		{"a new status", in(messaging.Registration{Number: local, Campaign: "C1", Status: "ODD\x1b"}, true, nil), []string{local}, "! +19195550100: on campaign C1, but its status there is ODD␛\n", "\x1b"},
		{"campaigns are not shown", in(messaging.Registration{Number: local, Campaign: "C1", Status: "SUCCESS"}, true, refusal(403, "no")), []string{local}, "- status of campaigns: cannot be checked: role missing\n+ +19195550100: on campaign C1\n", ""},
	} {
		got := inspected(t, c.d, c.numbers...)
		if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) || strings.Contains(got, "does not belong") {
			t.Errorf("%s: got\n%swant\n%s, and not %q", c.name, got, c.want, c.not)
		}
	}
}

// TestInspectMany: numbers with which all is well are told together, and no more than ten
// of a kind are asked about one by one.
func TestInspectMany(t *testing.T) {
	var numbers []string
	for i := range 20 {
		numbers = append(numbers, fmt.Sprintf("+191955501%02d", i), fmt.Sprintf("+188855501%02d", i))
	}
	d := &fakeDashboard{}
	got := inspected(t, d, numbers...)
	if !strings.Contains(got, "+ +19195550100, +19195550101, +19195550102, +19195550103, +19195550104, +19195550105 and 14 others: on campaign C1\n") {
		t.Errorf("got\n%swant the local ones told together", got)
	}
	if d.asked.Load() != 10 || !strings.Contains(got, "and 4 others: cannot be checked: telex asks about ten of a kind\n") {
		t.Errorf("got %d asked about, want 10, and that told:\n%s", d.asked.Load(), got)
	}
}

// TestInspectSilent: it ends with its context, and says so.
func TestInspectSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), account.AskWithin)
		defer cancel()
		d := &fakeDashboard{verification: func(ctx context.Context) (messaging.Verification, error) {
			<-ctx.Done()
			return messaging.Verification{}, &messaging.Error{Op: "read x", Err: ctx.Err()}
		}}
		start := time.Now()
		got := lines(account.Inspect(ctx, d, account.Account{AccountID: "1", ApplicationID: "a", Numbers: []string{"+18885550100", "+19195550100"}}))
		if took := time.Since(start); took != account.AskWithin || !strings.Contains(got, "- +18885550100: cannot be checked: no answer: the time limit was reached\n") || !strings.Contains(got, "on campaign C1") {
			t.Errorf("got after %s\n%swant what answered, and what did not", took, got)
		}
	})
}

// TestInspectBasic: without a token nothing is asked.
func TestInspectBasic(t *testing.T) {
	d := &fakeDashboard{claims: func() (messaging.Claims, error) { return messaging.Claims{}, errors.New("asked") }}
	got := account.Inspect(t.Context(), d, account.Account{Basic: true})
	if len(got) != 1 || got[0].Verdict != account.Unchecked || !strings.Contains(got[0].Found, "takes a client id and secret") {
		t.Errorf("got %v", got)
	}
}

// TestInspectLong: what others said is not told at length.
func TestInspectLong(t *testing.T) {
	app := applicationTo("https://a.example", "https://a.example")
	app.Name = strings.Repeat("é", 100_000)
	got := inspected(t, &fakeDashboard{application: func() (messaging.Application, error) { return app, nil }})
	if n := strings.Count(got, "é"); n != 400 || !strings.Contains(got, "é…\n") {
		t.Errorf("got %d of its letters, want 400 and that there are more", n)
	}
}
