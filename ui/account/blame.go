package account

import (
	"errors"
	"net/http"

	"telex/messaging"
)

// Blamed is the field for which Bandwidth refused a; it reports false where that cannot be
// told. Of id and secret, of which one is wrong, it is the secret: what it holds cannot be
// seen.
func Blamed(a Account, err error) (Key, bool) {
	if _, other := errors.AsType[*messaging.OtherAccountError](err); other {
		return AccountID, true
	}
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		return "", false
	}
	if a.Basic && e.Status == http.StatusUnauthorized {
		return Secret, true
	}
	// With a token that it gave, the token endpoint was content with both.
	return Secret, e.Outcome == messaging.Unsent && errors.Is(err, messaging.ErrUnauthorized)
}
