package broadcast

import (
	"context"

	"telex/messaging"
	"telex/messaging/broadcast"
	"telex/messaging/outbox"
)

// known asks the outbox what speaks against texting people: who opted out or is held, got
// the same, takes no texts, or had enough of them.
func known(ctx context.Context, o *outbox.Outbox, b outbox.Broadcast, most int) func([]*broadcast.Person) error {
	return func(people []*broadcast.Person) error {
		messages := make([]messaging.Message, len(people))
		for i, p := range people {
			messages[i] = p.Message
		}
		prospects, err := o.Foresee(ctx, b, messages, most)
		if err != nil {
			return err
		}
		for i, p := range prospects {
			people[i].New = p.New
			if p.Skip != "" {
				people[i].Leave(broadcast.Skip(p.Skip), p.Note)
			}
		}
		return nil
	}
}

// personOf is somebody of a list as the outbox keeps them.
func personOf(b *broadcast.Broadcast, p *broadcast.Person) outbox.Person {
	row := outbox.Person{
		Number: p.Number, Name: p.Name, Zone: p.Zone, Skip: outbox.Skip(p.Skip), Note: p.Why, NotAfter: p.Until,
	}
	if p.From.After(b.Now) { // else they may be texted already, as many others
		row.NotBefore = p.From
	}
	if len(p.Values) > 0 {
		row.Fields = make(map[string]string, len(b.Fields))
		for i, name := range b.Fields {
			if i < len(p.Values) {
				row.Fields[name] = p.Values[i]
			} else {
				row.Fields[name] = ""
			}
		}
	}
	return row
}
