package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"telex/messaging"
)

func (a *app) explainCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain [CODE…]",
		Short: "Explain delivery error codes",
		Long: `Explain says what a delivery error code means, whose fault it is, whether the
message is billed, and what to do. Without a code it lists all that Bandwidth
documents. With --json one code gives an object, several or none an array.`,
		Example: "  telex explain 4775\n  telex explain 4720 5600 --json",
		RunE:    a.does(func(_ context.Context, args []string) error { return a.explain(args, asJSON) }),
		ValidArgsFunction: func(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			var codes []string
			for _, c := range messaging.DeliveryCodes() {
				codes = append(codes, fmt.Sprintf("%d\t%s", c.Code, c.Name))
			}
			return codes, cobra.ShellCompDirectiveNoFileComp
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
	Fault    string `json:"fault"`
	By       string `json:"by"`
	Retry    string `json:"retry"`
	Meaning  string `json:"meaning"`
	Advice   string `json:"advice"`
}

// explain is telex explain.
func (a *app) explain(args []string, asJSON bool) error {
	if len(args) == 0 {
		return a.listCodes(asJSON)
	}
	var explanations []explanation
	for _, arg := range args {
		code, err := strconv.Atoi(arg)
		if err != nil || !isDeliveryCode(code) {
			return &usageError{
				what: quoted(arg) + " is no delivery error code: those have four digits and begin with 4, 5 or 9",
				hint: "see telex explain for all of them",
			}
		}
		c, listed := messaging.ExplainCode(code)
		explanations = append(explanations, explanationOf(c, listed))
	}
	switch {
	case asJSON && len(explanations) == 1:
		return a.output.value(explanations[0])
	case asJSON:
		return a.output.value(explanations)
	}
	for i, e := range explanations {
		if i > 0 {
			if err := a.output.write("\n"); err != nil {
				return err
			}
		}
		if err := a.output.write(e.String()); err != nil {
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
			fmt.Fprintf(&b, "%d  %-6s  %s\n", c.Code, billing(c.Billable), c.Name)
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
		Code: c.Code, Name: c.Name, Listed: listed, Billable: c.Billable,
		Fault: c.Fault.String(), By: c.By.String(), Retry: c.Retry.String(),
		Meaning: c.Meaning, Advice: c.Advice,
	}
}

func billing(billable bool) string {
	if billable {
		return "billed"
	}
	return "free"
}

// String is an explanation for people.
func (e explanation) String() string {
	name, billed := e.Name, billing(e.Billable)
	if !e.Listed {
		name, billed = "not listed", "probably "+billed
	}
	const label = "  %-9s%s\n"
	indent := strings.Repeat(" ", len("  ")+9)
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", e.Code, name)
	fmt.Fprintf(&b, label, "fault", e.Fault)
	fmt.Fprintf(&b, label, "said by", e.By)
	fmt.Fprintf(&b, label, "cost", billed)
	fmt.Fprintf(&b, label, "again", e.Retry)
	fmt.Fprintf(&b, label, "meaning", wrap(e.Meaning, indent))
	fmt.Fprintf(&b, label, "advice", wrap(e.Advice, indent))
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
