package say

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/config/slip"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// A UsageError is what the caller has to change before telex can do anything.
// Its parts may hold what the caller typed: they are cleaned when printed.
type UsageError struct {
	What string   // one line
	More []string // one line for each thing that is wrong; may be empty
	Hint string   // one line, what to do; may be empty
}

func (e *UsageError) Error() string {
	if len(e.More) == 0 {
		return e.What
	}
	return strings.TrimSuffix(e.What, ":") + ": " + strings.Join(e.More, "; ")
}

// Usagef makes a UsageError of one line.
func Usagef(format string, args ...any) error {
	return &UsageError{What: fmt.Sprintf(format, args...)}
}

// Misuse makes a UsageError of what cobra and pflag say.
func Misuse(err error, cmd *cobra.Command) error {
	e, ok := errors.AsType[*UsageError](err)
	if !ok {
		e = &UsageError{What: flagWords(err)}
		if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
			if near := nearFlag(cmd, unknown.GetSpecifiedName()); near != "" {
				e.Hint = near + " (see " + cmd.CommandPath() + " --help)"
			}
		}
	}
	if e.Hint == "" {
		e.Hint = fmt.Sprintf("see %s --help", cmd.CommandPath())
	}
	return e
}

// nearFlag asks whether a flag of cmd was meant by one that there is none of; "" if
// nothing is near.
func nearFlag(cmd *cobra.Command, typed string) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	near := slip.Near(typed, names)
	if len(near) == 0 {
		return ""
	}
	return "did you mean --" + strings.Join(near, " or --") + "?"
}

// flagWords puts a flag that could not be read into words. Values are repeated
// only where they belong to a flag that telex has: anything else might be a
// secret that was meant for another flag.
func flagWords(err error) string {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if e.GetSpecifiedShortnames() != "" {
			return "unknown flag -" + e.GetSpecifiedName()
		}
		return "unknown flag --" + e.GetSpecifiedName()
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fmt.Sprintf("--%s needs a value", e.GetFlag().Name)
	}
	if _, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return "a flag without a name"
	}
	e, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err.Error()
	}
	want := "cannot be read"
	switch e.GetFlag().Value.Type() {
	case "duration":
		want = "is not a duration such as 30s or 2m"
	case "bool":
		want = "is neither true nor false"
	case "limit":
		want = "is not a number of rows such as 20, or 0 for all"
	case "amount":
		want = "is not an amount such as 25 or 0.50"
	}
	return fmt.Sprintf("--%s %q %s", e.GetFlag().Name, e.GetValue(), want)
}

// MayBeEmpty marks flags whose empty value says something: texts that are sent or kept as given.
func MayBeEmpty(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		_ = flags.SetAnnotation(name, mayBeEmpty, nil) // fails only for a flag that is not there
	}
}

const mayBeEmpty = "telex_may_be_empty"

// NothingEmpty refuses flags that were given nothing, as by a variable of a script that is
// not set: it would count as if they were not there, and what they narrow down be everything.
func NothingEmpty(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if _, may := f.Annotations[mayBeEmpty]; err == nil && !may && isEmpty(f.Value) {
			err = &UsageError{What: "--" + f.Name + " is empty", Hint: "give it a value, or leave it out"}
		}
	})
	return err
}

// isEmpty reports whether a text, or one of several, has nothing in it.
func isEmpty(v pflag.Value) bool {
	if several, ok := v.(pflag.SliceValue); ok {
		all := several.GetSlice()
		return len(all) == 0 || slices.ContainsFunc(all, isBlank)
	}
	return v.Type() == "string" && isBlank(v.String())
}

// Search is what a command is asked to look for, in several words; "" for everything, which
// is asked for by no word at all.
func Search(args []string) (string, error) {
	if slices.ContainsFunc(args, isBlank) {
		return "", &UsageError{What: "SEARCH is empty", Hint: "give it a word, or leave it out"}
	}
	return strings.Join(args, " "), nil
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// NoArguments is for commands that only have flags, or commands below them.
func NoArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasAvailableSubCommands():
		return NoCommand(cmd, args[0])
	}
	return Usagef("%s takes no arguments, but got %q", cmd.CommandPath(), args[0])
}

// NoCommand refuses what somebody took for a command below cmd.
func NoCommand(cmd *cobra.Command, typed string) error {
	e := &UsageError{What: cmd.CommandPath() + " has no command " + Quoted(typed)}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	near := Near(cmd, typed)
	switch last := len(names) - 1; {
	case near != "":
		e.Hint = near
	case last < 0:
		e.Hint = "it has none: see " + cmd.CommandPath() + " --help"
	case last == 0:
		e.Hint = "its only command is " + names[0] + ": see " + cmd.CommandPath() + " --help"
	default:
		e.Hint = "its commands are " + strings.Join(names[:last], ", ") + " and " + names[last] + ": see " + cmd.CommandPath() + " --help"
	}
	return e
}

// Near asks whether commands below cmd were meant by what somebody typed; "" if none is near.
func Near(cmd *cobra.Command, typed string) string {
	if typed == "" { // which every name begins with
		return ""
	}
	cmd.SuggestionsMinimumDistance = 2
	near := cmd.SuggestionsFor(typed)
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + cmd.CommandPath() + " " + strings.Join(near, " or "+cmd.CommandPath()+" ") + "?"
}

// Parts puts an error that ended a command into words: what is wrong, each part
// of it, and what to do.
func Parts(err error) (what string, more []string, hint string) {
	if e, ok := errors.AsType[*UsageError](err); ok {
		return e.What, e.More, e.Hint
	}
	if e, ok := errors.AsType[*outbox.Error](err); ok && e.Hint != "" {
		return strings.TrimSuffix(Plain(err), text.Clean("; "+e.Hint)), nil, text.Clean(e.Hint)
	}
	return Plain(err), nil, ""
}

// Plain puts an error into one phrase, cleaned.
func Plain(err error) string { return text.Clean(err.Error()) }

// Quoted quotes what somebody typed, cut to a length that fits a line.
func Quoted(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return strconv.Quote(s)
}
