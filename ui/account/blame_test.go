package account_test

import (
	"errors"
	"testing"

	"telex/messaging"
	"telex/ui/account"
)

// TestBlamed: a field is blamed only for what must be its fault.
func TestBlamed(t *testing.T) {
	said := func(o messaging.Outcome, status int, cause error) error {
		return &messaging.Error{Op: "list messages", Outcome: o, Status: status, Err: cause}
	}
	token := &messaging.Error{Op: "get access token", Outcome: messaging.Unsent, Status: 401, Err: messaging.ErrUnauthorized}
	for name, tt := range map[string]struct {
		err   error
		basic bool
		want  account.Key
	}{
		"another account":       {said(messaging.Rejected, 401, &messaging.OtherAccountError{Accounts: []string{"2"}, Account: "1"}), false, account.AccountID},
		"no token":              {said(messaging.Unsent, 0, token), false, account.Secret},
		"password":              {said(messaging.Rejected, 401, nil), true, account.Secret},
		"a token that is good":  {said(messaging.Rejected, 401, nil), false, ""},
		"not allowed":           {said(messaging.Rejected, 403, nil), true, ""},
		"nobody answers":        {said(messaging.Unsent, 0, errors.New("refused")), false, ""},
		"not the API's at all":  {errors.New("the keyring said no"), false, ""},
		"a page that is no API": {said(messaging.Rejected, 404, nil), true, ""},
	} {
		got, known := account.Blamed(account.Account{Basic: tt.basic}, tt.err)
		if !known {
			got = ""
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
