package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/words"
)

// reviewed shows the message as it will be sent and does what the user wants with
// it. It reports whether the conversation goes on.
func (p *plain) reviewed(ctx context.Context) (goOn bool, err error) {
	p.say("")
	p.say("Review")
	trouble, err := p.store.Trouble(ctx, p.form.To)
	if err != nil { // it would only have warned
		p.say("Warning: " + text.Clean(err.Error()))
	}
	optedOut, err := p.store.OptedOut(ctx, outbox.By{AccountID: p.deps.AccountID}, p.form.Messages())
	if err != nil { // it is asked again before anything is sent
		p.say("Warning: " + text.Clean(err.Error()))
	}
	doubts := p.form.Doubts(p.known(otherTrouble(trouble, optedOut)), p.now())
	for _, d := range doubts {
		p.say("Warning: " + d)
	}
	if len(doubts) > 0 {
		p.say("")
	}
	for _, l := range page.Rows(p.form.Summary(p.deps.through(p.deps.Link.BaseURL)), plainWidth) {
		p.say(l)
	}
	names := append([]string{"send", "later", "json", "curl", "new", "quit"}, p.plainFields()...)
	if bad := append(p.form.Problems(p.now()), optOutProblems(&p.form, optedOut, nil, p.now())...); len(bad) > 0 {
		for _, b := range bad {
			p.say("Problem: " + words.Problem(b))
		}
		names = names[2:]
	}
	p.quiet.Note(p.now())
	said, err := p.choose("What next? ("+strings.Join(names, ", ")+")", names)
	if err != nil {
		return false, err
	}
	switch said {
	case "quit":
		return false, nil
	case "later":
		return p.later(ctx)
	case "json":
		p.sayLines(p.form.JSON(0))
	case "curl":
		p.sayLines(curlText(p.deps.Link.Curl, p.form.Message(0)))
	case "new":
		return true, p.anew(ctx)
	case "send":
		if !p.quiet.Still(p.now()) {
			p.say("That came too soon after the question, as in a paste: nothing is sent. Type it again.")
			return true, nil
		}
		return p.sendOnce(ctx)
	default:
		return true, p.askField(ctx, said)
	}
	return true, nil
}

// known is what is known of the message beside what was typed.
func (p *plain) known(trouble []outbox.Trouble) draft.Known {
	k := draft.Known{Sender: draft.SenderDoubt(p.form.From, p.deps.Numbers, p.deps.Region), Trouble: trouble, Zone: draft.ZoneDoubt(terminal.Env(p.deps.Environ, "TZ"))}
	if !p.deps.Sandbox { // whose own numbers are in no plan
		k.Number = draft.NumberOf
	}
	return k
}

// anew leaves what is there as a draft and asks for another message.
func (p *plain) anew(ctx context.Context) error {
	if leave := p.keeper.Leave(&p.form); leave != nil {
		w := leave(ctx)
		if left, _ := p.keeper.Left(w, &p.form); !left {
			return fmt.Errorf("what you were writing could not be kept: %w", w.Err)
		}
		p.say("What you wrote is kept as a draft.")
	}
	p.begin()
	return p.askAll(ctx)
}

// sendOnce sends the form, in production after one more question.
func (p *plain) sendOnce(ctx context.Context) (goOn bool, err error) {
	if p.deps.Production {
		yes, err := p.yes(p.deps.Profile + " is marked as production. Send it?")
		if err != nil || !yes {
			return true, err
		}
	}
	return p.send(ctx, false)
}

// tooDear tells why the form is not sent; the conversation goes on.
func (p *plain) tooDear(why error) (goOn bool, err error) {
	p.say("Not sent: " + text.Clean(why.Error()))
	return true, nil
}

// send records and sends the form. Yes: also what somebody got already.
func (p *plain) send(ctx context.Context, yes bool) (goOn bool, err error) {
	may := p.deps.within(p.form.Messages(), p.now())
	if may != nil {
		if err := may(ctx, p.store.Books()); err != nil { // before a file is uploaded
			return p.tooDear(err)
		}
	}
	if !p.upload(ctx) {
		return true, nil
	}
	b := newBatch(p.form)
	by := p.by()
	what := b.planOf(by, p.keeper.ID(), yes)
	what.May = may
	plan, err := p.store.Plan(ctx, p.deps.Link.Sender, what)
	if dear, ok := errors.AsType[*dearError](err); ok {
		return p.tooDear(dear)
	}
	if repeat, ok := errors.AsType[*outbox.RepeatError](err); ok {
		return p.sendRepeat(ctx, repeat)
	}
	if refused, ok := errors.AsType[*outbox.OptOutError](err); ok {
		for _, said := range words.OptedOut(refused.OptOuts, p.now()) {
			p.say("Not sent: " + said)
		}
		return true, nil
	}
	if err != nil {
		r := words.Describe(&messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: err})
		p.say("Unsent: " + r.What)
		p.say("Means: " + r.Means)
		p.say("Next: " + r.Next)
		return true, nil //nolint:nilerr // it was told, and the conversation goes on
	}
	p.keeper.Sent(&p.form)
	p.sent = append(p.sent, b)
	b.plan = plan
	if err := p.sendBatch(ctx, b); err != nil {
		return false, err
	}
	return p.after(ctx, b)
}

// askRepeat asks whether somebody may get what they got already.
func (p *plain) askRepeat(repeat *outbox.RepeatError) (bool, error) {
	for _, r := range repeat.Repeats {
		p.say("Warning: " + words.Repeat(r, nil))
	}
	return p.yes("Sending it again makes another message: everybody who got the first gets it twice. Send it again?")
}

func (p *plain) sendRepeat(ctx context.Context, repeat *outbox.RepeatError) (bool, error) {
	yes, err := p.askRepeat(repeat)
	if err != nil || !yes {
		return true, err
	}
	return p.send(ctx, true)
}

// sendBatch runs the batch and tells of each message. Ctrl+c cancels the one under
// way and those behind it.
func (p *plain) sendBatch(ctx context.Context, b *batch) error {
	ctx, b.cancel = context.WithCancel(ctx)
	defer b.cancel()
	events := make(chan runEvent)
	go run(ctx, b.plan, p.deps.runOptions(), events)
	signalled := p.follow(b, events, func(e runEvent) { p.tellOf(ctx, e, b) })
	if p.gone {
		return errors.Join(errGone, p.store.Remind(context.WithoutCancel(ctx), b.plan.IDs()))
	}
	return signalled
}

// follow takes what a run tells until it ends. A signal that is there already comes
// before that, so that no other message is begun when one has ended.
func (p *plain) follow(b *batch, events <-chan runEvent, tell func(runEvent)) (signalled error) {
	for {
		select {
		case s := <-p.ends:
			signalled = p.stop(b, s, signalled)
			continue
		default:
		}
		select {
		case e, ok := <-events:
			if !ok {
				return signalled
			}
			tell(e)
		case s := <-p.ends:
			signalled = p.stop(b, s, signalled)
		}
	}
}

// stop cancels the message under way and those behind it, and returns what ends the
// conversation after that: but for ctrl+c the signal does.
func (p *plain) stop(b *batch, s os.Signal, signalled error) error {
	b.cancelled = true
	b.cancel()
	if s == os.Interrupt {
		return signalled
	}
	p.gone = s == syscall.SIGHUP
	return errGone
}

// tellOf writes what a run tells.
func (p *plain) tellOf(ctx context.Context, e runEvent, b *batch) {
	e.read(context.WithoutCancel(ctx), p.store) // what was cancelled is told as well
	b.take(e, p.now())
	if e.result == nil {
		p.say("Sending to " + words.Recipients(b.results[e.index].message.To) + "; ctrl+c stops.")
		return
	}
	p.tell(&b.results[e.index])
}

// tell writes what became of a message.
func (p *plain) tell(r *result) {
	p.say("")
	p.say(r.headline())
	for _, l := range page.ClippedRows(r.report(r.newest(), "typing "+plainDelivery).Brief(p.now().Location()), plainWidth) {
		p.say(l)
	}
}

// plainDelivery is the answer that asks the API what became of messages.
const plainDelivery = "delivery"

// after asks what to do when messages were sent.
func (p *plain) after(ctx context.Context, b *batch) (goOn bool, err error) {
	names := []string{plainDelivery, "edit", "new", "quit"}
	for {
		said, err := p.choose("What next? ("+strings.Join(names, ", ")+")", names)
		if err != nil {
			return false, err
		}
		switch said {
		case "quit":
			p.settle(b)
			return false, nil
		case "new":
			p.settle(b)
			return true, p.anew(ctx)
		case "edit":
			var kept string
			p.form, kept = b.less(p.form)
			p.form.ResendOf = b.only()
			if kept != "" {
				p.say(strings.ToUpper(kept[:1]) + kept[1:] + ".")
			}
			return true, nil
		}
		p.delivery(ctx, b)
	}
}

// settle forgets the words of a form that was accepted as it stands.
func (p *plain) settle(b *batch) {
	if b.settledAs(p.form) {
		p.begin()
	}
}

// delivery asks the API what became of the messages, and tells.
func (p *plain) delivery(ctx context.Context, b *batch) {
	together := len(b.results) > 1 && p.deps.Link.Lister != nil
	if together {
		if err := p.store.AskAbout(ctx, p.deps.Link.Lister, p.by(), b.open()); err != nil {
			p.say("Problem: " + words.Describe(err).What)
		}
	}
	for i := range b.results {
		r := &b.results[i]
		if r.id == 0 {
			continue
		}
		f, err := p.learn(ctx, r, together)
		if err != nil {
			p.say("Problem: " + words.Describe(err).What)
			continue
		}
		r.row = &outbox.Detail{Entry: f.Entry, Deliveries: f.Deliveries}
		p.say("Message " + itoa(int(r.id)) + ": " + words.Headline(*r.row) + ", asked at " + p.now().Format(time.TimeOnly))
		if r.outcome() == messaging.Unknown && f.Verdict != outbox.NotChecked {
			for _, l := range words.Finding(f) {
				p.say("Asked: " + l)
			}
		}
		if f.Entry.ErrorCode != 0 {
			code, _ := messaging.ExplainCode(f.Entry.ErrorCode)
			p.say("Delivery error: " + itoa(code.Code) + ": " + code.Meaning)
			p.say("Next: " + code.Advice)
		}
	}
}

// learn is what the outbox has of a message, after the API was asked about it, if it was not
// just asked about together with others.
func (p *plain) learn(ctx context.Context, r *result, together bool) (outbox.Finding, error) {
	if together && r.receipt != nil {
		d, err := p.store.Detail(ctx, r.id)
		return outbox.Finding{Entry: d.Entry, Deliveries: d.Deliveries}, err
	}
	ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
	defer cancel()
	return p.store.Check(ctx, p.deps.Link.Lister, r.id)
}

// by is who the rows of the outbox say is sending.
func (p *plain) by() outbox.By {
	return outbox.By{Profile: p.deps.Profile, AccountID: p.deps.AccountID, BaseURL: p.deps.Link.BaseURL}
}

// sayLines writes text of several lines.
func (p *plain) sayLines(body string) {
	for l := range strings.SplitSeq(text.CleanLines(body), "\n") {
		p.say(l)
	}
}
