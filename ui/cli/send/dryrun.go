package send

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"telex/config"
	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/outbox"
	"telex/messaging/segment"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// dryRun shows what would be sent. It needs neither credentials nor a network,
// and an account only for the curl command.
func dryRun(ctx context.Context, with Options, opener *opener, f flags, s who.Identity) error {
	if missing := who.MissingSettings(s.Settings, "telex send"); len(missing) > 0 {
		return &say.UsageError{What: "nothing can be sent yet; missing:", More: missing}
	}
	draft, err := compose(with, f, s)
	if err != nil {
		return err
	}
	sum := priceOf(s, draft.Draft)
	if err := f.maxCost.Allows(s, sum); err != nil {
		return err
	}
	whens, err := f.later.whens(ctx, with, opener, s, draft)
	if err != nil {
		return err
	}
	if err := withinBudget(ctx, with, opener.toLookAt, s, draft, whens); err != nil {
		return err
	}
	foldings, err := judgeDry(ctx, with, opener.outbox, f, s, draft)
	if err != nil {
		return err
	}
	tellCut(with.Output, f, draft.full, foldings)
	messages := draft.Messages()
	if foldings != nil {
		tellFoldings(with.Output, f, foldings)
		if messages = unheld(foldings); len(messages) == 0 {
			return tellHeld(with.Output, f, foldings)
		}
	}
	bodies := make([]json.RawMessage, len(messages))
	for i, m := range messages {
		if bodies[i], err = m.Body(); err != nil {
			return err
		}
	}
	said := ""
	if s.Figures().Known() {
		said = words.Price(sum) + asMMS(s, messages)
	}
	switch {
	case !f.asJSON:
		if err := explainDryRun(with, s, messages, said); err != nil {
			return err
		}
	case said != "":
		with.Output.Say("%s", said)
	}
	if whens != nil {
		tellWhens(with, messages, whens)
	}
	return printBodies(with.Output, f, bodies)
}

// asMMS says what messages would come to as MMS, if that is less; "" else.
func asMMS(s who.Identity, messages []messaging.Message) string {
	var instead price.Instead
	for _, m := range messages {
		if m.IsMMS() {
			return ""
		}
		instead.Add(s.Figures(), m, m.To, 0)
	}
	if r, ok := instead.MMS(); ok {
		return words.AsMMS(r)
	}
	return ""
}

// printBodies prints what the API would get.
func printBodies(out *say.Printer, f flags, bodies []json.RawMessage) error {
	if f.asJSON && f.individual {
		return out.Value(bodies)
	}
	for _, body := range bodies {
		if err := out.JSON(body); err != nil {
			return err
		}
	}
	return nil
}

// tellHeld prints that nothing would be sent.
func tellHeld(out *say.Printer, f flags, all []outbox.Folding) error {
	out.Say("dry run: nothing is sent, and nothing would be")
	switch {
	case !f.asJSON:
		return nil
	case f.individual:
		return out.Value([]json.RawMessage{})
	}
	return out.Value(foldedEnding(all[0], false))
}

// explainDryRun says for people what the bodies are, and what they come to; "" for nothing.
func explainDryRun(with Options, s who.Identity, messages []messaging.Message, sum string) error {
	with.Output.Say("dry run: nothing is sent")
	m, each := messages[0], ""
	if len(messages) > 1 {
		each = fmt.Sprintf("%s, each: ", text.Count(len(messages), "message"))
	}
	with.Output.Say("%s%s; %s", each, describeMessage(m), billedFor(m))
	if sum != "" {
		with.Output.Say("%s", sum)
	}
	if forcing := forcing(m.Text); forcing != "" && !m.IsMMS() {
		with.Output.Say("UCS-2 because of %s", forcing)
	}
	if s.AccountID == "" {
		with.Output.Say("to see it as a curl command, set %s", config.EnvAccountID)
		return nil
	}
	client, err := with.NewClient(with.Keyless(s))
	if err != nil {
		return err
	}
	curl, err := client.Curl(m)
	if err != nil {
		return err
	}
	if s.Sandbox {
		with.Output.Say("this works while telex sandbox runs in another terminal, which prints the credentials:")
	}
	for line := range strings.SplitSeq(curl, "\n") {
		with.Output.Say("%s", line)
	}
	return nil
}

// describeMessage is the kind of m and where it goes: "group SMS to 2 recipients".
func describeMessage(m messaging.Message) string {
	kind := "SMS"
	switch {
	case len(m.Media) > 0:
		kind = "MMS with " + text.Count(len(m.Media), "file")
	case m.IsMMS():
		kind = "MMS"
	}
	if m.IsGroup() {
		return fmt.Sprintf("group %s to %s", kind, text.Count(len(m.To), "recipient"))
	}
	return fmt.Sprintf("%s to %s", kind, words.AllRecipients(m))
}

// billedFor is what m is billed for: an MMS by recipients, whatever its text, and an SMS by
// segments.
func billedFor(m messaging.Message) string {
	c := segment.Of(m.Text)
	if m.IsMMS() {
		return fmt.Sprintf("%d MMS, %s", len(m.To), text.Count(c.Characters, "character"))
	}
	said := fmt.Sprintf("%s, %s, %s", c.Encoding, text.Count(c.Characters, "character"), text.Count(c.Segments, "segment"))
	if twice := words.Twice(c); twice != "" {
		said += "; " + twice
	}
	return said
}

// forcing lists what keeps a text out of GSM-7, the first few of it.
func forcing(body string) string {
	const most = 5
	var chars []string
	for _, c := range segment.Forcing(body) {
		char := fmt.Sprintf("%s (U+%04X)", text.Clean(c.Text), c.Rune)
		if !slices.Contains(chars, char) {
			chars = append(chars, char)
		}
		if len(chars) > most {
			chars[most] = "and more"
			break
		}
	}
	return strings.Join(chars, ", ")
}
