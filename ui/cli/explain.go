package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/words"
)

func (a *app) explainCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain [CODE|STATE…]",
		Short: "Explain delivery error codes and states of messages",
		Long: `Explain says what a delivery error code means, whose fault it is, whether the
message is billed and may have arrived anyway, and what to do. Of a state,
such as unconfirmed, it says what it means for the message. Without any it lists
all codes that Bandwidth documents.

With --json one code or state gives an object, several or none an array. An
object of a code has listed, which is false for a code that Bandwidth does not
document: the rest of it is then what the digits tell. The exit code is 3 if
there is such a code among them.`,
		Example: "  telex explain 4775\n  telex explain 4720 5600 --json\n  telex explain unconfirmed",
		RunE:    a.does(func(_ context.Context, args []string) error { return a.explain(args, asJSON) }),
		ValidArgsFunction: func(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			names := append(stateNames(), string(messaging.GradeHandedOver))
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
	Reaction string `json:"reaction"` // what it asks of whoever sends to many
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
func (a *app) explain(args []string, asJSON bool) error {
	if len(args) == 0 {
		return a.listCodes(asJSON)
	}
	var explanations []any
	end := exitOK
	for _, arg := range args {
		if e, ok := explainState(arg); ok {
			explanations = append(explanations, e)
			continue
		}
		code, err := strconv.Atoi(arg)
		if err != nil || !isDeliveryCode(code) {
			return &usageError{
				what: quoted(arg) + " is not a delivery error code, which has four digits and begins with 4, 5 or 9, nor a state of a message",
				hint: "see telex explain for all codes; the states are " + strings.Join(append(stateNames(), words.HandedOver), ", "),
			}
		}
		c, listed := messaging.ExplainCode(code)
		if !listed {
			end = exitRejected
		}
		explanations = append(explanations, explanationOf(c, listed))
	}
	if err := a.printExplanations(explanations, asJSON); err != nil {
		return err
	}
	if end != exitOK {
		return told(end)
	}
	return nil
}

// explainState explains a state by its name, also that of an MMS that was handed over,
// as people and programs are told of it.
func explainState(name string) (e stateExplanation, ok bool) {
	name = strings.ToLower(name)
	if grade := string(messaging.GradeHandedOver); name == grade || name == words.HandedOver {
		return stateExplanation{outbox.Delivered, grade, outbox.Delivered.Final(), words.HandedOverMeans, words.HandedOverNext}, true
	}
	s := outbox.State(name)
	return stateExplanation{s, "", s.Final(), words.Means(s), words.Next(s)}, s.Valid()
}

func (a *app) printExplanations(explanations []any, asJSON bool) error {
	switch {
	case asJSON && len(explanations) == 1:
		return a.output.value(explanations[0])
	case asJSON:
		return a.output.value(explanations)
	}
	for i, e := range explanations {
		text := fmt.Sprint(e)
		if i > 0 {
			text = "\n" + text
		}
		if err := a.output.write(text); err != nil {
			return err
		}
	}
	return nil
}

// listCodes prints every code that Bandwidth documents.
func (a *app) listCodes(asJSON bool) error {
	codes := messaging.DeliveryCodes()
	if !asJSON {
		var b strings.Builder
		for _, c := range codes {
			fmt.Fprintf(&b, "%d  %-7s  %s\n", c.Code, shortBilling(c), c.Name)
		}
		return a.output.write(b.String())
	}
	explanations := make([]explanation, len(codes))
	for i, c := range codes {
		explanations[i] = explanationOf(c, true)
	}
	return a.output.value(explanations)
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
func explainLine(label, text string) string {
	const width = 9
	return fmt.Sprintf("  %-*s%s\n", width, label, wrap(text, strings.Repeat(" ", len("  ")+width)))
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

// wrap breaks text so that no line is longer than a terminal of 80 columns, the
// first one standing behind indent already. It is for our own words: a character
// counts one column.
func wrap(text, indent string) string {
	const columns = 79
	var b strings.Builder
	at := len(indent)
	for i, word := range strings.Fields(text) {
		width := len([]rune(word))
		switch {
		case i == 0:
		case at+1+width > columns:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += width
	}
	return b.String()
}
