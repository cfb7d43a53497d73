package account

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"telex/messaging"
	"telex/ui/text"
	"telex/ui/words"
)

// A Dashboard tells how an account is set up at Bandwidth: a [messaging.Dashboard].
type Dashboard interface {
	BaseURL() string
	Claims(ctx context.Context) (messaging.Claims, error)
	Application(ctx context.Context, id string) (messaging.Application, error)
	Linked(ctx context.Context, application string) (linked, sure bool, err error)
	Registrations(ctx context.Context, numbers []string) (found []messaging.Registration, whole bool, err error)
	Campaigns(ctx context.Context) ([]messaging.Campaign, error)
	Verification(ctx context.Context, number string) (messaging.Verification, error)
	ShortCodeLease(ctx context.Context, code string) (messaging.ShortCodeLease, error)
}

// A Verdict is what a look at a part of the account found.
type Verdict uint8

// The verdicts.
const (
	Unchecked Verdict = iota // it could not be looked at, and nothing is known
	Good
	Trouble // messages are accepted all the same, but something will not happen
)

// A Finding is a part of the account that was looked at. Found and Do are phrases without
// a full stop and clean.
type Finding struct {
	Name    string // of the part: "application", "+19195551212"
	Verdict Verdict
	Found   string
	Do      string // what to do about it; "" if there is nothing
}

// findings collect what was found.
type findings []Finding

func (f *findings) good(name, found string)        { f.add(name, Good, found, "") }
func (f *findings) trouble(name, found, do string) { f.add(name, Trouble, found, do) }
func (f *findings) unchecked(name, found, do string) {
	f.add(name, Unchecked, "cannot be checked: "+found, do)
}

// mostSaid is how many characters are told of a finding, for what is said there by others
// may be long.
const mostSaid = 400

func (f *findings) add(name string, v Verdict, found, do string) {
	found = text.Clean(found)
	if r := []rune(found); len(r) > mostSaid {
		found = string(r[:mostSaid]) + "…"
	}
	*f = append(*f, Finding{text.Clean(name), v, found, text.Clean(do)})
}

// Inspect looks at how a is set up at Bandwidth, by questions that change nothing.
// Nothing that it finds keeps a message from being accepted, which is why only this look
// tells. What the credentials may not see is Unchecked. It returns when all that is to
// be asked was answered, or when ctx ends.
func Inspect(ctx context.Context, d Dashboard, a Account) []Finding {
	var f findings
	a = a.Settled()
	if a.Basic {
		f.unchecked("account", "that takes a client id and secret, and this account has a username", "make a client id in Bandwidth's dashboard")
		return f
	}
	if !f.claims(ctx, d, a) {
		return f
	}
	if !f.application(ctx, d, &a) {
		return f
	}
	parts := make([]findings, 3)
	var all sync.WaitGroup
	all.Go(func() { parts[0].location(ctx, d, a) })
	all.Go(func() { parts[1].local(ctx, d, a) })
	all.Go(func() { parts[2].others(ctx, d, a) })
	all.Wait()
	return slices.Concat(append([]findings{f}, parts...)...)
}

// claims looks at what the token says. It reports whether there is a point in asking
// more.
func (f *findings) claims(ctx context.Context, d Dashboard, a Account) bool {
	claims, err := d.Claims(ctx)
	switch {
	case errors.Is(err, messaging.ErrNoClaims):
		f.unchecked("access token", words.Cause(err), "")
		return true
	case err != nil:
		f.unchecked("account", "there is no access token", "")
		return false
	case claims.Express:
		f.trouble("access token", "it is of a Bandwidth Build account, which has voice only: no message can be sent",
			"ask Bandwidth for a full account")
		return false
	case len(claims.Accounts) > 0 && !slices.Contains(claims.Accounts, a.AccountID):
		other := messaging.OtherAccountError{Accounts: claims.Accounts, Account: a.AccountID}
		f.trouble("access token", other.Error(), "set the account to one that they are for, or take the credentials of account "+a.AccountID)
		return false
	}
	found := "it names no account"
	if len(claims.Accounts) > 0 {
		found = "for account " + a.AccountID
	}
	if len(claims.Roles) > 0 {
		found += ", with the roles " + several(claims.Roles)
	}
	f.good("access token", found)
	return true
}

// mostNamed is how many of a list are named.
const mostNamed = 6

// several names the first of a list.
func several(list []string) string {
	if len(list) > mostNamed {
		return strings.Join(list[:mostNamed], ", ") + " and " + text.Count(len(list)-mostNamed, "other")
	}
	return strings.Join(list, ", ")
}

// application looks at the application and its callbacks. One through which nothing can be
// sent is taken out of a, for there is no point in asking more of it. It reports false
// if nothing answers there.
func (f *findings) application(ctx context.Context, d Dashboard, a *Account) bool {
	if a.ApplicationID == "" {
		return true
	}
	app, err := d.Application(ctx, a.ApplicationID)
	switch status := statusOf(err); {
	case err == nil:
	case status == 0:
		f.unchecked("account", hostOf(d.BaseURL())+" could not be reached: "+words.Cause(err), "")
		return false
	case isMissing(err):
		f.trouble("application", "account "+a.AccountID+" has no application "+a.ApplicationID, "copy the id of the messaging application from Bandwidth's dashboard")
		a.ApplicationID = ""
		return true
	default:
		f.refused("application", err, "that reads applications")
		return true
	}
	if !app.IsMessaging() {
		f.trouble("application", app.Name+" is not for messages but for "+app.Service, "take the id of a messaging application")
		a.ApplicationID = ""
		return true
	}
	f.good("application", app.Name+", "+a.ApplicationID)
	f.callbacks(app, messaging.IsOutOfReach(d.BaseURL()))
	return true
}

// callbacks looks at where an application's callbacks go. Local is that the dashboard is
// on this machine, so that callbacks may be.
func (f *findings) callbacks(app messaging.Application, local bool) {
	const set = "set the application's callback URLs to the address of telex listen"
	out, in := app.Outbound.URL, app.Inbound.URL
	before := len(*f)
	switch {
	case out == "" && in == "":
		f.trouble("callbacks", "no address is set: failures stay invisible until telex asks, and answers are lost", set)
		return
	case out == "":
		f.trouble("callbacks", "none are posted of what becomes of messages: failures stay invisible until telex asks", set)
	case in == "":
		f.trouble("callbacks", "none are posted of messages that come in: answers are lost, for Bandwidth keeps no texts", set)
	}
	for _, address := range slices.Compact([]string{out, in}) {
		if address != "" && !local && messaging.IsOutOfReach(address) {
			f.trouble("callbacks", "they go to "+hostOf(address)+", which Bandwidth cannot reach: failures stay invisible until telex asks", set)
		}
	}
	for _, needed := range []string{"message-failed", "message-delivered"} {
		if out != "" && len(app.CallbackTypes) > 0 && !slices.Contains(app.CallbackTypes, needed) {
			f.trouble("callbacks", needed+" is not among those that the application asks for", "add it to the application's callback types")
		}
	}
	if len(*f) > before {
		return
	}
	found := "posted to " + hostOf(out)
	if in != out {
		found += ", and answers to " + hostOf(in)
	}
	if !app.Outbound.HasUser || !app.Inbound.HasUser {
		found += "; without a user and password, so anybody could post some"
	}
	f.good("callbacks", found)
}

// hostOf is what may be shown of an address: what follows may be secret.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "something that is not an address"
	}
	return u.Host
}

// Location is the name of the finding whether the application is linked to one. If that is
// trouble, Bandwidth takes messages and delivers none.
const Location = "location"

// location looks whether the application is linked to one.
func (f *findings) location(ctx context.Context, d Dashboard, a Account) {
	if a.ApplicationID == "" {
		return
	}
	const do = "link the application to the location of your numbers, in Bandwidth's dashboard"
	linked, sure, err := d.Linked(ctx, a.ApplicationID)
	switch {
	case err != nil:
		f.refused(Location, err, "")
	case linked:
		f.good(Location, "the application is linked to one")
	case sure:
		f.trouble(Location, "the application is linked to none: messages are accepted (202) and never delivered, with no error", do)
	default:
		f.trouble(Location, "the application is linked to none that could be seen; if to none at all, messages are accepted (202) and never delivered, with no error", do)
	}
}

// refused says why a question was not answered. Role is what its answer takes; "" if that
// was said.
func (f *findings) refused(name string, err error, role string) {
	said := detailOf(err)
	switch status := statusOf(err); {
	case status == 0:
		f.unchecked(name, "no answer: "+words.Cause(err), "")
	case status == http.StatusForbidden && strings.Contains(said, "import customer is not enabled"):
		f.unchecked(name, "Bandwidth shows this only to accounts that bring their campaigns from The Campaign Registry", "look in Bandwidth's dashboard")
	case status == http.StatusForbidden && strings.Contains(said, "not enabled"):
		f.unchecked(name, "Bandwidth has not switched this on for the account", "look in Bandwidth's dashboard")
	case status == http.StatusForbidden && role == "":
		f.unchecked(name, "role missing", "")
	case status == http.StatusForbidden:
		f.unchecked(name, "role missing", "ask who manages the account to give these credentials the role "+role)
	case status == http.StatusUnauthorized:
		f.unchecked(name, "the access token was refused (HTTP 401)", "")
	case status == http.StatusTooManyRequests:
		f.unchecked(name, "Bandwidth was asked too often (HTTP 429)", "try again in a minute")
	case status/100 == 2:
		f.unchecked(name, "the answer could not be read", "")
	default:
		f.unchecked(name, strings.TrimSpace(fmt.Sprintf("the answer was HTTP %d %s", status, http.StatusText(status))), "")
	}
}

// isMissing reports whether what was asked for is not there, in Bandwidth's own words.
func isMissing(err error) bool {
	return statusOf(err) == http.StatusNotFound && detailOf(err) != ""
}

// statusOf is the HTTP status of a call that failed; 0 if there was no answer.
func statusOf(err error) int {
	if e, ok := errors.AsType[*messaging.Error](err); ok {
		return e.Status
	}
	return 0
}

// detailOf is what the answer to a call that failed said, if it was in Bandwidth's form.
func detailOf(err error) string {
	if e, ok := errors.AsType[*messaging.Error](err); ok {
		return e.Detail
	}
	return ""
}
