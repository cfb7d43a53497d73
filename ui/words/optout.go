package words

import (
	"fmt"
	"strings"
	"time"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// OptOut says why nothing is sent to a number, by what it is known and since when: "opted
// out 3 days ago: it wrote STOP". It is clean.
func OptOut(out outbox.OptOut, now time.Time) string {
	ago := Ago(now.Sub(out.Since))
	what := "opted out " + ago + ": "
	switch out.By {
	case outbox.OptedByKeyword:
		what += "they wrote " + wrote(out, "STOP, or such")
	case outbox.OptedByCode:
		what += fmt.Sprintf("message %d failed with %d", out.Message, out.Code)
	case outbox.OptedByPerson:
		what += enteredBy(out) + " entered it"
	case outbox.OptedByImport:
		if what += "it was in a list"; out.Tells {
			what += " that " + enteredBy(out) + " entered"
		}
	case outbox.HeldForWords:
		what = "held until you decide: " + ago + " they wrote " + wrote(out, "what may be meant as an opt-out")
	case outbox.HeldForGap:
		what = "held: " + ago + " they wrote a text that nobody has read, which may be STOP"
	case outbox.HeldForStart:
		what = "held until you decide: " + ago + " they wrote START, " + unproven
	default:
		what += text.Clean(string(out.By))
	}
	if out.Unproven && out.By != outbox.HeldForStart {
		what += ", " + unproven
	}
	if out.Sender != "" {
		what += ", about " + text.Clean(out.Sender)
	}
	if out.Note != "" {
		what += " (" + text.Clean(out.Note) + ")"
	}
	return what
}

// unproven is said of what came without credentials.
const unproven = "which anybody can have made up, for it came without credentials"

// enteredBy is who entered an opt-out, where that is worth telling.
func enteredBy(out outbox.OptOut) string {
	if out.Tells {
		return User(out.User)
	}
	return "a person"
}

// wrote quotes what somebody wrote, in a few words: how it begins and how it ends, for that is
// where people say what they want.
func wrote(out outbox.OptOut, otherwise string) string {
	const begin, end = 30, 24
	said := []rune(strings.Join(strings.Fields(text.Clean(out.Words)), " "))
	switch {
	case len(said) == 0:
		return otherwise
	case len(said) > begin+1+end:
		return `"` + strings.TrimSpace(string(said[:begin])) + "…" + strings.TrimSpace(string(said[len(said)-end:])) + `"`
	}
	return `"` + string(said) + `"`
}

// OptedOut says of each number why nothing is sent to it, a line each.
func OptedOut(all []outbox.OptOut, now time.Time) []string {
	lines := make([]string, len(all))
	for i, out := range all {
		lines[i] = text.Clean(out.Number) + " " + OptOut(out, now)
	}
	return lines
}

// NextForOptedOut is what to do about numbers to which nothing is sent.
func NextForOptedOut(all []outbox.OptOut, in Shell) string {
	held, out := "", ""
	for _, each := range all {
		switch {
		case each.Held && held == "":
			held = "held: " + in.Command("optouts", "held", "release", each.Number) + " lets texts go there, " + in.Command("optouts", "add", each.Number) + " ends them"
		case !each.Held && out == "":
			out = "take who opted out off the recipients"
		}
	}
	if held == "" || out == "" {
		return out + held
	}
	return out + "; " + held
}

// LostOptOuts is what else has to be said of an outbox that was damaged.
func LostOptOuts(in Shell) string {
	return "the list of those who opted out was in it too: import yours before you send (" + in.Command("optouts", "import") + " FILE)"
}
