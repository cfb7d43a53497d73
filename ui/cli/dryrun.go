package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/sandbox"
	"telex/messaging/segment"
	"telex/ui/text"
	"telex/ui/words"
)

// dryRun shows what would be sent. It needs neither credentials nor a network,
// and an account only for the curl command. Outbox is open if another message is sent
// again, else nil.
func (a *app) dryRun(ctx context.Context, o *outbox.Outbox, f sendFlags, s identity) error {
	if missing := missingSettings(s.Settings, "telex send"); len(missing) > 0 {
		return &usageError{what: "nothing can be sent yet; missing:", more: missing}
	}
	draft, err := a.compose(f, s)
	if err != nil {
		return err
	}
	a.warnOfTroubleDry(ctx, o, f.sandbox, draft.To)
	messages := draft.Messages()
	bodies := make([]json.RawMessage, len(messages))
	for i, m := range messages {
		if bodies[i], err = m.Body(); err != nil {
			return err
		}
	}
	if !f.asJSON {
		if err := a.explainDryRun(s, messages); err != nil {
			return err
		}
	}
	if f.asJSON && f.individual {
		return a.output.value(bodies)
	}
	for _, body := range bodies {
		if err := a.output.json(body); err != nil {
			return err
		}
	}
	return nil
}

// explainDryRun says for people what the bodies are.
func (a *app) explainDryRun(s identity, messages []messaging.Message) error {
	a.output.say("dry run: nothing is sent")
	m, each := messages[0], ""
	if len(messages) > 1 {
		each = fmt.Sprintf("%s, each: ", plural(len(messages), "message"))
	}
	a.output.say("%s%s; %s", each, describeMessage(m), billedFor(m))
	if forcing := forcing(m.Text); forcing != "" && !m.IsMMS() {
		a.output.say("UCS-2 because of %s", forcing)
	}
	if s.AccountID == "" {
		a.output.say("to see it as a curl command, set %s", config.EnvAccountID)
		return nil
	}
	client, err := newClient(a.keyless(s))
	if err != nil {
		return err
	}
	curl, err := client.Curl(m)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(curl, "\n") {
		a.output.say("%s", line)
	}
	return nil
}

// keyless is an identity to show a request for, not to make it: of the
// credentials it has the kind that would be used, and nothing else.
func (a *app) keyless(id identity) identity {
	id.credentials.Kind = id.profile.Auth
	if found, err := config.FindCredentials(a.env); err == nil {
		id.credentials.Kind = found.Kind
	}
	if id.sandbox {
		id.BaseURL, id.TokenURL = "http://"+sandboxAddr+sandbox.BasePath, ""
		id.credentials.Kind = config.OAuth
	}
	return id
}

// describeMessage is the kind of m and where it goes: "group SMS to 2 recipients".
func describeMessage(m messaging.Message) string {
	kind := "SMS"
	switch {
	case len(m.Media) > 0:
		kind = "MMS with " + plural(len(m.Media), "file")
	case m.IsMMS():
		kind = "MMS"
	}
	if m.IsGroup() {
		return fmt.Sprintf("group %s to %s", kind, plural(len(m.To), "recipient"))
	}
	return fmt.Sprintf("%s to %s", kind, recipientsOf(m))
}

// billedFor is what m is billed for: an MMS by recipients, whatever its text, and an SMS by
// segments.
func billedFor(m messaging.Message) string {
	c := segment.Of(m.Text)
	if m.IsMMS() {
		return fmt.Sprintf("%d MMS, %s", len(m.To), plural(c.Characters, "character"))
	}
	bill := fmt.Sprintf("%s, %s, %s", c.Encoding, plural(c.Characters, "character"), plural(c.Segments, "segment"))
	if twice := words.Twice(c); twice != "" {
		bill += "; " + twice
	}
	return bill
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
