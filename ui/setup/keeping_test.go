package setup

import (
	"testing"

	"telex/ui/account"
)

// TestSavedWords: what there is to say of a secret that was stored is said.
func TestSavedWords(t *testing.T) {
	got := savedWords(account.Account{Name: "ma\x1bin"}, account.Kept{Where: "the keyring\x1b", Warnings: []string{"it was\x1b loose"}})
	if want := "account ma␛in is saved, its secret is in the keyring␛; it was␛ loose"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := savedWords(account.Account{Name: "main"}, account.Kept{}), "account main is saved"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
