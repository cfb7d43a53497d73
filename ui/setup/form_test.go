package setup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"telex/ui/account"
	"telex/ui/account/accounttest"
)

// named judges the names of accounts, and knows none.
type named struct{ account.Accounts }

func (named) CheckName(name string) error {
	if strings.ContainsAny(name, " \x1b") || name == "" {
		return fmt.Errorf("%q is no name", name)
	}
	return nil
}

// TestFormJudges: Setup's form takes what telex login and telex doctor take, and nothing
// else.
func TestFormJudges(t *testing.T) {
	cleaned := 0
	for _, v := range accounttest.Values() {
		f := newForm("US")
		f.load(account.Account{
			Name: "main", AccountID: "1", ApplicationID: "a", Numbers: []string{"+19195550100"}, ID: "c", Region: "US", Basic: v.Basic,
		}, false)
		f.field(account.Secret).in.Set("s")
		in := f.field(v.Key).in
		in.Set(v.Typed)
		if in.Value() != v.Typed { // the field never holds such a character
			cleaned++
			continue
		}
		wrong := f.judge(v.Key, named{})
		if (wrong == "") != v.Good {
			t.Errorf("%s %q: got %q, want good %v", v.Key, v.Typed, wrong, v.Good)
		}
		if left := f.check(named{}); (left == 0) != v.Good {
			t.Errorf("%s %q: got %d wrong fields, want good %v", v.Key, v.Typed, left, v.Good)
		}
		if got := f.field(v.Key).doubt; v.Good && (got != "") != v.Doubtful {
			t.Errorf("%s %q: got %q, want a doubt %v", v.Key, v.Typed, got, v.Doubtful)
		}
		if got := f.account().Numbers; v.Numbers != nil && !slices.Equal(got, v.Numbers) {
			t.Errorf("%s %q: got %q, want %q", v.Key, v.Typed, got, v.Numbers)
		}
	}
	if all := len(accounttest.Values()); cleaned > all/4 {
		t.Errorf("got %d of %d values that the form cannot hold, want few", cleaned, all)
	}
}
