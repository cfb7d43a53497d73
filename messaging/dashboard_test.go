package messaging

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// dashboardOf has a token and answers each path, below the account, with a step; asked
// gets what was asked for.
func dashboardOf(t *testing.T, token string, paths map[string]step) (d *Dashboard, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	both := roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == "token.example" {
			return answer(200, `{"access_token":"`+token+`","expires_in":3600}`)(r)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer "+token || r.Method != http.MethodGet {
			t.Errorf("got %s with %q, want a GET with the token", r.Method, got)
		}
		path, below := strings.CutPrefix(r.URL.EscapedPath(), "/api/v2/accounts/"+testAccount)
		if r.URL.Host != "api.bandwidth.com" || !below {
			t.Errorf("got a request for %s, want the account's", r.URL)
		}
		*asked = append(*asked, r.URL.RequestURI())
		s, ok := paths[path]
		if !ok {
			s = answer(404, `{"timestamp":"2026","status":404,"error":"Not Found","message":"Not Found","path":"/x"}`)
		}
		return s(r)
	})
	d, err := NewDashboard(testAccount, newOAuth(t), WithHTTPClient(&http.Client{Transport: both}))
	if err != nil {
		t.Fatal(err)
	}
	return d, asked
}

const applicationXML = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ApplicationProvisioningResponse>
    <Application>
        <ApplicationId>app-1</ApplicationId>
        <ServiceType>Messaging-V2</ServiceType>
        <AppName> Alerts &amp; more </AppName>
        <!--DEPRECATED-->
        <MsgCallbackUrl>https://in.example</MsgCallbackUrl>
        <InboundCallbackUrl>https://in.example</InboundCallbackUrl>
        <OutboundCallbackUrl>https://out.example</OutboundCallbackUrl>
        <MsgCallbackCreds><UserId>u</UserId></MsgCallbackCreds>
        <OutboundCallbackCreds><UserId>u</UserId></OutboundCallbackCreds>
        <RequestedCallbackTypes>
            <CallbackType>message-delivered</CallbackType>
            <CallbackType>message-failed</CallbackType>
        </RequestedCallbackTypes>
        <Unknown><Deeper>x</Deeper></Unknown>
    </Application>
</ApplicationProvisioningResponse>`

func TestApplication(t *testing.T) {
	in := func(inner string) string {
		return "<ApplicationProvisioningResponse><Application>" + inner + "</Application></ApplicationProvisioningResponse>"
	}
	for _, c := range []struct {
		name, body string
		want       Application
		fails      string
	}{
		{"as documented", applicationXML, Application{
			"app-1", "Alerts & more", "Messaging-V2",
			CallbackTarget{"https://in.example", false},
			CallbackTarget{"https://out.example", true},
			[]string{"message-delivered", "message-failed"},
		}, ""},
		{"the address of before", in(`<MsgCallbackUrl>https://x</MsgCallbackUrl><MsgCallbackCreds><UserId>u</UserId></MsgCallbackCreds>`), Application{
			Inbound: CallbackTarget{"https://x", true}, Outbound: CallbackTarget{"https://x", true},
		}, ""},
		{"one address", in(`<MsgCallbackUrl>https://x</MsgCallbackUrl><InboundCallbackUrl>https://x</InboundCallbackUrl>`), Application{
			Inbound: CallbackTarget{"https://x", false},
		}, ""},
		{"other case", in(`<applicationid>a</applicationid>`), Application{ID: "a"}, ""},
		{"nothing in it", in(""), Application{}, ""},
		{"no application", "<ApplicationProvisioningResponse/>", Application{}, "there is no application in it"},
		{"a page", "<html><body>sign in</body></html>", Application{}, "there is no application in it"},
		{"JSON", "{}", Application{}, "it is not XML"},
		{"nothing", "", Application{}, "it is not XML"},
		{"cut", applicationXML[:400], Application{}, "it is not XML"},
		{"an entity", `<!DOCTYPE a [<!ENTITY e "boom">]>` + in("<AppName>&e;</AppName>"), Application{}, "it is not XML"},
		{"another file", `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + in("<AppName>&e;</AppName>"), Application{}, "it is not XML"},
		{"another alphabet", `<?xml version="1.0" encoding="ISO-8859-1"?>` + in(""), Application{}, "it is not XML"},
		{"deep", strings.Repeat("<a>", maxXMLDepth+1) + strings.Repeat("</a>", maxXMLDepth+1), Application{}, "too deep"},
		{"wide", "<a>" + strings.Repeat("<b/>", maxXMLElements) + "</a>", Application{}, "too many elements"},
		{"two", in("") + in(""), Application{}, "too many elements"},
		{"huge", in("<AppName>" + strings.Repeat("a", maxAnswerBytes) + "</AppName>"), Application{}, "longer than 1048576 bytes"},
	} {
		synctest.Test(t, func(t *testing.T) {
			d, _ := dashboardOf(t, "a", map[string]step{"/applications/app-1": answer(200, c.body)})
			got, err := d.Application(t.Context(), "app-1")
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("%s: got %v, want %q", c.name, err, c.fails)
				}
				return
			}
			if err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%s: got %+v, %v, want %+v", c.name, got, err, c.want)
			}
		})
	}
}

// TestDashboardRefusals: what a refusal says is found in each of the forms there are.
func TestDashboardRefusals(t *testing.T) {
	for _, c := range []struct {
		name         string
		status       int
		body         string
		kind, detail string
	}{
		{"a list of errors", 403, `{"errors":[{"type":"forbidden","description":"no role"},{"type":"x","description":"y"}]}`, "forbidden", "no role"},
		{"a JSON object", 403, `{"type":"forbidden","description":"Client is not authorized"}`, "forbidden", "Client is not authorized"},
		{"XML", 404, `<R><ResponseStatus><ErrorCode> 13629 </ErrorCode><Description> not found </Description></ResponseStatus></R>`, "13629", "not found"},
		{"XML of the older kind", 400, `<R><ErrorList><Error><Code>12</Code><Description>bad</Description></Error></ErrorList></R>`, "12", "bad"},
		{"a path nobody knows", 404, `{"timestamp":"2026","status":404,"error":"Not Found","message":"Not Found","path":"/x"}`, "", ""},
		{"a page", 403, `<html><head><Description>x</Description></head></html>`, "", ""},
		{"nothing", 403, "", "", ""},
		{"no errors", 403, `{"errors":[]}`, "", ""},
	} {
		d, _ := dashboardOf(t, "a", map[string]step{"/applications/x": answer(c.status, c.body)})
		_, err := d.Application(t.Context(), "x")
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Status != c.status || e.Type != c.kind || e.Detail != c.detail {
			t.Errorf("%s: got %v, want %d %q %q", c.name, err, c.status, c.kind, c.detail)
		}
	}
}

// TestDashboardHidesSecrets: whatever repeats the token or the secret.
func TestDashboardHidesSecrets(t *testing.T) {
	const secret = "a-token-of-some-length"
	d, _ := dashboardOf(t, secret, map[string]step{
		"/applications/x": answer(403, `{"errors":[{"type":"`+secret+`","description":"`+testSecret+`"}]}`),
		"/applications/y": answer(200, "<Application><AppName>"+secret+"</AppName></Application>"),
	})
	_, err := d.Application(t.Context(), "x")
	if said := fmt.Sprintf("%v %+v", err, err); strings.Contains(said, secret) || strings.Contains(said, testSecret) {
		t.Errorf("a secret is in %s", said)
	}
	if got, err := d.Application(t.Context(), "y"); err != nil || got.Name != hidden {
		t.Errorf("got %+v, %v, want the token hidden", got, err)
	}
	if printed := fmt.Sprintf("%v %+v %#v", d, d, *d); strings.Contains(printed, testSecret) || strings.Contains(printed, secret) {
		t.Errorf("a secret is in %s", printed)
	}
}

// TestDashboardWaits: it does not outlast its context, whoever is silent.
func TestDashboardWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		d, _ := dashboardOf(t, "a", map[string]step{"/applications/x": silent, "/applications/busy": answer(429, "{}")})
		for _, id := range []string{"x", "busy"} {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			start := time.Now()
			_, err := d.Application(ctx, id)
			if took := time.Since(start); err == nil || took > 20*time.Second {
				t.Errorf("%s: got %v after %s, want an error within 20 s", id, err, took)
			}
			cancel()
		}
	})
}

func TestNewDashboard(t *testing.T) {
	for _, base := range []string{"http://api.example/api/v2", "https://u:p@api.example", "https://api.example/?x", "::"} {
		if _, err := NewDashboard("1", Basic("u", "p"), WithBaseURL(base)); err == nil || !strings.Contains(err.Error(), "dashboard URL") {
			t.Errorf("%s: got %v, want it refused", base, err)
		}
	}
	d, err := NewDashboard("1", Basic("u", "p"), WithBaseURL("http://127.0.0.1:1/api/v2/"))
	if err != nil || d.BaseURL() != "http://127.0.0.1:1/api/v2" {
		t.Errorf("got %v, %v, want loopback taken", d, err)
	}
}

// xmlOf is a step that answers with XML.
func xmlOf(body string) step { return answer(200, body) }

func TestLinked(t *testing.T) {
	const own = "/applications/app-1/associatedsippeers"
	const settings = "/products/messaging/applicationSettings"
	sites := func(ids ...string) step {
		return xmlOf("<SitesResponse><Sites><Site><Id>" + strings.Join(ids, "</Id></Site><Site><Id>") + "</Id></Site></Sites></SitesResponse>")
	}
	peers := func(ids ...string) step {
		return xmlOf("<TNSipPeersResponse><SipPeers><SipPeer><PeerId>" + strings.Join(ids, "</PeerId></SipPeer><SipPeer><PeerId>") + "</PeerId></SipPeer></SipPeers></TNSipPeersResponse>")
	}
	none := xmlOf("<AssociatedSipPeersResponse/>")
	uses := func(id string) step {
		return xmlOf("<ApplicationsSettingsResponse><ApplicationsSettings><HttpMessagingV2AppId>" + id + "</HttpMessagingV2AppId></ApplicationsSettings></ApplicationsSettingsResponse>")
	}
	forbidden := answer(403, `{"errors":[{"type":"forbidden","description":"no"}]}`)
	many := make([]string, maxLocations+1)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	crowd := map[string]step{own: none, "/sites": sites("1"), "/sites/1/sippeers": peers(many...)}
	for _, id := range many {
		crowd["/sites/1/sippeers/"+id+settings] = uses("other")
	}
	for _, c := range []struct {
		name         string
		paths        map[string]step
		linked, sure bool
		fails        bool
		asked        int
	}{
		{"linked", map[string]step{own: xmlOf("<A><AssociatedSipPeers><AssociatedSipPeer><siteId>1</siteId><peerId>\n 500018 \n</peerId></AssociatedSipPeer></AssociatedSipPeers></A>")}, true, true, false, 1},
		{"an empty answer", map[string]step{own: answer(200, ""), "/sites": xmlOf("<SitesResponse/>")}, false, true, false, 2},
		{"seen from the location", map[string]step{own: none, "/sites": sites("1", "2"), "/sites/1/sippeers": peers("3"), "/sites/2/sippeers": peers("4", "5"), "/sites/1/sippeers/3" + settings: uses("other"), "/sites/2/sippeers/4" + settings: uses("APP-1")}, true, true, false, 6},
		{"linked to none", map[string]step{own: none, "/sites": sites("1"), "/sites/1/sippeers": peers("3"), "/sites/1/sippeers/3" + settings: uses("")}, false, true, false, 4},
		{"a location without messaging", map[string]step{own: none, "/sites": sites("1"), "/sites/1/sippeers": peers("3")}, false, true, false, 4},
		{"sites are not shown", map[string]step{own: none, "/sites": forbidden}, false, false, false, 2},
		{"a location is not shown", map[string]step{own: none, "/sites": sites("1"), "/sites/1/sippeers": peers("3"), "/sites/1/sippeers/3" + settings: forbidden}, false, false, false, 4},
		{"too many locations", crowd, false, false, false, 3 + maxLocations},
		{"too many sites", map[string]step{own: none, "/sites": sites("1", "2", "3", "4", "5", "6")}, false, false, false, 2 + maxSites},
		{"not shown", map[string]step{own: forbidden}, false, false, true, 1},
		{"no such question", nil, false, false, true, 1},
	} {
		d, asked := dashboardOf(t, "a", c.paths)
		linked, sure, err := d.Linked(t.Context(), "app-1")
		if linked != c.linked || sure != c.sure || (err != nil) != c.fails || len(*asked) != c.asked {
			t.Errorf("%s: got %v, %v, %v after %q, want %v, %v, %v after %d", c.name, linked, sure, err, *asked, c.linked, c.sure, c.fails, c.asked)
		}
	}
}

// registryOf answers with pages of a registry of n numbers, of which the last is +1…n.
// It says how many there are if total, and takes no notice of offset if stuck.
func registryOf(n int, total, stuck bool) step {
	return func(r *http.Request) (*http.Response, error) {
		var offset int
		if _, err := fmt.Sscan(r.URL.Query().Get("offset"), &offset); err != nil || r.URL.Query().Get("limit") != "250" {
			return answer(400, "")(r)
		}
		if stuck {
			offset = 0
		}
		var rows []string
		for i := offset; i < min(offset+registryPage, n); i++ {
			rows = append(rows, fmt.Sprintf(`{"phoneNumber":"+1%d","campaignId":"C1","status":"SUCCESS","new":[1]}`, i+1))
		}
		page := ""
		if total {
			page = fmt.Sprintf(`,"page":{"totalElements":%d}`, n)
		}
		return answer(200, `{"data":[`+strings.Join(rows, ",")+`]`+page+`}`)(r)
	}
}

func TestRegistrations(t *testing.T) {
	const path = "/tendlc/phoneNumbers"
	for _, c := range []struct {
		name   string
		step   step
		want   []string
		found  int
		whole  bool
		asked  int
		failed bool
	}{
		{"found at once", registryOf(10_000, true, false), []string{"+11", "+1250"}, 2, true, 1, false},
		{"on the next page", registryOf(400, true, false), []string{"+1300"}, 1, true, 2, false},
		{"not there", registryOf(400, true, false), []string{"+1999"}, 0, true, 2, false},
		{"not there, of a full page", registryOf(250, false, false), []string{"+1999"}, 0, true, 2, false},
		{"not there, and not told how many there are", registryOf(400, false, false), []string{"+1999"}, 0, true, 2, false},
		{"nothing there", registryOf(0, true, false), []string{"+1999"}, 0, true, 1, false},
		{"too many", registryOf(10_000, true, false), []string{"+11", "+19999"}, 1, false, maxRegistryPages, false},
		{"always the same page", registryOf(10_000, true, true), []string{"+19999"}, 0, false, 2, false},
		{"no list", answer(200, `{"page":{}}`), []string{"+11"}, 0, false, 3, true},
		{"odd rows", answer(200, `{"data":[1,null,{"phoneNumber":7},{"phoneNumber":"+11"}],"page":7}`), []string{"+11"}, 1, true, 1, false},
		{"twice in it", answer(200, `{"data":[{"phoneNumber":"+11","status":"FAILURE"},{"phoneNumber":"+11","status":"SUCCESS"}],"page":{"totalElements":2}}`), []string{"+11", "+12"}, 2, true, 1, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			d, asked := dashboardOf(t, "a", map[string]step{path: c.step})
			found, whole, err := d.Registrations(t.Context(), c.want)
			if len(found) != c.found || whole != c.whole || (err != nil) != c.failed || len(*asked) != c.asked {
				t.Errorf("%s: got %v, %v, %v after %d, want %d, %v after %d", c.name, found, whole, err, len(*asked), c.found, c.whole, c.asked)
			}
		})
	}
}

func TestOtherRegistrations(t *testing.T) {
	d, asked := dashboardOf(t, "a", map[string]step{
		"/tendlc/campaigns": answer(200, `{"data":[{"campaignId":"C1","status":"REGISTERED","brandId":"B"}]}`),
		"/phoneNumbers/+18885550100/tollFreeVerification": answer(200, `{"status":"UNVERIFIED","declineReasonDescription":"no","blocked":true,"blockedReason":"spam","submission":{}}`),
		"/phoneNumbers/+18885550101/tollFreeVerification": answer(404, `{"type":"Not Found","description":"Cannot find the requested resource."}`),
		"/shortcodes/12345/USA":                           answer(200, `{"data":[{"shortCode":"12345","status":"ACTIVE","carrierStatuses":[{"carrierName":"AT&T","status":"INACTIVE"},{"status":1}]}]}`),
		"/shortcodes/12346/USA":                           answer(404, `{"type":"Not Found","description":"none"}`),
		"/shortcodes/12346/CAN":                           answer(200, `{"data":{"status":"EXPIRED"}}`),
		"/shortcodes/12347/USA":                           answer(200, `{"status":"SUSPENDED"}`),
	})
	if got, err := d.Campaigns(t.Context()); err != nil || !slices.Equal(got, []Campaign{{"C1", "REGISTERED"}}) {
		t.Errorf("got campaigns %v, %v", got, err)
	}
	if got, err := d.Verification(t.Context(), "+18885550100"); err != nil || got != (Verification{"UNVERIFIED", "no", true, "spam"}) {
		t.Errorf("got verification %+v, %v", got, err)
	}
	if _, err := d.Verification(t.Context(), "+18885550101"); err == nil || !strings.Contains(err.Error(), "HTTP 404") || !strings.Contains(err.Error(), "Cannot find") {
		t.Errorf("got %v, want a 404 in the API's words", err)
	}
	for code, want := range map[string]string{
		"12345": "{ACTIVE [{AT&T INACTIVE} { }]}", "12346": "{EXPIRED []}", "12347": "{SUSPENDED []}",
	} {
		if got, err := d.ShortCodeLease(t.Context(), code); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, %v, want %s", code, got, err, want)
		}
	}
	before := len(*asked)
	if _, err := d.ShortCodeLease(t.Context(), "99999"); err == nil || len(*asked) != before+1 {
		t.Errorf("got %v after %d questions, want an error after one: that path is unknown", err, len(*asked)-before)
	}
}

// FuzzXML: whatever comes is read or refused, within the limits.
func FuzzXML(f *testing.F) {
	f.Add([]byte(applicationXML))
	f.Add([]byte("<a><b>c</b></a>"))
	f.Add([]byte("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		root, err := parseXML(body)
		if (root == nil) == (err == nil) {
			t.Fatalf("got %v, %v, want one of them", root, err)
		}
		_, _ = readApplication(body)
		dashboardProblem(body)
	})
}
