package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

const accountPath = "/api/v2/accounts/9900000/"

// worldOf is a world whose sandbox has that Config.
func worldOf(t *testing.T, c Config) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{now: epoch}, log: make(chan string, 100)}
	c.Now, c.Log = w.clock.Now, w.logLine
	sb, err := New(t.Context(), c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	server := httptest.NewServer(sb)
	t.Cleanup(func() {
		sb.Close()
		server.Close()
	})
	w.sandbox, w.url, w.http = sb, server.URL, server.Client()
	return w
}

// token is a bearer token, and what it says.
func (w *world) token() (token string, claims map[string]any) {
	w.Helper()
	a := w.askToken("grant_type=client_credentials", asClient("sandbox", "sandbox"))
	token, _ = decode[map[string]any](w.T, a.body)["access_token"].(string)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		w.Fatalf("got token %q, want a JWT", token)
	}
	plain, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(plain, &claims) != nil {
		w.Fatalf("got claims %q, %v", plain, err)
	}
	return token, claims
}

func TestTokenClaims(t *testing.T) {
	_, claims := newWorld(t).token()
	if accounts, _ := claims["accounts"].([]any); !slices.Equal(accounts, []any{"9900000"}) || claims["express"] != false || claims["client_id"] != "sandbox" {
		t.Errorf("got %v, want the account and no express", claims)
	}
	if claims["exp"] != float64(epoch.Add(tokenLife).Unix()) {
		t.Errorf("got exp %v, want an hour", claims["exp"])
	}
	for setup, want := range map[string]int{"build-account": 403, "other-account": 401, "no-roles": 200} {
		w := worldOf(t, Config{AccountSetup: []string{setup}})
		token, claims := w.token()
		if got := w.do("GET", messagesPath+"?limit=1", "", header("Authorization", "Bearer "+token)).status; got != want {
			t.Errorf("%s: got %d for the messages, want %d", setup, got, want)
		}
		if got := w.do("GET", accountPath+"applications/"+DefaultApplicationID, "", header("Authorization", "Bearer "+token)).status; got != 403 {
			t.Errorf("%s: got %d for the application, want 403", setup, got)
		}
		if express := setup == "build-account"; claims["express"] != express {
			t.Errorf("%s: got %v", setup, claims)
		}
	}
}

func TestAccountSetupNames(t *testing.T) {
	if _, err := New(t.Context(), Config{AccountSetup: []string{"no-money"}}); err == nil || !strings.Contains(err.Error(), `"no-money": there are build-account, `) {
		t.Errorf("got %v, want the names there are", err)
	}
}

// TestAccountAnswers: each question has an answer in its own form, and none to who may
// not ask.
func TestAccountAnswers(t *testing.T) {
	w := worldOf(t, Config{Numbers: []string{"+12345678901", "+18885550100", "12345"}, CallbackURL: "http://127.0.0.1:1/", CallbackUser: "u", CallbackPassword: "p"})
	for path, want := range map[string][2]string{ // content type, what is in it
		"applications/" + DefaultApplicationID:                         {"application/xml", "<OutboundCallbackCreds><UserId>u</UserId></OutboundCallbackCreds>"},
		"applications/" + DefaultApplicationID + "/associatedsippeers": {"application/xml", "<PeerId>500018</PeerId>"},
		"sites":               {"application/xml", "<Site><Id>4820</Id>"},
		"sites/4820/sippeers": {"application/xml", "<SipPeer><PeerId>500018</PeerId>"},
		"sites/4820/sippeers/500018/products/messaging/applicationSettings": {"application/xml", "<HttpMessagingV2AppId>" + DefaultApplicationID},
		"tendlc/phoneNumbers":                            {jsonType, `{"data":[{"phoneNumber":"+12345678901","status":"SUCCESS","campaignId":"CSANDBX","brandId":"BSANDBX"}],"page":{"totalElements":1}}`},
		"tendlc/phoneNumbers?offset=1":                   {jsonType, `{"data":[],"page":{"totalElements":1}}`},
		"tendlc/phoneNumbers?offset=9&limit=x":           {jsonType, `{"data":[],"page":{"totalElements":1}}`},
		"tendlc/campaigns?limit=250":                     {jsonType, `"status":"REGISTERED"`},
		"phoneNumbers/+18885550100/tollFreeVerification": {jsonType, `"status":"VERIFIED"`},
		"shortcodes/12345/USA":                           {jsonType, `{"data":[{`},
	} {
		a := w.do("GET", accountPath+path, "")
		if a.status != 200 || a.header.Get("Content-Type") != want[0] || !strings.Contains(a.body, want[1]) {
			t.Errorf("%s: got %d %s %s, want %s with %s", path, a.status, a.header.Get("Content-Type"), a.body, want[0], want[1])
		}
		if want[0] == "application/xml" && xml.Unmarshal([]byte(a.body), new(struct{ XMLName xml.Name })) != nil {
			t.Errorf("%s: got %s, want XML", path, a.body)
		}
		if strings.Contains(a.body, ">p<") {
			t.Errorf("%s: the password is in %s", path, a.body)
		}
		if got := w.do("GET", accountPath+path, "", header("Authorization", "Bearer x")); got.status != 401 {
			t.Errorf("%s: got %d with a wrong token, want 401", path, got.status)
		}
		if got := w.do("POST", accountPath+path, ""); got.status != 405 {
			t.Errorf("%s: got %d for a POST, want 405", path, got.status)
		}
	}
	for path, want := range map[string]int{
		"applications/x": 404, "applications/x/associatedsippeers": 404, "sites/1/sippeers": 404, "": 404, "phoneNumbers/+12345678901/tollFreeVerification": 404,
		"shortcodes/12345/CAN": 404, "shortcodes/54321/USA": 404, "../9900001/sites": 403,
	} {
		r := func(r *http.Request) { r.URL.Path = accountPath + path }
		if strings.HasPrefix(path, "..") {
			r = func(r *http.Request) { r.URL.Path = "/api/v2/accounts/9900001/sites" }
		}
		if got := w.do("GET", accountPath, "", r); got.status != want {
			t.Errorf("%s: got %d, want %d", path, got.status, want)
		}
	}
}
