package messaging

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// jwt is a token that says claims.
func jwt(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + ".c2ln"
}

func TestClaims(t *testing.T) {
	long := strings.Repeat("a", maxClaimLength+1)
	many := `"` + strings.Join(strings.Split(strings.Repeat("x", 2*maxClaims), ""), `","`) + `"`
	for _, c := range []struct {
		name, token string
		want        Claims
		fails       string
	}{
		{"all of it", jwt(`{"accounts":["1","2"],"roles":["Messaging"],"express":true,"iss":"x"}`), Claims{[]string{"1", "2"}, []string{"Messaging"}, true}, ""},
		{"padded", jwt(`{"express":true}`) + "=", Claims{Express: true}, ""},
		{"numbers as accounts", jwt(`{"accounts":[9900000]}`), Claims{Accounts: []string{"9900000"}}, ""},
		{"nothing", jwt(`{}`), Claims{}, ""},
		{"other types", jwt(`{"accounts":"1","roles":{"a":1},"express":"yes"}`), Claims{}, ""},
		{"odd members", jwt(`{"accounts":["1",null,{},[],true,-1,1.5,"","` + long + `"]}`), Claims{Accounts: []string{"1"}}, ""},
		{"case matters", jwt(`{"Accounts":["1"],"EXPRESS":true}`), Claims{}, ""},
		{"twice", jwt(`{"express":true,"express":false}`), Claims{}, "its claims are not a JSON object"},
		{"opaque", "abc123", Claims{}, "it is no JWT"},
		{"two parts", "a.b", Claims{}, "it is no JWT"},
		{"no base64", "a.!!.c", Claims{}, "not in base64"},
		{"no JSON", jwt(`<html>`), Claims{}, "not a JSON object"},
		{"a list", jwt(`[]`), Claims{}, "not a JSON object"},
		{"deep", jwt(`{"accounts":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`), Claims{}, "not a JSON object"},
		{"huge", jwt(`{"x":"` + strings.Repeat("a", maxTokenBytes) + `"}`), Claims{}, "it is too long"},
	} {
		d, _ := dashboardOf(t, c.token, nil)
		got, err := d.Claims(t.Context())
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if c.fails == "" && err != nil || c.fails != "" && (!errors.Is(err, ErrNoClaims) || !strings.Contains(err.Error(), c.fails)) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.fails)
		}
		if err != nil && strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), c.token) {
			t.Errorf("%s: the token is in %v", c.name, err)
		}
	}
	d, _ := dashboardOf(t, jwt(`{"roles":[`+many+`]}`), nil)
	if got, err := d.Claims(t.Context()); err != nil || len(got.Roles) != maxClaims {
		t.Errorf("got %d roles, %v, want the first %d", len(got.Roles), err, maxClaims)
	}
}

// TestClaimsHideSecrets: a token endpoint that puts the secret into the token does not
// get it onto a screen.
func TestClaimsHideSecrets(t *testing.T) {
	d, _ := dashboardOf(t, jwt(`{"roles":["`+testSecret+`"]}`), nil)
	if got, err := d.Claims(t.Context()); err != nil || len(got.Roles) != 1 || got.Roles[0] != hidden {
		t.Errorf("got %q, %v, want the secret hidden", got.Roles, err)
	}
}

// TestClaimsWithout: no token means no claims, and why.
func TestClaimsWithout(t *testing.T) {
	d, err := NewDashboard(testAccount, Basic("u", "p"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Claims(t.Context()); !errors.Is(err, ErrNoClaims) {
		t.Errorf("Basic: got %v, want no claims", err)
	}
	refuse := roundTrip(answer(401, `{"error":"invalid_client"}`))
	if d, err = NewDashboard(testAccount, newOAuth(t), WithHTTPClient(&http.Client{Transport: refuse})); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Claims(t.Context()); !errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrNoClaims) {
		t.Errorf("refused: got %v, want unauthorized", err)
	}
}

// FuzzClaims: whatever a token is, it is read or refused.
func FuzzClaims(f *testing.F) {
	f.Add("a." + base64.RawURLEncoding.EncodeToString([]byte(`{"accounts":["1"],"express":true}`)) + ".b")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		claims, err := readClaims(token, nil)
		if err != nil && (claims.Express || claims.Accounts != nil || claims.Roles != nil) {
			t.Fatalf("got %v with %v", claims, err)
		}
	})
}
