package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/words"
)

// later asks when the form is to be sent, and records it for then.
func (p *plain) later(ctx context.Context) (goOn bool, err error) {
	w, err := p.askWhen()
	if err != nil || w.IsZero() {
		return true, err
	}
	question := "Send it then?"
	if p.deps.Production {
		question = p.deps.Profile + " is marked as production. " + question
	}
	yes, err := p.yes(question)
	if err != nil || !yes {
		return true, err
	}
	return p.schedule(ctx, w, false)
}

// askWhen asks for a time until one is understood, and says what it was understood as; zero
// if none is given.
func (p *plain) askWhen() (outbox.When, error) {
	p.say("When? " + whenForms + ".")
	for {
		said, err := p.ask("When, or just enter to go back", "")
		if err != nil || strings.TrimSpace(said) == "" {
			return outbox.When{}, err
		}
		now := p.now()
		w, err := readWhen(said, draft.NamedZone(now), now)
		if err == nil {
			err = lastsUntil(&p.form, w, now)
		}
		if err != nil {
			p.say("Problem: " + text.Clean(err.Error()))
			continue
		}
		understood, note := whenWords(w, now)
		p.say("To be sent " + understood + ".")
		if note != "" {
			p.say("Warning: " + note)
		}
		return w, nil
	}
}

// schedule records the form. Yes: also what somebody got already.
func (p *plain) schedule(ctx context.Context, w outbox.When, yes bool) (goOn bool, err error) {
	if !w.At.After(p.now()) {
		p.say("Not scheduled: that time is over by now.")
		return true, nil
	}
	if !p.upload(ctx) {
		return true, nil
	}
	plan := outbox.Plan{
		By: p.deps.laterBy(p.by()), Messages: p.form.Messages(), Files: p.form.SentFiles(), ResendOf: p.form.ResendOf, Draft: p.keeper.ID(), Yes: yes,
	}
	ids, err := recordLater(ctx, p.store, plan, w, p.deps.MayText, p.deps.within)
	if repeat, ok := errors.AsType[*outbox.RepeatError](err); ok {
		return p.scheduleRepeat(ctx, repeat, w)
	}
	if err != nil {
		p.say("Not scheduled: " + text.Clean(err.Error()))
		return true, nil // it was told, and the conversation goes on
	}
	p.keeper.Sent(&p.form)
	cancel := []string{"scheduled", "cancel"}
	for _, id := range ids {
		cancel = append(cancel, fmt.Sprint(id))
	}
	working, _ := p.store.Working(ctx) // as good as not, if it cannot be seen
	p.say("Not sent yet: it is to be sent " + words.When(w, p.now().Location()) + ".")
	p.say(words.ByWhom(p.deps.shell(), working, false) + ".")
	p.say("To keep it from being sent: " + p.deps.shell().Command(cancel...))
	p.begin() // nothing of it waits here any more
	said, err := p.choose("What next? (new, quit)", []string{"new", "quit"})
	if err != nil || said == "quit" {
		return false, err
	}
	return true, p.askAll(ctx)
}

func (p *plain) scheduleRepeat(ctx context.Context, repeat *outbox.RepeatError, w outbox.When) (goOn bool, err error) {
	yes, err := p.askRepeat(repeat)
	if err != nil || !yes {
		return true, err
	}
	return p.schedule(ctx, w, true)
}
