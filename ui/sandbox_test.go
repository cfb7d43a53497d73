package ui

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"telex/messaging"
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
