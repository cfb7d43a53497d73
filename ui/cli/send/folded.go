package send

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
	"telex/ui/words"
)

// folded is the outcome of a message that was not sent because one with its key was.
const folded = "folded"

// heldWords says why a message is not sent.
func heldWords(f outbox.Folding, within time.Duration) string {
	return fmt.Sprintf("folded, and not sent: a message with this key went %s ago (message %d); %d folded since, and the next one, %s after it or later, tells of them",
		words.Age(f.Ago), f.Last, f.Others, plainly(within))
}

// tellFoldings says what the key made of messages, by "to: " if there are several.
func tellFoldings(out *say.Printer, f flags, all []outbox.Folding) {
	for _, folding := range all {
		to := ""
		if len(all) > 1 {
			to = words.AllRecipients(folding.Message) + ": "
		}
		switch {
		case folding.Held:
			out.Say("%s%s", to, heldWords(folding, cmp.Or(f.alert.fold, foldStandard)))
		case folding.Others > 0:
			out.Say("%sits text tells of %d more, which were folded", to, folding.Others)
		}
	}
}

// unheld are the messages that are sent, as they are sent.
func unheld(all []outbox.Folding) (messages []messaging.Message) {
	for _, f := range all {
		if !f.Held {
			messages = append(messages, f.Message)
		}
	}
	return messages
}

// tellCut says what of a text is not sent, which is the whole one that was given. It is
// silent if nothing is cut.
func tellCut(out *say.Printer, f flags, full string, all []outbox.Folding) {
	others, held := 0, len(all) > 0
	for _, folding := range all {
		others, held = max(others, folding.Others), held && folding.Held
	}
	if held {
		return
	}
	_, kept := f.alert.short(full, others)
	if kept == len(full) {
		return
	}
	cut := strings.TrimSpace(full[kept:])
	limit := "to the " + fmt.Sprint(messaging.MaxTextChars) + " characters that a message may have"
	if f.alert.maxSegments > 0 {
		limit = "to " + text.Count(f.alert.maxSegments, "segment")
	}
	out.Say("warning: %s was shortened %s; not sent: %s: %s", f.flagFor(messaging.FieldText), limit, text.Count(utf8.RuneCountInString(cut), "character"), said(cut))
}

// said is the beginning of what was cut.
func said(cut string) string {
	const most = 500
	if all := []rune(cut); len(all) > most {
		cut = string(all[:most]) + "…"
	}
	return text.Clean(cut)
}

// foldedEnding is what --json prints of a message that is not sent.
func foldedEnding(f outbox.Folding, each bool) say.Ending {
	e := say.Ending{Outcome: folded, ExitCode: say.ExitOK, Folded: f.Others}
	if each {
		e.To = words.AllRecipients(f.Message)
	}
	return e
}
