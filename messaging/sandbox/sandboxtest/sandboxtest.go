// Package sandboxtest is the sandbox for the tests of programs that send by package
// messaging. A test needs no account, no network and nothing to clean up:
//
//	func TestReminder(t *testing.T) {
//		api := sandboxtest.Start(t)
//		err := remind(t.Context(), api.Client, api.Message("Your table is ready", "+19195550101"))
//		…
//	}
//
// Which recipients make something go wrong, package sandbox says.
package sandboxtest

import (
	"cmp"
	"context"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/sandbox"
)

// An API is a sandbox that is served on a free port of this machine for as long as a test
// runs. It is safe for concurrent use.
type API struct {
	// Sandbox is what answers.
	Sandbox *sandbox.Sandbox
	// BaseURL is the address of the API, and TokenURL that of its token endpoint.
	BaseURL, TokenURL string
	// Client calls it by OAuth.
	Client *messaging.Client

	t      testing.TB
	config sandbox.Config // complete as far as a client needs it
}

// Start starts a sandbox, as sandbox.Config says after each of the changes was made to its
// zero value. When the test and its subtests are over, everything that was started has
// ended. It ends the test where sandbox.New fails.
func Start(t testing.TB, changes ...func(*sandbox.Config)) *API {
	t.Helper()
	var c sandbox.Config
	for _, change := range changes {
		change(&c)
	}
	c.AccountID = cmp.Or(c.AccountID, sandbox.DefaultAccountID)
	c.ApplicationID = cmp.Or(c.ApplicationID, sandbox.DefaultApplicationID)
	c.ClientID = cmp.Or(c.ClientID, sandbox.DefaultClientID)
	c.ClientSecret = cmp.Or(c.ClientSecret, sandbox.DefaultClientSecret)
	if len(c.Numbers) == 0 {
		c.Numbers = []string{sandbox.DefaultNumber}
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context())) // the test's ends before its cleanup
	t.Cleanup(stop)
	box, err := sandbox.New(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	server, err := box.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := server.Wait(); err != nil {
			t.Errorf("the sandbox did not stop: %v", err)
		}
	})
	a := &API{Sandbox: box, BaseURL: server.BaseURL, t: t, config: c}
	a.TokenURL = strings.TrimSuffix(server.BaseURL, sandbox.BasePath) + sandbox.TokenPath
	a.Client = a.NewClient()
	return a
}

// NewClient makes another client of the sandbox, which calls it by OAuth too. The options
// come after its own.
func (a *API) NewClient(options ...messaging.Option) *messaging.Client {
	a.t.Helper()
	auth, err := messaging.OAuth(a.config.ClientID, a.config.ClientSecret, a.TokenURL)
	if err != nil {
		a.t.Fatal(err)
	}
	own := messaging.NewHTTPClient()
	a.t.Cleanup(own.CloseIdleConnections)
	client, err := messaging.New(a.config.AccountID, auth,
		append([]messaging.Option{messaging.WithBaseURL(a.BaseURL), messaging.WithHTTPClient(own)}, options...)...)
	if err != nil {
		a.t.Fatal(err)
	}
	return client
}

// Message is one that the sandbox takes: from its first number, through its application.
func (a *API) Message(text string, to ...string) messaging.Message {
	return messaging.Message{From: a.config.Numbers[0], To: to, Text: text, ApplicationID: a.config.ApplicationID}
}
