package account_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"telex/ui/account"
	"telex/ui/account/accounttest"
)

// with is an account whose other fields are good.
func with(v accounttest.Value) (account.Account, account.Field) {
	a := account.Account{
		Name: "main", AccountID: "1", ApplicationID: "a", Numbers: []string{"+19195550100"}, ID: "c", Region: "US", Basic: v.Basic,
	}
	f, _ := account.FieldOf(v.Key, a)
	f.Set(&a, v.Typed)
	return a, f
}

func TestJudge(t *testing.T) {
	for _, v := range accounttest.Values() {
		a, f := with(v)
		err := f.Judge(a)
		if (err == nil) != v.Good {
			t.Errorf("%s %q: got %v, want good %v", v.Key, v.Typed, err, v.Good)
		}
		if doubt := f.Doubt(a); v.Good && (doubt != "") != v.Doubtful {
			t.Errorf("%s %q: got %q, want a doubt %v", v.Key, v.Typed, doubt, v.Doubtful)
		}
		if v.Numbers != nil && !slices.Equal(a.Numbers, v.Numbers) {
			t.Errorf("%s %q: got %q, want %q", v.Key, v.Typed, a.Numbers, v.Numbers)
		}
		if err != nil && v.Key == account.Secret && strings.Contains(err.Error(), v.Typed) {
			t.Errorf("the secret %q is in %q", v.Typed, err)
		}
		for _, other := range account.Fields(a) {
			if err := other.Judge(a); other.Key != v.Key && other.Key != account.Secret && err != nil {
				t.Errorf("%s %q: got %s refused: %v", v.Key, v.Typed, other.Key, err)
			}
		}
	}
}

// What cannot be typed or stored in a file is refused all the same, and what is missing
// says what to give.
func TestJudgeMore(t *testing.T) {
	for _, tt := range []struct {
		key  account.Key
		a    account.Account
		want string
	}{
		{account.AccountID, account.Account{AccountID: "1\xff"}, "cannot be part of a URL"},
		{account.AccountID, account.Account{}, "the number of the account"},
		{account.ID, account.Account{ID: "c\xff"}, "holds a character that ids never have"},
		{account.ID, account.Account{}, "the client id"},
		{account.ID, account.Account{Basic: true}, "the username"},
		{account.Secret, account.Account{Secret: func() string { return "\xff" }}, "not in UTF-8"},
		{account.Secret, account.Account{}, "type or paste it"},
		{account.Application, account.Account{ApplicationID: "a\xff"}, "holds a character that ids never have"},
		{account.Application, account.Account{ApplicationID: " "}, "is missing"},
		{account.Application, account.Account{}, "the id of the application"},
		{account.Numbers, account.Account{}, "a number to send from"},
		{account.Region, account.Account{}, "two-letter country code, such as US"},
		{account.Region, account.Account{Region: " US"}, "two-letter country code, such as US"},
		{account.BaseURL, account.Account{BaseURL: "https://a.example/\xff"}, "not in UTF-8"},
		{account.TokenURL, account.Account{TokenURL: "http://a.example/token"}, "not encrypted"},
		{account.TokenURL, account.Account{}, ""},
		{account.BaseURL, account.Account{}, ""},
		{account.Production, account.Account{}, ""},
	} {
		f, ok := account.FieldOf(tt.key, tt.a)
		if !ok {
			t.Fatalf("there is no field %s", tt.key)
		}
		got := ""
		if err := f.Judge(tt.a); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", tt.key, got, tt.want)
		}
	}
}

// Blanks at the ends of a secret belong to it: without them it is another.
func TestSecretKeepsBlanks(t *testing.T) {
	for _, basic := range []bool{false, true} {
		a := account.Account{Basic: basic}
		f, _ := account.FieldOf(account.Secret, a)
		if f.Set(&a, " hush "); a.Secret.Value() != " hush " || f.Judge(a) != nil {
			t.Errorf("got %q (%v), want the secret with its blanks", a.Secret.Value(), f.Judge(a))
		}
	}
}

// What is set is what is read, blanks around it left out, and no printing shows a secret.
func TestSetAndValue(t *testing.T) {
	var a account.Account
	for key, typed := range map[account.Key]string{
		account.Name: "main", account.Auth: "HTTP Basic", account.AccountID: "1", account.ID: "me", account.Secret: "hush",
		account.Application: "app", account.Numbers: "+19195550100, Acme", account.Region: "GB", account.BaseURL: "https://a.example",
		account.TokenURL: "https://b.example", account.Production: "yes",
	} {
		f, _ := account.FieldOf(key, a)
		around := typed
		if !f.Secret {
			around = "  " + typed + "\t"
		}
		f.Set(&a, around)
		if got := f.Value(a); got != typed {
			t.Errorf("%s: got %q, want %q", key, got, typed)
		}
	}
	if !a.Basic || !a.Production {
		t.Errorf("got %+v, want what was picked", a)
	}
	if printed := fmt.Sprintf("%v %+v %#v", a, a, a); strings.Contains(printed, "hush") {
		t.Errorf("got the secret printed: %s", printed)
	}
	if f, _ := account.FieldOf(account.Secret, a); f.Value(account.Account{}) != "" {
		t.Error("got a value of no secret, want none")
	} else if f.Set(&a, " "); a.Secret != nil {
		t.Error("got a secret of blanks, want none")
	}
	if id, _ := account.FieldOf(account.ID, a); id.Label != "Username" {
		t.Errorf("got label %q for HTTP Basic, want Username", id.Label)
	}
	if _, ok := account.FieldOf("color", a); ok {
		t.Error("got a field of a key that is none")
	}
}
