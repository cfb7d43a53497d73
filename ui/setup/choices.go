package setup

import (
	"fmt"
	"slices"

	"telex/ui/account"
	"telex/ui/widget"
)

// choices are the accounts and, behind them, connecting another and the sandbox.
type choices struct {
	widget.List

	all    []account.Account
	failed string // why they could not be read; clean
}

func (c *choices) count() int { return len(c.all) + 2 }

// freeName is a name that no account has.
func (c *choices) freeName() string {
	name := "main"
	for n := 2; slices.ContainsFunc(c.all, func(a account.Account) bool { return a.Name == name }); n++ {
		name = fmt.Sprintf("main%d", n)
	}
	return name
}
