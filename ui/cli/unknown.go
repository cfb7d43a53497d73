package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"telex/ui/cli/say"
)

// elsewhere are the commands of other tools that people try here, Bandwidth's own, band,
// and twilio-cli, and words that are near at hand, with what does the same in telex. The
// longest that fits counts, so those of several words stand first.
var elsewhere = []struct{ words, ours string }{
	{"message send", "telex send"},
	{"message list", "telex history"},
	{"message get", "telex status ID"},
	{"message", "telex send, telex history or telex status"},
	{"auth login", "telex login"},
	{"auth logout", "telex logout"},
	{"auth status", "telex doctor"},
	{"auth profiles", "telex profiles"},
	{"auth use", "telex profiles use NAME"},
	{"auth switch", "telex profiles use NAME"},
	{"auth", "telex login, telex logout or telex profiles"},
	{"api core messages create", "telex send"},
	{"api core messages list", "telex history"},
	{"api core messages fetch", "telex status ID"},
	{"phone-numbers list", "telex doctor, which lists the numbers of the account"},
	{"profiles create", "telex login"},
	{"profiles add", "telex login"},
	{"profiles list", "telex profiles"},
	{"profiles use", "telex profiles use NAME"},
	{"profiles remove", "telex logout --remove"},
	{"sms", "telex send"},
	{"mms", "telex send --media URL"},
	{"text", "telex send"},
	{"messages", "telex history"},
	{"list", "telex history"},
	{"ls", "telex history"},
	{"log", "telex history"},
	{"logs", "telex history"},
	{"inbox", "telex threads"},
	{"conversations", "telex threads"},
	{"webhook", "telex listen"},
	{"webhooks", "telex listen"},
	{"callbacks", "telex listen"},
	{"configure", "telex login"},
	{"init", "telex login"},
	{"setup", "telex login"},
	{"config", "telex login; telex man config has every key of the file"},
	{"whoami", "telex profiles"},
	{"check", "telex doctor"},
	{"stop", "telex optouts"},
}

// oursFor is what does in telex what the words do elsewhere; "" if nothing is known of
// them. twilio-cli puts colons between its words, or blanks.
func oursFor(words []string) string {
	typed := strings.ToLower(strings.ReplaceAll(strings.Join(words, " "), ":", " ")) + " "
	for _, e := range elsewhere {
		if strings.HasPrefix(typed, e.words+" ") {
			return e.ours
		}
	}
	return ""
}

// unknownCommand refuses arguments of the console: each is a command misspelt, or one of
// another tool.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := &say.UsageError{What: "unknown command " + say.Quoted(args[0])}
	if e.Hint = say.Near(cmd, args[0]); oursFor(args) != "" {
		e.Hint = "in telex that is " + oursFor(args)
	}
	return e
}

// unknownBefore is the unknown command that stands in front of a flag that was refused:
// not the flag is to be told of then. Nil if there is none.
func unknownBefore(root *cobra.Command, args []string) error {
	var words []string
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			break
		}
		words = append(words, arg)
	}
	return unknownCommand(root, words)
}
