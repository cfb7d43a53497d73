package ui

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
)

// inProcess hands requests to a handler, with no network that a bubble would wait for.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// sandboxDeps is the real client on the real sandbox.
func sandboxDeps(t *testing.T) Deps {
	t.Helper()
	box, err := sandbox.New(t.Context(), sandbox.Config{Now: testNow})
	if err != nil {
		t.Fatal(err)
	}
	client, err := messaging.New(sandbox.DefaultAccountID, messaging.Basic(sandbox.DefaultUsername, sandbox.DefaultPassword),
		messaging.WithBaseURL("http://127.0.0.1:8095"+sandbox.BasePath),
		messaging.WithHTTPClient(&http.Client{Transport: inProcess{box}}))
	if err != nil {
		t.Fatal(err)
	}
	deps := testDeps(client)
	deps.Link.Lister, deps.Link.Curl = client, client.Curl
	deps.AccountID, deps.ApplicationID = sandbox.DefaultAccountID, sandbox.DefaultApplicationID
	deps.Numbers = []string{sandbox.DefaultNumber}
	return deps
}

// TestSandbox sends to the recipients that make things happen, end to end.
func TestSandbox(t *testing.T) {
	sample.Whole(t)
	for to, want := range map[string][]string{
		"(919) 555-1212": {"accepted by Bandwidth", "202 Accepted", "the carrier says it arrived", "segments 1", `"segmentCount": 1`, `"direction": "out"`, `"owner": "` + sandbox.DefaultNumber},
		"+19995554720":   {"accepted by Bandwidth", "not delivered – 4720 number not valid", "next Check the number"},
		"+19995550400":   {"Refused by Bandwidth", "400 Bad Request", "request-validation", "not sent and is not billed"},
		"+19995550401":   {"Refused by Bandwidth", "401 Unauthorized", "check the username"},
		"+19995550403":   {"Refused by Bandwidth", "403 Forbidden"},
		"+19995550429":   {"accepted by Bandwidth", "tries", "HTTP 429", "again after 1s"},
		"+19995550500":   {"Refused by Bandwidth", "HTTP 500", "wait a little"},
		"+19995550502":   {"We don't know yet", "HTTP 502 Bad Gateway", "r looks for it at Bandwidth"},
		"+19995550005":   {"We don't know yet", "the answer is no receipt", "r looks for it at Bandwidth"},
	} {
		t.Run(to, func(t *testing.T) {
			driveSandbox(t, func(d *driver) {
				d.size(100, 50)
				d.write("Hello", to)
				d.press("u")
				d.see("curl", "BW_")
				d.seeNot("sandbox:sandbox", "Basic ")
				d.enterOnReview()
				d.at("Response")
				d.advance(3 * time.Minute)
				d.see(want...)
				d.press("j")
				d.seeNot("Authorization", "sandbox:sandbox")
			})
		})
	}
}

// TestForgottenBySandbox: of messages of a sandbox that is over nothing is advised that nobody
// can do: nobody asks about them, by key or by itself.
func TestForgottenBySandbox(t *testing.T) {
	for name, send := range map[string]func(context.Context, messaging.Message) (*messaging.Receipt, error){
		"unknown": func(context.Context, messaging.Message) (*messaging.Receipt, error) {
			return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown}
		},
		"accepted": accept,
	} {
		t.Run(name, func(t *testing.T) {
			deps, _ := historyDeps(t, sandboxDeps(t), 0, func(o *outbox.Outbox) {
				by := outbox.By{Profile: "sandbox", AccountID: sandbox.DefaultAccountID, BaseURL: "http://127.0.0.1:1/api/v2"}
				plan(t, o, by, &fakeSender{send: send}, messageOf("Hi", five[0]))
			})
			drive(t, deps, func(d *driver) {
				d.press("f2")
				d.advance(time.Second)
				for _, open := range []string{"", "enter"} {
					d.size(160, 45)
					if open != "" {
						d.press(open)
					}
					d.see("it is in the sandbox of another telex, or of one that ended and forgot it, so nothing can be asked about it here; sending it again harms nobody")
					d.press("r")
					d.see(": it is in the sandbox of another telex")
					d.seeNot("look for it", "looks for it", "r in History", "again at", "if a telex is open")
				}
			})
		})
	}
}
