package broadcast

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// shownJSON is what --json prints of a broadcast. It is an API: keys are added, never
// changed. What is empty is absent.
type shownJSON struct {
	ID         int64               `json:"id"`
	Name       string              `json:"name"`
	State      outbox.RunState     `json:"state"`
	Unattended bool                `json:"unattended,omitempty"`  // it runs, and nobody sends it: its telex was killed
	Reason     string              `json:"reason,omitempty"`      // why it came into its state
	HoldUntil  string              `json:"hold_until,omitempty"`  // RFC 3339, UTC: nothing leaves before
	HoldReason string              `json:"hold_reason,omitempty"` // why not
	People     int                 `json:"people"`
	Unprepared int                 `json:"unprepared,omitempty"` // rows of its list that are missing: telex ended while it prepared it
	Counts     map[string]int      `json:"counts"`               // of messages by state; queued are those who wait, skipped who get none
	Skipped    map[outbox.Skip]int `json:"skipped,omitempty"`
	Segments   int                 `json:"segments"` // that Bandwidth took
	Price      *price.Range        `json:"price,omitempty"`
	Rate       string              `json:"rate"`
	Campaigns  []campaign          `json:"campaigns,omitempty"` // that its senders are of
	Hours      string              `json:"hours"`
	From       []string            `json:"from"`
	Text       string              `json:"text"`
	Media      []string            `json:"media,omitempty"`
	Files      []outbox.SentFile   `json:"files,omitempty"` // of the sender's machine, among the media
	Tag        string              `json:"tag,omitempty"`
	List       string              `json:"list"`
	Profile    string              `json:"profile,omitempty"`
	Wants      bool                `json:"wants_approval,omitempty"` // another person than started_by has to approve it
	ApprovedBy string              `json:"approved_by,omitempty"`
	ApprovedAt string              `json:"approved_at,omitempty"`
	StartedBy  string              `json:"started_by,omitempty"`
	Host       string              `json:"host,omitempty"`
	Again      int64               `json:"again,omitempty"` // the broadcast some of whose people these are
	CreatedAt  string              `json:"created_at"`
	say.Due                        // it begins then, by itself
	StartedAt  string              `json:"started_at,omitempty"`
	EndedAt    string              `json:"ended_at,omitempty"`
	EtaS       int                 `json:"eta_s,omitempty"` // at its pace, without a look at hours; of one that runs
}

// shown is a broadcast as --json prints it.
func (s *sending) shown(ctx context.Context, r outbox.Run, c outbox.RunCounts) (shownJSON, error) {
	kept, err := settingsOf(r)
	if err != nil {
		return shownJSON{}, err
	}
	c = finalCounts(r, c)
	b := r.Broadcast
	j := shownJSON{
		ID: r.ID, Name: r.Name, State: r.State, Reason: r.Reason.String(), People: c.People, Counts: countsOf(c), Skipped: c.Skipped, Segments: r.Segments,
		Rate: "unlimited", Campaigns: kept.Campaigns, Hours: kept.Hours, From: b.Senders, Text: b.Text, Media: b.Media, Files: kept.sentFiles(b.Media), Tag: b.Tag, List: b.List.Name, Profile: b.By.Profile,
		Wants: WantsApproval(r), ApprovedBy: r.Approval.By.Name, ApprovedAt: say.Time(r.Approval.At), Due: say.DueOf(r.Due()),
		StartedBy: b.StartedBy, Host: b.Host, Again: b.Again, CreatedAt: say.Time(r.Created), StartedAt: say.Time(r.Started), EndedAt: say.Time(r.Ended),
	}
	if r.State == outbox.RunPlanned {
		j.Unprepared = max(kept.People-r.People, 0)
	}
	if r.State == outbox.RunRunning && r.Hold.Reason.Kind != "" {
		j.HoldUntil, j.HoldReason = say.Time(r.Hold.Until), r.Hold.Reason.String()
	}
	if j.Unattended, err = s.unattended(ctx, r); err != nil {
		return j, err
	}
	if pace, err := kept.pace(); err == nil && pace.Account.Limits() {
		j.Rate = pace.Account.String()
	}
	if rate := kept.perSecond(b.Senders); rate > 0 && r.State == outbox.RunRunning && !j.Unattended {
		j.EtaS = int(seconds(float64(c.Waiting<<r.Slowed)/rate) / time.Second)
	}
	if figures := s.figures(r); figures.Known() {
		sum, err := s.cost(ctx, r, figures)
		if err != nil {
			return j, err
		}
		j.Price = &sum
	}
	return j, nil
}

// unattended reports whether a broadcast runs and nobody sends it.
func (s *sending) unattended(ctx context.Context, r outbox.Run) (bool, error) {
	if r.State != outbox.RunRunning {
		return false, nil
	}
	attended, err := s.o.Attended(ctx, r.ID)
	return !attended && err == nil, err
}

// figures are those of the profile that a broadcast is sent by; none if it is not there.
func (s *sending) figures(r outbox.Run) price.Figures {
	if s.flags.Sandbox || r.Broadcast.By.Profile == "" {
		return price.Figures{}
	}
	file, err := s.Configuration()
	if err != nil {
		return price.Figures{}
	}
	p, err := file.Profile(r.Broadcast.By.Profile)
	if err != nil {
		return price.Figures{}
	}
	return who.Figures(p)
}

// cost is what a broadcast came to so far.
func (s *sending) cost(ctx context.Context, r outbox.Run, figures price.Figures) (sum price.Range, err error) {
	sum.Currency = figures.Currency
	err = everybody(ctx, s.o, r.ID, func(t outbox.Told) error {
		sum = sum.Add(costOf(figures, t))
		return nil
	})
	return sum, err
}

// costOf is what one person's message came to.
func costOf(figures price.Figures, t outbox.Told) price.Range {
	if t.Entry.ID == 0 {
		return price.Range{Currency: figures.Currency}
	}
	return figures.After(t.Entry.Message, t.Entry.SegmentCount, price.Ending{To: t.Number, Code: t.Entry.ErrorCode, Created: t.Entry.State.Outcome()})
}

// finalCounts are counts in which nobody waits for a broadcast that was cancelled.
func finalCounts(r outbox.Run, c outbox.RunCounts) outbox.RunCounts {
	if r.State != outbox.RunCancelled || c.Waiting == 0 {
		return c
	}
	skipped := maps.Clone(c.Skipped)
	if skipped == nil {
		skipped = map[outbox.Skip]int{}
	}
	skipped[words.SkipCancelled], c.Waiting, c.Skipped = c.Waiting, 0, skipped
	return c
}

// final is the same of one person.
func final(r outbox.Run, t outbox.Told) outbox.Told {
	if r.State == outbox.RunCancelled && t.Message == 0 && t.State() == outbox.Queued {
		t.Skip = words.SkipCancelled
	}
	return t
}

// countsOf are the people by the state of their message.
func countsOf(c outbox.RunCounts) map[string]int {
	counts := map[string]int{}
	for s, n := range c.States {
		counts[string(s)] = n
	}
	if c.Waiting > 0 {
		counts[string(outbox.Queued)] += c.Waiting
	}
	for _, n := range c.Skipped {
		counts["skipped"] += n
	}
	return counts
}

// gist names a broadcast in one line.
func gist(r outbox.Run) string {
	return text.Clip(string(r.State) + ": " + r.Name)
}

func listCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the broadcasts, the newest first",
		Long: `List shows every broadcast of the outbox, the newest first. On a terminal these
are columns. Otherwise each is a line of five fields with tabs between them: id,
state, when it was made, name, and what became of its people. With --json it is
an array of the objects that show prints.`,
		Example:           "  telex broadcast list\n  telex broadcast list --json",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return listRuns(cmd.Context(), o, f) },
	}
	f.json(f.register(cmd))
	return cmd
}

func listRuns(ctx context.Context, with Options, f flags) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := o.Runs(ctx)
	if err != nil {
		return err
	}
	s := &sending{Options: with, flags: f, o: o}
	rows, shown := [][]string{}, []shownJSON{}
	for _, r := range all {
		if !isBroadcast(r) {
			continue
		}
		c, err := o.RunCounts(ctx, r.ID)
		if err != nil {
			return err
		}
		if f.asJSON {
			j, err := s.shown(ctx, r, c)
			if err != nil {
				return err
			}
			shown = append(shown, j)
			continue
		}
		state := string(r.State)
		if due := r.Due(); !due.IsZero() {
			state += ", begins " + words.When(due, with.Now().Location())
		}
		if alone, err := s.unattended(ctx, r); err != nil {
			return err
		} else if alone {
			state += ", " + words.NobodySends
		} else if WantsApproval(r) {
			state += ", " + words.WantsApproval
		}
		made := r.Created.In(with.Now().Location()).Format("2006-01-02 15:04")
		rows = append(rows, []string{strconv.FormatInt(r.ID, 10), state, made, r.Name, words.RunCounts(r.State, c)})
	}
	if f.asJSON {
		return with.Output.Value(shown)
	}
	if len(rows) == 0 {
		with.Output.Say("there are no broadcasts in %s; %s makes one", o.Path(), with.Shell(f.Sandbox).Command("broadcast", "start"))
		return nil
	}
	return with.Output.Text(say.Table(with.Out, []string{"id", "state", "made", "name", "people"}, rows))
}

func showCommand(o Options) *cobra.Command {
	f := asked()
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show how a broadcast stands",
		Long: `Show says how a broadcast stands, what became of its people, and what it is made
of. With --json it is an object with id, name, state, people, counts by state,
skipped by reason, segments, price, rate, hours, from, text, list, started_at,
ended_at, eta_s, unattended and others; what is empty is absent. It is
unattended if it runs and nobody sends it, because its telex was killed: telex
broadcast resume goes on.`,
		Example:           "  telex broadcast show 12\n  telex broadcast show 12 --json",
		Args:              oneID,
		ValidArgsFunction: o.completeIDs(),
		RunE:              func(cmd *cobra.Command, args []string) error { return show(cmd.Context(), o, f, args[0]) },
	}
	f.json(f.register(cmd))
	return cmd
}

func show(ctx context.Context, with Options, f flags, name string) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	r, err := find(ctx, o, f.Sandbox, name)
	if err != nil {
		return err
	}
	c, err := o.RunCounts(ctx, r.ID)
	if err != nil {
		return err
	}
	s := &sending{Options: with, flags: f, o: o}
	j, err := s.shown(ctx, r, c)
	if err != nil {
		return err
	}
	if f.asJSON {
		return with.Output.Value(j)
	}
	moves, err := o.RunMoves(ctx, r.ID)
	if err != nil {
		return err
	}
	return with.Output.Text(s.showText(ctx, r, c, j, moves))
}

// showText is a broadcast for people.
func (s *sending) showText(ctx context.Context, r outbox.Run, c outbox.RunCounts, j shownJSON, moves []outbox.RunMove) string {
	zone := s.Now().Location()
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			b.WriteString(text.Pad(name, label) + " " + say.Hang(text.Clean(value), strings.Repeat(" ", label+1)) + "\n")
		}
	}
	line("Broadcast", strconv.FormatInt(r.ID, 10)+", "+r.Name)
	state, next := words.RunState(r, zone), words.NextForRun(r, s.Shell(s.flags.Sandbox))
	if j.Unattended {
		state, next = state+"; "+words.NobodySends, "to go on: "+words.ResumeRun(r.ID, s.Shell(s.flags.Sandbox))
	}
	line("State", state)
	if !r.Due().IsZero() {
		line("", strings.Join(s.beginningWords(ctx, r), "; "))
	}
	line("People", words.RunCounts(r.State, c))
	for _, problem := range words.RunProblems(c) {
		line("", problem)
	}
	if j.Unprepared > 0 {
		line("", "it is not prepared to its end, and lacks "+text.Count(j.Unprepared, "row")+" of its list")
	}
	line("Text", words.FirstLine(r.Broadcast.Text))
	line("Media", strings.Join(r.Broadcast.Media, ", "))
	line("From", strings.Join(r.Broadcast.Senders, ", "))
	line("List", r.Broadcast.List.Name)
	if r.Broadcast.Again != 0 {
		line("Again", "some of broadcast "+strconv.FormatInt(r.Broadcast.Again, 10))
	}
	line("Segments", strconv.Itoa(r.Segments)+" taken by Bandwidth")
	if j.Price != nil {
		line("Price", words.Price(*j.Price))
	}
	line("Pace", j.Rate+campaignWords(j.Campaigns)+", hours "+j.Hours)
	for _, m := range moves {
		line("", words.Day(m.At, s.Now())+" "+m.At.In(zone).Format("15:04:05")+" "+moved(r, m, zone))
	}
	line("By", strings.TrimPrefix(words.User(r.Broadcast.Starter())+", "+words.Time(r.Created.In(zone)), ", "))
	line("Next", next)
	return b.String()
}

// everybody gives all people of a broadcast to do.
func everybody(ctx context.Context, o *outbox.Outbox, id int64, do func(outbox.Told) error) error {
	for after := 0; ; {
		page, err := o.RunPeople(ctx, id, outbox.PeopleFilter{}, after, peopleAtOnce)
		if err != nil {
			return err
		}
		for _, t := range page {
			if err := do(t); err != nil {
				return err
			}
			after = t.N
		}
		if len(page) < peopleAtOnce {
			return nil
		}
	}
}

// peopleAtOnce is how many people are read at a time.
const peopleAtOnce = 500

// recipient reads the number of somebody, with what is doubtful about it.
func recipient(with Options, id who.Identity, typed string) (string, error) {
	n, err := number.Parse(typed, id.Region)
	if err != nil {
		return "", say.Usagef("--sample-to: %s; nothing was sent", say.Plain(err))
	}
	with.Remark(id, "--sample-to", typed, n)
	if messaging.SenderProblem(n.E164) != "" {
		return "", say.Usagef("--sample-to %s cannot be texted; nothing was sent", n.E164)
	}
	return n.E164, nil
}
