package setup

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// An inspection is what a look at an account at Bandwidth found. It is told while it is
// asked where the secret goes, and waited for by nobody.
type inspection struct {
	done   bool
	found  []account.Finding
	failed string // why nothing could be asked; clean
}

// accountInspected is what came of one.
type accountInspected struct {
	try   int
	found []account.Finding
	err   error
}

func (accountInspected) To() page.ID { return page.Setup }

// inspect looks at how the account is set up.
func (s *Page) inspect() tea.Cmd {
	s.inspected = inspection{}
	accounts, ctx, of, try := s.accounts, s.ctx, s.form.account(), s.try
	return func() tea.Msg {
		limited, cancel := context.WithTimeout(ctx, account.AskWithin)
		defer cancel()
		found, err := accounts.Inspect(limited, of)
		return accountInspected{try, found, err}
	}
}

func (s *Page) onInspected(msg accountInspected) page.Intent {
	if msg.try != s.try {
		return nil
	}
	s.inspected = inspection{done: true, found: msg.found}
	if msg.err != nil {
		s.inspected.failed = text.Clean(msg.err.Error())
	}
	trouble, _ := s.inspected.count()
	if trouble > 0 && s.mode == keeping && s.front && len(s.whereView(widget.Theme{}).Lines)+1 >= s.h {
		return page.Warn("accepted; " + text.Count(trouble, "warning") + ": see telex doctor")
	}
	return nil
}

// count is how much is the matter with the account, and how much could not be seen.
func (i inspection) count() (trouble, unchecked int) {
	for _, f := range i.found {
		switch f.Verdict {
		case account.Trouble:
			trouble++
		case account.Unchecked:
			unchecked++
		case account.Good:
		}
	}
	return trouble, unchecked
}

// inspectedView says in short what was found: all that is the matter, and whether
// something could not be seen. What to do telex doctor says, which has room for it. It
// takes the rows that are left.
func (s *Page) inspectedView(out *widget.Frame, t widget.Theme) {
	var lines []string
	add := func(words string, render func(string) string) {
		for _, l := range text.Wrap(words, s.w) {
			lines = append(lines, render(l))
		}
	}
	trouble, unchecked := s.inspected.count()
	for _, f := range s.inspected.found {
		if f.Verdict == account.Trouble {
			add("! "+f.Name+": "+f.Found, t.Warn.Render)
		}
	}
	switch {
	case !s.inspected.done:
		add("Looking at how the account is set up…", t.Faint.Render)
	case s.inspected.failed != "":
		add("How the account is set up cannot be checked: "+s.inspected.failed, t.Faint.Render)
	case unchecked > 0:
		add("- "+text.Count(unchecked, "part")+" of the account cannot be checked; telex doctor says more.", t.Faint.Render)
	case trouble > 0:
		add("telex doctor says what to do about it.", t.Faint.Render)
	default:
		add("The account is set up as it should be.", t.OK.Render)
	}
	room := s.h - len(out.Lines) - 1
	if room < 1 {
		return // onInspected has said that there is something
	}
	out.Add("")
	if len(lines) > room {
		more := t.Warn.Render("… telex doctor says all of it")
		lines = append(lines[:room-1:room-1], more)
	}
	for _, l := range lines {
		out.Add(l)
	}
}
