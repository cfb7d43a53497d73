package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// explainCommand is telex explain.
func explainCommand(out *say.Printer) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain [CODE|STATE…]",
		Short: "Explain delivery error codes and states of messages",
		Long: `Explain says what a delivery error code means, whose fault it is, whether the
message is billed and may have arrived anyway, and what to do. For a state such
as unconfirmed it says what that means for the message. Without arguments it
lists all codes that Bandwidth documents.

With --json, one code or state prints an object; several, or all, an array. The
field listed is false for a code that Bandwidth does not document: the rest is
then what its digits tell. The exit code is 3 if there was such a code.`,
		Example: "  telex explain 4775\n  telex explain 4720 5600 --json\n  telex explain unconfirmed",
		RunE:    func(_ *cobra.Command, args []string) error { return explain(out, args, asJSON) },
		ValidArgsFunction: func(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			names := append(words.States(), string(messaging.GradeHandedOver), words.Skipped)
			for _, c := range messaging.DeliveryCodes() {
				names = append(names, fmt.Sprintf("%d\t%s", c.Code, c.Name))
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON value on standard output")
	return cmd
}

// explanation is what --json prints of a code.
type explanation struct {
	Code     int    `json:"code"`
	Name     string `json:"name,omitempty"`
	Listed   bool   `json:"listed"` // if not, the rest is what the digits tell
	Billable bool   `json:"billable"`
	Guessed  bool   `json:"billable_guessed,omitempty"` // Bandwidth does not say whether it is billed
	Arrived  string `json:"arrived"`                    // no, unlikely or unclear
	Fault    string `json:"fault"`
	By       string `json:"by"`
	Retry    string `json:"retry"`
	Reaction string `json:"reaction"` // what it asks of who sends to many
	Brief    string `json:"brief,omitempty"`
	Meaning  string `json:"meaning"`
	Advice   string `json:"advice"`
}

// stateExplanation is what --json prints of a state.
type stateExplanation struct {
	State   outbox.State `json:"state"`
	Receipt string       `json:"receipt,omitempty"` // as in the history, where the state alone does not say it
	Final   bool         `json:"final"`             // nothing more can come
	Meaning string       `json:"meaning"`
	Advice  string       `json:"advice,omitempty"`
}

// explain is telex explain.
func explain(out *say.Printer, args []string, asJSON bool) error {
	if len(args) == 0 {
		return listCodes(out, asJSON)
	}
	var explanations []any
	end := say.ExitOK
	for _, arg := range args {
		if e, ok := explainState(arg); ok {
			explanations = append(explanations, e)
			continue
		}
		code, err := strconv.Atoi(arg)
		if err != nil || !isDeliveryCode(code) {
			return &say.UsageError{
				What: say.Quoted(arg) + " is not a delivery error code or a state; codes have four digits and begin with 4, 5 or 9",
				Hint: "see telex explain for all codes; the states are " + strings.Join(append(words.States(), words.HandedOver, words.Skipped), ", "),
			}
		}
		c, listed := messaging.ExplainCode(code)
		if !listed {
			end = say.ExitRejected
		}
		explanations = append(explanations, explanationOf(c, listed))
	}
	if err := printExplanations(out, explanations, asJSON); err != nil {
		return err
	}
	if end != say.ExitOK {
		return say.Told(end)
	}
	return nil
}

// explainState explains a state by its name, also that of an MMS that was handed over,
// as people and programs are told of it, and that of people who were skipped.
func explainState(name string) (e stateExplanation, ok bool) {
	name = strings.ToLower(name)
	if grade := string(messaging.GradeHandedOver); name == grade || name == words.HandedOver {
		return stateExplanation{outbox.Delivered, grade, outbox.Delivered.Final(), words.HandedOverMeans, words.HandedOverNext}, true
	}
	s := outbox.State(name)
	if name == words.Skipped {
		return stateExplanation{s, "", true, words.SkippedMeans, words.SkippedNext}, true
	}
	return stateExplanation{s, "", s.Final(), words.Means(s), words.Next(s, words.Shell{})}, s.Valid()
}

func printExplanations(out *say.Printer, explanations []any, asJSON bool) error {
	switch {
	case asJSON && len(explanations) == 1:
		return out.Value(explanations[0])
	case asJSON:
		return out.Value(explanations)
	}
	for i, e := range explanations {
		text := fmt.Sprint(e)
		if i > 0 {
			text = "\n" + text
		}
		if err := out.Text(text); err != nil {
			return err
		}
	}
	return nil
}

// listCodes prints every code that Bandwidth documents.
func listCodes(out *say.Printer, asJSON bool) error {
	codes := messaging.DeliveryCodes()
	if !asJSON {
		var b strings.Builder
		for _, c := range codes {
			fmt.Fprintf(&b, "%d  %-7s  %s\n", c.Code, shortBilling(c), c.Name)
		}
		return out.Text(b.String())
	}
	explanations := make([]explanation, len(codes))
	for i, c := range codes {
		explanations[i] = explanationOf(c, true)
	}
	return out.Value(explanations)
}

func isDeliveryCode(code int) bool {
	switch code / 1000 {
	case 4, 5, 9:
		return true
	}
	return false
}

func explanationOf(c messaging.DeliveryCode, listed bool) explanation {
	return explanation{
		Code: c.Code, Name: c.Name, Listed: listed, Billable: c.Billable, Guessed: c.Guessed,
		Arrived: c.Arrival.String(), Fault: c.Fault.String(), By: c.By.String(), Retry: c.Retry.String(),
		Reaction: c.Reaction.String(), Brief: c.Brief, Meaning: c.Meaning, Advice: c.Advice,
	}
}

func billing(billable bool) string {
	if billable {
		return "billed"
	}
	return "free"
}

// shortBilling is billing for a table; a question mark stands for what is only probable.
func shortBilling(c messaging.DeliveryCode) string {
	if c.Guessed {
		return billing(c.Billable) + "?"
	}
	return billing(c.Billable)
}

// explainLine is a line of an explanation for people, or several: a label and what
// belongs to it.
func explainLine(label, words string) string {
	const width = 9
	return fmt.Sprintf("  %-*s%s\n", width, label, say.Hang(words, strings.Repeat(" ", len("  ")+width)))
}

// String is an explanation for people.
func (e explanation) String() string {
	name, billed := e.Name, billing(e.Billable)
	if !e.Listed {
		name = "not listed"
	}
	if e.Guessed {
		billed = "probably " + billed
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", e.Code, name)
	b.WriteString(explainLine("fault", e.Fault))
	b.WriteString(explainLine("said by", e.By))
	b.WriteString(explainLine("cost", billed))
	b.WriteString(explainLine("arrived", e.Arrived))
	b.WriteString(explainLine("again", e.Retry))
	b.WriteString(explainLine("meaning", e.Meaning))
	b.WriteString(explainLine("advice", e.Advice))
	return b.String()
}

// String is an explanation for people.
func (e stateExplanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", words.State(outbox.Entry{State: e.State, Grade: messaging.Grade(e.Receipt)}))
	b.WriteString(explainLine("meaning", e.Meaning))
	if e.Advice != "" {
		b.WriteString(explainLine("advice", e.Advice))
	}
	return b.String()
}
