package setup

import (
	"fmt"
	"slices"

	"telex/ui/account"
	"telex/ui/widget"
)

// A choice is a row of the first list.
type choice int

const (
	useAccount choice = iota // one of those there are
	connect                  // a new one
	sandbox
)

// choices are the accounts and, behind them, connecting another and the sandbox. Where
// there is no account the sandbox comes first: most want to look at telex then.
type choices struct {
	widget.List

	all    []account.Account
	failed string // why they could not be read; clean
}

func (c *choices) count() int { return len(c.all) + 2 }

// at says what row i is.
func (c *choices) at(i int) choice {
	switch {
	case i < len(c.all):
		return useAccount
	case len(c.all) == 0:
		return [...]choice{sandbox, connect}[min(i, 1)]
	}
	return [...]choice{connect, sandbox}[min(i-len(c.all), 1)]
}

// selected is the account with the cursor; nil for another row.
func (c *choices) selected() *account.Account {
	if c.at(c.At) != useAccount {
		return nil
	}
	return &c.all[c.At]
}

// freeName is a name that no account has.
func (c *choices) freeName() string {
	name := "main"
	for n := 2; slices.ContainsFunc(c.all, func(a account.Account) bool { return a.Name == name }); n++ {
		name = fmt.Sprintf("main%d", n)
	}
	return name
}
