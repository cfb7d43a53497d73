package outboxtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// ownToo is a second number of ours.
const ownToo = "+12345678909"

// testReceived: what somebody wrote becomes a row, once, with all that is told of it.
func (on *suite) testReceived(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	c.Advance(time.Minute)
	v := sample.Came("api-in", sample.Alice, "hello there")
	v.Message.Media, v.Message.SegmentCount = []string{"https://example.com/a.png"}, 2
	taken := sample.Heard(t, o.Outbox, v)[0]
	d := sample.RowOf(t, o.Outbox, taken.Message)
	want := messaging.Message{From: sample.Alice, To: []string{sample.Sender}, Text: v.Message.Text, Media: v.Message.Media, ApplicationID: sample.Application}
	if d.State != outbox.Received || d.Direction != outbox.In || d.Message.From != want.From || !slices.Equal(d.Message.To, want.To) || d.Message.Text != want.Text ||
		!slices.Equal(d.Message.Media, want.Media) || d.SegmentCount != 2 || d.MessageID != "api-in" || d.By.AccountID != "9900000" ||
		d.In != (outbox.Inbound{Own: sample.Sender, Said: sample.Noon}) || !d.Created.Equal(c.Now()) || d.TextLength != 11 {
		t.Errorf("it is %+v, want %+v as received", d.Entry, want)
	}
	if len(d.Events) != 1 || d.Events[0].Type != string(callback.MessageReceived) || d.Events[0].ID == 0 || !d.Events[0].At.Equal(sample.Noon) || !d.Events[0].Recorded.Equal(c.Now()) {
		t.Errorf("it came by %+v, want the event", d.Events)
	}
	if body := sample.Value[string](t, o.engine, "SELECT body FROM events WHERE id = ?", d.Events[0].ID); body != string(v.Raw) {
		t.Errorf("the event is kept as %s, want %s", body, v.Raw)
	}
	if again := sample.Heard(t, o.Outbox, v)[0]; again.News || again.Message != taken.Message {
		t.Errorf("said twice: %+v, want no news of message %d", again, taken.Message)
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: "hello 8902"}); !slices.Equal(got, []int64{taken.Message}) {
		t.Errorf("a search finds %v, want it", got)
	}
	recent, err := o.RecentRecipients(t.Context(), 5)
	if err != nil || len(recent) != 0 {
		t.Errorf("recent recipients are %v, %v, want none: we wrote to nobody", recent, err)
	}
	repeats, err := o.Repeats(t.Context(), []messaging.Message{{From: sample.Alice, To: []string{sample.Sender}, Text: want.Text, Media: want.Media}})
	if err != nil || len(repeats) != 0 {
		t.Errorf("repeats: %v, %v, want none of what came in", repeats, err)
	}
	at, err := o.Heard(t.Context(), outbox.By{AccountID: "9900000"})
	other, err2 := o.Heard(t.Context(), outbox.By{AccountID: "of others"})
	if err != nil || err2 != nil || !at.Equal(c.Now()) || !other.IsZero() {
		t.Errorf("heard last at %s and %s, %v, %v, want now and never", at, other, err, err2)
	}
	f, err := o.Check(t.Context(), nil, taken.Message) // there is nothing to ask
	if err != nil || f.Entry.State != outbox.Received {
		t.Errorf("Check = %+v, %v, want it as it is", f.Entry, err)
	}
	// What is told of its id as if we had sent it is another message's, or nobody's.
	if stray := sample.Heard(t, o.Outbox, sample.Event(callback.MessageFailed, "api-in", sample.Alice, 4720))[0]; stray.Message != 0 || !stray.News {
		t.Errorf("a failure of it: %+v, want it kept for nobody", stray)
	}
	state, err := o.Deliver(t.Context(), taken.Message, sample.Told("api-in", sample.SMS(""), "FAILED 4720"))
	if err != nil || state != outbox.Received {
		t.Errorf("Deliver = %s, %v, want nothing changed", state, err)
	}
	sound(t, o)
}

// testReceivedByRBM: what comes by another channel has its text where that channel has it.
func (on *suite) testReceivedByRBM(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	for text, change := range map[string]func(*callback.Event){
		"in content": func(v *callback.Event) { v.Message.Content = []byte(`{"text":"in content","else":1}`) },
		"Yes, please": func(v *callback.Event) {
			v.Type, v.Message.Suggestion = callback.SuggestionResponse, &callback.Suggestion{Text: "Yes, please"}
		},
		"35.780000, -78.640000": func(v *callback.Event) {
			v.Type, v.Message.Location = callback.LocationResponse, &callback.Location{Latitude: 35.78, Longitude: -78.64}
		},
		"": func(v *callback.Event) { v.Message.Content = []byte(`["odd"]`) },
	} {
		v := sample.Came("rbm "+text, sample.Alice, "")
		v.Message.Channel = "RBM"
		change(&v)
		d := sample.RowOf(t, o.Outbox, sample.Heard(t, o.Outbox, v)[0].Message)
		if d.Message.Text != text || d.State != outbox.Received || d.Events[0].Type != string(v.Type) {
			t.Errorf("%s: it is %q by %+v, want %q", v.Type, d.Message.Text, d.Events, text)
		}
	}
}

// testReceivedTwice: who writes the same twice said it twice, in History as well.
func (on *suite) testReceivedTwice(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	sample.Heard(t, o.Outbox, sample.Came("one", sample.Alice, "ok"), sample.Came("two", sample.Alice, "ok"))
	want(t, "rows", sample.IDsIn(t, o.Outbox, outbox.Filter{Folded: true}), 2, 1)
	want(t, "unread", threadsOf(t, o, outbox.ThreadFilter{}), sample.Sender+"["+sample.Alice+"]2 ok")
}

// testReceivedUnproven: a row says that nobody vouches for it until somebody does.
func (on *suite) testReceivedUnproven(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	v := sample.Came("api-in", sample.Alice, "STOP")
	for _, trust := range []callback.Trust{callback.Untrusted, callback.Trusted, callback.Untrusted} {
		v.Trust = trust
		id := sample.Heard(t, o.Outbox, v)[0].Message
		proven := sample.RowOf(t, o.Outbox, id)
		if proven.In.Unproven != (trust == callback.Untrusted && proven.Events[0].Untrusted) || len(proven.Events) != 1 {
			t.Errorf("trust %d: unproven %t by %+v", trust, proven.In.Unproven, proven.Events)
		}
	}
	if d := sample.RowOf(t, o.Outbox, 1); d.In.Unproven || d.Events[0].Untrusted {
		t.Errorf("it is unproven by %+v, want it proven for good", d.Events)
	}
}

// testReceivedOmitted: an outbox that keeps no texts keeps none of others either.
func (on *suite) testReceivedOmitted(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{OmitText: true})
	v := sample.Came("api-in", sample.Alice, "topsecret")
	v.Raw = []byte(`{"text":"topsecret"}`)
	d := sample.RowOf(t, o.Outbox, sample.Heard(t, o.Outbox, v)[0].Message)
	if !d.TextOmitted || d.Message.Text != "" || d.TextLength != 9 {
		t.Errorf("it is %+v, want no text and its length", d.Entry)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM events WHERE body IS NOT NULL"); n != 0 {
		t.Errorf("%d events are kept as they came, want none", n)
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: "topsecret"}); len(got) != 0 {
		t.Errorf("a search for the text finds %v, want nothing", got)
	}
}

// inboundRecord is what the API lists of a message that came in.
func inboundRecord(id, from, own string) messaging.Record {
	return messaging.Record{
		MessageID: id, Source: from, Destination: own, Status: messaging.StatusReceived, Direction: "INBOUND", Type: "sms",
		ReceiveTime: sample.Noon.Format(time.RFC3339Nano), SegmentCount: 3, MessageLength: 400,
	}
}

// testGap: since when messages may be missing is known until they were looked up, whatever
// is heard meanwhile and however often a process begins anew.
func (on *suite) testGap(t *testing.T) {
	c := sample.NewClock()
	place := on.place(t)
	o := on.opened(t, place, outbox.Options{Now: c.Now})
	by := outbox.By{AccountID: "9900000"}
	want := func(at time.Time) {
		t.Helper()
		if got, err := o.Gap(t.Context(), by); err != nil || !got.Equal(at) {
			t.Errorf("messages may be missing since %s, %v, want %s", got, err, at)
		}
	}
	want(time.Time{})
	first := c.Now()
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "hello"))
	c.Advance(time.Hour)
	want(first)
	sample.Heard(t, o.Outbox, sample.Came("b", sample.Alice, "hello again"))
	want(first)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	o = on.opened(t, place, outbox.Options{Now: c.Now})
	want(first)
	if err := o.CloseGap(t.Context(), outbox.By{AccountID: "of others"}); err != nil {
		t.Fatal(err)
	}
	want(first)
	if err := o.CloseGap(t.Context(), by); err != nil {
		t.Fatal(err)
	}
	want(c.Now())
}

// testMissed: what came while nobody listened is known without its text, which its
// callback still brings; what is known is not added again.
func (on *suite) testMissed(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	by := outbox.By{AccountID: "9900000"}
	known := sample.Heard(t, o.Outbox, sample.Came("heard", sample.Alice, "I am here"))[0].Message
	records := []messaging.Record{
		inboundRecord("heard", sample.Alice, sample.Sender), inboundRecord("missed", sample.Bob, sample.Sender), inboundRecord("missed", sample.Bob, ownToo),
		inboundRecord("", sample.Bob, sample.Sender), sample.RecordsOf("ours", sample.SMS("Hi"), sample.Noon)[0],
	}
	added, err := o.Missed(t.Context(), by, records)
	if err != nil || len(added) != 1 {
		t.Fatalf("Missed = %+v, %v, want the one that nobody heard", added, err)
	}
	e := added[0]
	if e.State != outbox.Received || !e.In.Missed || e.Message.Text != "" || e.SegmentCount != 3 || e.Message.From != sample.Bob || e.TextLength != 400 ||
		!e.In.Said.Equal(sample.Noon) || e.In.Own != sample.Sender || !slices.Equal(e.Message.To, []string{sample.Sender, ownToo}) {
		t.Errorf("it is %+v, want who wrote to whom and when", e)
	}
	if again, err := o.Missed(t.Context(), by, records); err != nil || len(again) != 0 {
		t.Errorf("Missed again = %+v, %v, want nothing", again, err)
	}
	if d := sample.RowOf(t, o.Outbox, known); d.In.Missed || d.Message.Text == "" || len(d.Events) != 1 {
		t.Errorf("what was heard is %+v, want it as it was", d.Entry)
	}
	late := sample.Came("missed", sample.Bob, "so late", ownToo)
	for i := range 2 {
		taken := sample.Heard(t, o.Outbox, late)[0]
		d := sample.RowOf(t, o.Outbox, e.ID)
		if taken.Message != e.ID || taken.News != (i == 0) || d.In.Missed || d.Message.Text != "so late" || d.SegmentCount != 1 || len(d.Events) != 2 {
			t.Errorf("its callback: %+v, and it is %+v by %+v", taken, d.Entry, d.Events)
		}
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: "late"}); !slices.Equal(got, []int64{e.ID}) {
		t.Errorf("a search finds %v, want it by its text", got)
	}
	sound(t, o)
}

// testMissedUnread: a text that comes after its conversation was read is unread, once.
func (on *suite) testMissedUnread(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	sample.Heard(t, o.Outbox, sample.Came("before", sample.Bob, "I am here"))
	missed, err := o.Missed(t.Context(), ours, []messaging.Record{inboundRecord("missed", sample.Bob, sample.Sender)})
	sample.Must(t, err)
	threads, err := o.Threads(t.Context(), outbox.ThreadFilter{})
	sample.Must(t, err)
	bob := sample.Sender + "[" + sample.Bob + "]"
	want(t, "missed", threadsOf(t, o, outbox.ThreadFilter{}), bob+"2 ")
	sample.Must(t, o.MarkRead(t.Context(), threads[0].ID, missed[0].ID))
	want(t, "read", threadsOf(t, o, outbox.ThreadFilter{}), bob+"0 ")
	late := sample.Came("missed", sample.Bob, "so late")
	sample.Heard(t, o.Outbox, late)
	want(t, "its text came", threadsOf(t, o, outbox.ThreadFilter{}), bob+"1 so late")
	sample.Must(t, o.MarkRead(t.Context(), threads[0].ID, missed[0].ID))
	sample.Heard(t, o.Outbox, late)
	want(t, "it came twice", threadsOf(t, o, outbox.ThreadFilter{}), bob+"0 so late")
	sound(t, o)
}

// threadsOf are conversations in words: who with whom, how much is unread, what was last.
func threadsOf(t testing.TB, o *process, f outbox.ThreadFilter) (lines []string) {
	t.Helper()
	threads, err := o.Threads(t.Context(), f)
	sample.Must(t, err)
	for _, h := range threads {
		lines = append(lines, fmt.Sprintf("%s%v%d %s", h.Own, h.Others, h.Unread, h.Last.Message.Text))
	}
	return lines
}

// talkOf are the texts of conversations.
func talkOf(t testing.TB, o *process, f outbox.TalkFilter) (texts []string) {
	t.Helper()
	entries, err := o.Talk(t.Context(), f)
	sample.Must(t, err)
	for _, e := range entries {
		texts = append(texts, e.Message.Text)
	}
	return texts
}

func want[T comparable](t testing.TB, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// testThreads: a conversation is a number of ours and the others; what was said there is
// in it, and what was not read is counted.
func (on *suite) testThreads(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	want(t, "nothing said", threadsOf(t, o, outbox.ThreadFilter{}))
	accepted(t, o, "1", sample.SMS("to Alice"))
	accepted(t, o, "2", sample.SMS("to all", sample.Carol, sample.Bob))
	too := sample.SMS("from the other")
	too.From = ownToo
	accepted(t, o, "3", too)
	sample.Heard(t, o.Outbox, sample.Came("in-1", sample.Alice, "yes"), sample.Came("in-2", sample.Bob, "all right", sample.Carol), sample.Came("in-3", sample.Alice, "and you?"))
	alice, group, both := sample.Sender+"["+sample.Alice+"]", sample.Sender+"["+sample.Bob+" "+sample.Carol+"]", ownToo+"["+sample.Alice+"]"
	want(t, "all", threadsOf(t, o, outbox.ThreadFilter{}), alice+"2 and you?", group+"1 all right", both+"0 from the other")
	want(t, "one page", threadsOf(t, o, outbox.ThreadFilter{Limit: 1}), alice+"2 and you?")
	threads, err := o.Threads(t.Context(), outbox.ThreadFilter{})
	sample.Must(t, err)
	want(t, "the next page", threadsOf(t, o, outbox.ThreadFilter{Before: threads[0].Last.ID, Limit: 1}), group+"1 all right")
	want(t, "unread", threadsOf(t, o, outbox.ThreadFilter{Unread: true}), alice+"2 and you?", group+"1 all right")
	want(t, "heard", threadsOf(t, o, outbox.ThreadFilter{Heard: true, Own: ownToo}))
	want(t, "with Alice", threadsOf(t, o, outbox.ThreadFilter{With: []string{sample.Alice}}), alice+"2 and you?", both+"0 from the other")
	want(t, "with Bob alone", threadsOf(t, o, outbox.ThreadFilter{With: []string{sample.Bob}}))
	want(t, "with both", threadsOf(t, o, outbox.ThreadFilter{With: []string{sample.Carol, sample.Bob}}), group+"1 all right")
	want(t, "found by a number", threadsOf(t, o, outbox.ThreadFilter{Find: sample.Carol[4:]}), group+"1 all right")
	want(t, "found by words", threadsOf(t, o, outbox.ThreadFilter{Find: "ALL r"}), group+"1 all right")
	want(t, "found among our own numbers", threadsOf(t, o, outbox.ThreadFilter{Find: ownToo}))
	want(t, "found by signs that could stand for any", threadsOf(t, o, outbox.ThreadFilter{Find: `a%_\\`}))
	ids := []int64{threads[0].ID, threads[2].ID}
	want(t, "talk", talkOf(t, o, outbox.TalkFilter{Threads: ids[:1]}), "to Alice", "yes", "and you?")
	want(t, "talk of both", talkOf(t, o, outbox.TalkFilter{Threads: ids}), "to Alice", "from the other", "yes", "and you?")
	want(t, "its end", talkOf(t, o, outbox.TalkFilter{Threads: ids, Limit: 2}), "yes", "and you?")
	last := threads[0].Last.ID
	want(t, "before", talkOf(t, o, outbox.TalkFilter{Threads: ids, Before: last, Limit: 2}), "from the other", "yes")
	want(t, "after", talkOf(t, o, outbox.TalkFilter{Threads: ids, After: 1, Limit: 2}), "from the other", "yes")
	want(t, "what came in after", talkOf(t, o, outbox.TalkFilter{Threads: ids, After: 1, In: true}), "yes", "and you?")
	unread := func(want int) {
		t.Helper()
		if n, err := o.Unread(t.Context()); err != nil || n != want {
			t.Errorf("%d are unread, %v, want %d", n, err, want)
		}
	}
	unread(3)
	version, err := o.Version(t.Context())
	sample.Must(t, err)
	sample.Must(t, o.MarkRead(t.Context(), ids[0], last-1)) // the newest came while it was looked at
	if now, err := o.Version(t.Context()); err != nil || now == version {
		t.Errorf("the version is %d still, %v, want others to see it", now, err)
	}
	unread(2)
	sample.Must(t, o.MarkRead(t.Context(), ids[0], last))
	sample.Must(t, o.MarkRead(t.Context(), ids[0], 1)) // it stays read
	unread(1)
	sample.Heard(t, o.Outbox, sample.Came("in-4", sample.Alice, "hello?"))
	want(t, "unread", threadsOf(t, o, outbox.ThreadFilter{Unread: true}), alice+"1 hello?", group+"1 all right")
	if err := o.MarkRead(t.Context(), 4711, 1); err == nil {
		t.Error("a conversation that is not there was read, want an error")
	}
	if id, err := o.ThreadOf(t.Context(), last); err != nil || id != ids[0] {
		t.Errorf("ThreadOf = %d, %v, want %d", id, err, ids[0])
	}
	sound(t, o)
}

// testGroupCopies: what comes to several numbers of ours in one group is said once.
func (on *suite) testGroupCopies(t *testing.T) {
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		o := on.opened(t, on.place(t), outbox.Options{})
		copies := []callback.Event{sample.Came("first", sample.Alice, "hi all", ownToo), sample.Came("second", sample.Alice, "hi all", ownToo)}
		copies[1].To, copies[1].Message.Owner = ownToo, ownToo
		copies[1].Message.Time = sample.Noon.Add(4 * time.Second)
		var ids []int64
		for _, i := range order {
			ids = append(ids, sample.Heard(t, o.Outbox, copies[i])[0].Message)
		}
		if a, b := sample.RowOf(t, o.Outbox, ids[0]), sample.RowOf(t, o.Outbox, ids[1]); a.In.CopyOf != 0 || b.In.CopyOf != a.ID || a.In.Own == b.In.Own {
			t.Errorf("rows are %+v and %+v, want the second a copy of the first", a.In, b.In)
		}
		threads, err := o.Threads(t.Context(), outbox.ThreadFilter{})
		if err != nil || len(threads) != 1 || threads[0].Unread != 1 {
			t.Fatalf("conversations %+v, %v, want one with one unread", threads, err)
		}
		of := outbox.TalkFilter{Threads: []int64{threads[0].ID}}
		want(t, "talk", talkOf(t, o, of), "hi all")
		late := sample.Came("third", sample.Alice, "hi all", ownToo) // to the first number once more
		late.Message.Time = sample.Noon.Add(time.Second)
		other := sample.Came("fourth", sample.Alice, "hi all", ownToo)
		other.To, other.Message.Owner, other.Message.Time = ownToo, ownToo, sample.Noon.Add(10*time.Second)
		sample.Heard(t, o.Outbox, other)
		want(t, "much later", talkOf(t, o, of), "hi all", "hi all")
		if order[0] == 0 { // its copy is there already, and it is another of the same number
			sample.Heard(t, o.Outbox, late)
			want(t, "said again", talkOf(t, o, of), "hi all", "hi all", "hi all")
		}
		sound(t, o)
	}
}

// testPruneThreads: a conversation ends with its last message, and counts what is left.
func (on *suite) testPruneThreads(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	accepted(t, o, "1", sample.SMS("to Bob", sample.Bob))
	sample.Heard(t, o.Outbox, sample.Came("in-1", sample.Alice, "old"), sample.Event(callback.MessageSent, "nobody's", sample.Alice, 0))
	c.Advance(48 * time.Hour)
	sample.Heard(t, o.Outbox, sample.Came("in-2", sample.Alice, "new"))
	if n, err := o.Prune(t.Context(), c.Now().Add(-time.Hour)); err != nil || n != 2 {
		t.Errorf("Prune = %d, %v, want 2", n, err)
	}
	want(t, "what is left", threadsOf(t, o, outbox.ThreadFilter{}), sample.Sender+"["+sample.Alice+"]1 new")
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM strays"); n != 0 {
		t.Errorf("%d old events of nobody are left, want 0", n)
	}
	sound(t, o)
	_, err := o.Prune(t.Context(), c.Now().Add(time.Hour))
	sample.Must(t, err)
	want(t, "nothing left", threadsOf(t, o, outbox.ThreadFilter{}))
	sample.WantWhole(t, o.engine)
}
