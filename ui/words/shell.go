package words

import (
	"slices"
	"strconv"
	"strings"

	"telex/messaging"
	"telex/ui/text"
)

// A Shell is where the commands are pasted that are printed. They name what is spoken of
// wherever they would not find it by themselves.
type Shell struct {
	Sandbox bool   // it is the sandbox's
	Profile string // that a command uses which names none; "" if there is no such profile
	Outbox  string // the profile whose outbox it is, if a command that names none has another
}

// Command is telex with arguments that are about the outbox.
func (s Shell) Command(args ...string) string {
	words := make([]string, len(args), len(args)+1)
	for i, a := range args {
		words[i] = shellWord(a)
	}
	switch {
	case s.Sandbox:
		words = append(words, "--sandbox")
	case s.Outbox != "" && !slices.Contains(args, "--profile"):
		words = append(words, "--profile", shellWord(s.Outbox))
	}
	return strings.TrimSuffix("telex "+strings.Join(words, " "), " ")
}

// CommandOf is telex with arguments by which it speaks to the API for a profile; "" is none.
func (s Shell) CommandOf(profile string, args ...string) string {
	if profile != "" && profile != s.Profile && !s.Sandbox {
		args = append(args[:len(args):len(args)], "--profile", profile)
	}
	return s.Command(args...)
}

// shellWord is an argument as bash, zsh and fish take it, on one line and clean.
func shellWord(arg string) string {
	arg = text.Clean(arg)
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+-_./:@,%", r)
	}
	if arg != "" && strings.IndexFunc(arg, func(r rune) bool { return !plain(r) }) < 0 {
		return arg
	}
	return messaging.ShellQuote(arg)
}

// id is that of a message or a broadcast as an argument.
func id(n int64) string { return strconv.FormatInt(n, 10) }

// Forgotten says why nobody can be asked here about a message of another sandbox, whose telex
// may have ended.
const Forgotten = "it is in the sandbox of another telex, or of one that ended and forgot it, so nothing can be asked about it here; sending it again harms nobody"

// NextForUnknown is what to do about a message whose outcome is unknown, which was sent by a
// profile; "" is none.
func NextForUnknown(n int64, profile string, in Shell) string {
	if in.Sandbox {
		return in.Command("show", id(n)) + " shows all that is known of it"
	}
	return LooksFor(in.CommandOf(profile, "status", id(n)))
}

// ResumeRun is the command that goes on with a broadcast, as who began it.
func ResumeRun(n int64, in Shell) string { return in.Command("broadcast", "resume", id(n)) }

// ApproveRun is the command by which a second person lets a broadcast go.
func ApproveRun(n int64, in Shell) string { return in.Command("broadcast", "approve", id(n)) }

// ReportRun is the command that says what became of each of a broadcast.
func ReportRun(n int64, in Shell) string { return in.Command("broadcast", "report", id(n)) }

// ShowRun is the command that shows how a broadcast stands.
func ShowRun(n int64, in Shell) string { return in.Command("broadcast", "show", id(n)) }

// ChangeRun is the command that has a broadcast begin at a time.
func ChangeRun(n int64, in Shell) string {
	return in.Command("broadcast", "change", id(n), "--at", "TIME")
}

// PauseRun is the command that pauses a broadcast.
func PauseRun(n int64, in Shell) string { return in.Command("broadcast", "pause", id(n)) }

// CancelRun is the command that ends a broadcast.
func CancelRun(n int64, in Shell) string { return in.Command("broadcast", "cancel", id(n)) }
