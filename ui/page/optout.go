package page

import tea "charm.land/bubbletea/v2"

// AskLetTextsGo asks whether texts go to somebody who is held, of whom why says what they
// wrote; act records that.
func AskLetTextsGo(who string, why []string, act func() tea.Cmd) Dialog {
	return Dialog{
		Title: "Keep texting " + who + "?", Yes: "keep texting", Act: act,
		Body: append(why, "This decides that they did not opt out."),
	}
}

// AskOptOut asks whether nothing is sent to somebody any more; act records that.
func AskOptOut(who string, why []string, act func() tea.Cmd) Dialog {
	return Dialog{
		Title: "Send nothing to " + who + " any more?", Yes: "opt out", Act: act,
		Body: append(why, "The number is entered into the ledger of opt-outs, for all your numbers."),
	}
}
