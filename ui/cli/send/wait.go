package send

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

const (
	// waitStandard is how long --wait waits where nothing is said: most receipts come
	// within seconds.
	waitStandard = 10 * time.Minute
	// waitLongest is as long as the API keeps what became of a message.
	waitLongest = 14 * 24 * time.Hour
	// toldSingly is how many messages are told of each time they get further.
	toldSingly = 10
)

// waiting is how far telex send waits for messages to get.
type waiting struct {
	limit   time.Duration // 0: it does not wait
	require string        // a state: accepted, sent or delivered
}

// requirable are the states that can be waited for.
func requirable() []string {
	return []string{string(outbox.Accepted), string(outbox.Sent), string(outbox.Delivered)}
}

func (w *waiting) register(flags *pflag.FlagSet) {
	flags.DurationVar(&w.limit, "wait", 0, "wait until it is delivered, at most this `long`;\n10m if nothing is said")
	flags.Lookup("wait").NoOptDefVal = waitStandard.String()
	flags.StringVar(&w.require, "require", "", "the `state` to wait for: accepted, sent or delivered\n(delivered is the standard)")
}

// check refuses what makes no sense.
func (w *waiting) check(given bool) error {
	switch {
	case given && (w.limit <= 0 || w.limit > waitLongest):
		return say.Usagef("--wait takes a time such as 30s, 10m or 2h, at most 336h, which is how long Bandwidth keeps what became of a message")
	case w.require != "" && !given:
		return &say.UsageError{What: "--require says what --wait waits for", Hint: "add --wait, or --wait=1h for a limit of its own"}
	case w.require != "" && !slices.Contains(requirable(), w.require):
		return say.Usagef("--require %s cannot be waited for; choose one of %s", say.Quoted(w.require), strings.Join(requirable(), ", "))
	}
	if w.require == "" {
		w.require = string(outbox.Delivered)
	}
	return nil
}

// reached says whether a state is as far as is waited for, or cannot get there any more.
func (w waiting) reached(s outbox.State) (reached, over bool) {
	far := []outbox.State{outbox.Accepted, outbox.Sent, outbox.Unconfirmed, outbox.Delivered} // it left, if no receipt came
	want := outbox.State(w.require)
	reached = want == outbox.Accepted || slices.Index(far, s) >= slices.Index(far, want)
	return reached, reached || s == outbox.Failed || s == outbox.Unconfirmed // a receipt that is late may take days
}

// code is how a message that the API took ends.
func (w waiting) code(s outbox.State) say.Code {
	switch reached, _ := w.reached(s); {
	case reached:
		return say.ExitOK
	case s == outbox.Failed:
		return say.ExitRejected
	}
	return say.ExitOpen
}

// A delivery is what --json prints of what became of a message that was waited for.
type delivery struct {
	State      outbox.State `json:"state"`
	ErrorCode  int          `json:"error_code,omitempty"`
	Receipt    string       `json:"receipt,omitempty"` // what it is worth, as in the history
	Recipients []recipient  `json:"recipients,omitempty"`
	Asked      string       `json:"asked_at,omitempty"`
}

// A recipient is what is known of one.
type recipient struct {
	To        string `json:"to"`
	Status    string `json:"status"` // the API's word
	ErrorCode int    `json:"error_code,omitempty"`
	Receipt   string `json:"receipt,omitempty"`
}

func deliveryOf(d outbox.Detail) *delivery {
	out := &delivery{State: d.State, ErrorCode: d.ErrorCode, Receipt: string(d.Grade)}
	for _, r := range d.Deliveries {
		out.Recipients = append(out.Recipients, recipient{r.Recipient, string(r.Status), r.ErrorCode, string(r.Grade)})
	}
	if !d.Checked.IsZero() {
		out.Asked = d.Checked.UTC().Format(time.RFC3339)
	}
	return out
}

// with puts v into a JSON object as its last field.
func with(object []byte, name string, v any) ([]byte, error) {
	value, err := say.Encode(v)
	if err != nil {
		return nil, err
	}
	head := bytes.TrimRight(object, " \t\r\n")
	head = bytes.TrimRight(bytes.TrimSuffix(head, []byte("}")), " \t\r\n")
	comma := ","
	if bytes.HasSuffix(head, []byte("{")) {
		comma = ""
	}
	return fmt.Appendf(nil, "%s%s%q:%s}", head, comma, name, bytes.TrimSpace(value)), nil
}

// A wait is the waiting for the messages of one telex send.
type wait struct {
	waiting
	Options
	outbox  *outbox.Outbox
	link    who.Link
	by      outbox.By
	sandbox bool
	known   map[int64]outbox.State
	single  bool             // few enough to tell of each change
	ends    map[int64]waited // what is known in the end
}

// waited is how the waiting for a message ended.
type waited struct {
	delivery *delivery
	code     say.Code
}

// wait waits for messages that the API took, named by their rows.
func (w *wait) wait(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	ids = slices.Sorted(slices.Values(ids))
	w.known, w.ends = map[int64]outbox.State{}, map[int64]waited{}
	for _, id := range ids {
		w.known[id] = outbox.Accepted
	}
	w.single = len(ids) <= toldSingly
	if _, over := w.reached(outbox.Accepted); !over && ctx.Err() == nil {
		w.Output.Say("waiting for %s to be %s, at most %s; ctrl+c ends the waiting and not the message", text.Count(len(ids), "message"), w.require, plainly(w.limit))
		err := who.Watch{
			Outbox: w.outbox, API: w.link, By: w.by, Output: w.Output, Now: w.Now, After: w.After,
			See: w.see, Until: w.Now().Add(w.limit), Unheard: w.sandbox,
		}.Run(ctx, ids)
		if err != nil {
			return err
		}
	}
	for _, id := range ids {
		d, err := w.outbox.Detail(context.WithoutCancel(ctx), id)
		if err != nil {
			return err
		}
		w.ends[id] = waited{deliveryOf(d), w.code(d.State)}
	}
	w.sum(ctx, ids)
	return nil
}

// named is messages in words: the one by its number, or how many.
func named(ids []string, one, several string) string {
	if len(ids) == 1 {
		return fmt.Sprintf(one, ids[0])
	}
	return fmt.Sprintf(several, fmt.Sprint(len(ids)))
}

// plainly is a time limit as people write it: 10m.
func plainly(d time.Duration) string {
	s := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}

// see tells what is new, and which messages are still waited for.
func (w *wait) see(ctx context.Context, entries []outbox.Entry) (open []int64, err error) {
	for _, e := range entries {
		if _, over := w.reached(e.State); !over && !e.GivenUp() {
			open = append(open, e.ID)
		}
		if w.known[e.ID] == e.State {
			continue
		}
		w.known[e.ID] = e.State
		if !w.single && e.State != outbox.Failed {
			continue
		}
		d, err := w.outbox.Detail(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		w.Output.Say("%s", words.Message(d.Entry, d.Deliveries))
		if d.ErrorCode != 0 {
			w.Output.Say("  %s; telex explain %d says what to do", words.Code(d.ErrorCode), d.ErrorCode)
		}
	}
	return open, nil
}

// sum says what is still open, and how to go on.
func (w *wait) sum(ctx context.Context, ids []int64) {
	var open, late []string
	counts := map[outbox.State]int{}
	for _, id := range ids {
		end := w.ends[id]
		counts[end.delivery.State]++
		switch {
		case end.code != say.ExitOpen:
		case end.delivery.State == outbox.Unconfirmed:
			late = append(late, fmt.Sprint(id))
		default:
			open = append(open, fmt.Sprint(id))
		}
	}
	if !w.single {
		var parts []string
		for _, s := range outbox.States() {
			if counts[s] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
			}
		}
		w.Output.Say("now %s", strings.Join(parts, ", "))
	}
	if len(late) > 0 {
		w.Output.Say("%s may have arrived, so nothing is to be sent again; a late receipt may still come", named(late, "message %s", "%s messages"))
	}
	if len(open) == 0 {
		return
	}
	why := "the time is over"
	if ctx.Err() != nil {
		why = "stopped"
	}
	w.Output.Say("%s: %s still open; Bandwidth took it, and nothing is to be sent again", why, named(open, "message %s is", "%s messages are"))
	switch {
	case w.sandbox:
		w.Output.Say("  %s shows what is known; the sandbox forgets it now", w.Shell(true).Command("show", open[0]))
	case len(open) <= toldSingly:
		w.Output.Say("  %s goes on", w.Shell(false).CommandOf(w.by.Profile, slices.Concat([]string{"status"}, open, []string{"--watch"})...))
	default:
		w.Output.Say("  a console that is open goes on; %s does for one", w.Shell(false).CommandOf(w.by.Profile, "status", "ID", "--watch"))
	}
}
