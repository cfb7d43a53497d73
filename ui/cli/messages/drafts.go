package messages

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/words"
)

// DraftsOptions are what telex drafts may touch.
type DraftsOptions struct {
	who.Home
	In  io.Reader // answers whether to delete
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// Drafts is telex drafts, with show and remove.
func Drafts(o DraftsOptions) *cobra.Command {
	var inSandbox, asJSON bool
	cmd := &cobra.Command{
		Use:   "drafts",
		Short: "List unfinished messages",
		Long: `Drafts lists what was being written when a console ended, the latest first, but
not what a running telex is writing. To continue one, start telex and press f3.
Those of the sandbox are listed, and continued, with --sandbox.

On a terminal the columns are cut to its width. Otherwise each draft is a line
of four fields with tabs between them: id, time, recipients, and the first line
of the text. With --json it is an array of objects with id, created_at,
updated_at, profile, from, to, addressing, text, media, tag, priority, expires,
not_added (what was typed and is no recipient or file yet) and error (the draft
cannot be read); what is empty is absent.`,
		Example: "  telex drafts\n  telex drafts --json",
		Args:    noDraft,
		RunE:    func(cmd *cobra.Command, _ []string) error { return drafts(cmd.Context(), o, inSandbox, asJSON) },
	}
	draftFlags(cmd, &inSandbox).BoolVar(&asJSON, "json", false, "one JSON value on standard output")
	cmd.ValidArgsFunction = who.CompleteNothing
	cmd.AddCommand(showDraftCommand(o), removeDraftsCommand(o))
	return cmd
}

func showDraftCommand(o DraftsOptions) *cobra.Command {
	var inSandbox, asJSON bool
	cmd := &cobra.Command{
		Use:               "show ID",
		Short:             "Show all of one draft",
		Long:              "Show prints everything that one draft holds. With --json it is the object of\ntelex drafts.",
		Example:           "  telex drafts show 3",
		ValidArgsFunction: o.completeDrafts(&inSandbox, 1),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return say.Usagef("%s needs the id of one draft; telex drafts lists them", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return showDraft(cmd.Context(), o.Home, args[0], inSandbox, asJSON)
		},
	}
	draftFlags(cmd, &inSandbox).BoolVar(&asJSON, "json", false, "one JSON value on standard output")
	return cmd
}

func removeDraftsCommand(o DraftsOptions) *cobra.Command {
	var inSandbox, yes bool
	cmd := &cobra.Command{
		Use:               "remove ID…",
		Short:             "Delete drafts, which cannot be brought back",
		Long:              "Remove deletes drafts, after asking. If one of the ids is no draft, it deletes\nnone.",
		Example:           "  telex drafts remove 3\n  telex drafts remove 3 4 --yes",
		ValidArgsFunction: o.completeDrafts(&inSandbox, 0),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return say.Usagef("%s needs the ids of drafts; telex drafts lists them", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return removeDrafts(cmd.Context(), o, args, inSandbox, yes)
		},
	}
	draftFlags(cmd, &inSandbox).BoolVar(&yes, "yes", false, "delete without asking")
	return cmd
}

// draftFlags are those of each of the commands, to which it adds its own.
func draftFlags(cmd *cobra.Command, inSandbox *bool) *pflag.FlagSet {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(inSandbox, "sandbox", false, "what was written with --sandbox")
	return flags
}

// noDraft refuses arguments of telex drafts: each is a draft, or a command misspelt.
func noDraft(cmd *cobra.Command, args []string) error {
	err := say.NoArguments(cmd, args)
	if err != nil {
		return &say.UsageError{What: err.Error(), Hint: "telex drafts show ID shows one, telex drafts remove ID deletes it"}
	}
	return nil
}

// completeDrafts tells shells which drafts there are, most arguments at most; 0 is any number.
func (o DraftsOptions) completeDrafts(inSandbox *bool, most int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if most > 0 && len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var offered []string
		for _, d := range o.Unfinished(cmd.Context(), *inSandbox) {
			id := strconv.FormatInt(d.ID, 10)
			if slices.Contains(args, id) {
				continue
			}
			gist, _ := draft.Gist(d)
			offered = append(offered, id+"\t"+gist)
		}
		return offered, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// drafts is telex drafts.
func drafts(ctx context.Context, with DraftsOptions, inSandbox, asJSON bool) error {
	o, err := with.OpenOutboxToRead(ctx, inSandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := o.Drafts(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		why := ""
		if o.OmitsText() {
			why = ": no texts are kept here"
		}
		with.Output.Say("no drafts in %s%s", o.Path(), why)
	}
	if asJSON {
		rows := make([]DraftRow, 0, len(all))
		for _, d := range all {
			rows = append(rows, draftRowOf(d))
		}
		return with.Output.Value(rows)
	}
	terminal, ok := say.TerminalFile(with.Out)
	if !ok {
		return with.Output.Text(tabbedDrafts(all))
	}
	if err := with.Output.Text(draftTable(all, with.Now().Location(), say.Columns(terminal))); err != nil {
		return err
	}
	if len(all) > 0 {
		with.Output.Say("%s", continuing(inSandbox))
	}
	return nil
}

// continuing says how a draft is finished.
func continuing(inSandbox bool) string {
	return "to continue one, start " + words.Shell{Sandbox: inSandbox}.Command() + " and press f3"
}

// findDraft is the draft that somebody named, of all that nobody writes.
func findDraft(all []outbox.Draft, name string, o *outbox.Outbox) (outbox.Draft, error) {
	for _, d := range all {
		if strings.TrimPrefix(name, "#") == strconv.FormatInt(d.ID, 10) {
			return d, nil
		}
	}
	return outbox.Draft{}, &say.UsageError{
		What: "there is no draft " + say.Quoted(name) + " in " + o.Path(),
		Hint: "telex drafts lists them, except what a running telex is writing; for those of the sandbox add --sandbox",
	}
}

// showDraft is telex drafts show.
func showDraft(ctx context.Context, h who.Home, name string, inSandbox, asJSON bool) error {
	o, err := h.OpenOutboxToRead(ctx, inSandbox)
	if err != nil {
		return err
	}
	defer h.CloseOutbox(o)
	all, err := o.Drafts(ctx)
	if err != nil {
		return err
	}
	d, err := findDraft(all, name, o)
	if err != nil {
		return err
	}
	if asJSON {
		return h.Output.Value(draftRowOf(d))
	}
	f, err := draft.Decode(d.Body)
	if err != nil {
		return err
	}
	return h.Output.Text(sheetOf(draftFacts(d, f, h.Now().Location())))
}

// removeDrafts is telex drafts remove.
func removeDrafts(ctx context.Context, with DraftsOptions, names []string, inSandbox, yes bool) error {
	if !yes && !say.IsTerminal(with.In) {
		return &say.UsageError{What: "nothing was deleted: " + say.ErrNoTerminal.Error(), Hint: "to delete without being asked, add --yes"}
	}
	o, err := with.OpenOutbox(ctx, inSandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	doomed, err := findDrafts(ctx, o, names)
	if err != nil {
		return err
	}
	if !yes {
		for _, d := range doomed {
			gist, _ := draft.Gist(d)
			with.Output.Say("draft %d of %s, %s", d.ID, d.Updated.In(with.Now().Location()).Format("2006-01-02 15:04"), gist)
		}
		sure, err := ask.OnInput(with.In, with.Output, "delete "+text.Count(len(doomed), "draft")+"? This cannot be undone.")
		if err != nil || !sure {
			if err == nil {
				with.Output.Say("nothing was deleted")
			}
			return err
		}
		if doomed, err = findDrafts(ctx, o, names); err != nil { // another telex may have continued one meanwhile
			return err
		}
	}
	for i, d := range doomed {
		if err := o.DeleteDraft(ctx, d.ID); err != nil {
			with.Output.Say("%s deleted before it failed", text.Count(i, "draft"))
			return err
		}
	}
	return with.Output.Line("deleted %s", text.Count(len(doomed), "draft"))
}

// findDrafts are those that somebody named, each once.
func findDrafts(ctx context.Context, o *outbox.Outbox, names []string) ([]outbox.Draft, error) {
	all, err := o.Drafts(ctx)
	if err != nil {
		return nil, err
	}
	var found []outbox.Draft
	seen := map[int64]bool{}
	for _, name := range names {
		d, err := findDraft(all, name, o)
		if err != nil {
			return nil, err
		}
		if !seen[d.ID] {
			found, seen[d.ID] = append(found, d), true
		}
	}
	return found, nil
}

// draftFacts is all that a draft holds.
func draftFacts(d outbox.Draft, f draft.Form, zone *time.Location) []words.Fact {
	var facts []words.Fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, words.Fact{Label: label, Value: value})
		}
	}
	add("draft", strconv.FormatInt(d.ID, 10))
	add("written", words.Time(d.Updated.In(zone)))
	add("profile", text.Clean(d.Profile))
	add("from", text.Clean(f.From))
	facts = append(facts, words.List("to", f.To)...)
	add("send as", addressingOf(f))
	add("text", text.CleanLines(f.Text))
	facts = append(facts, words.List("media", f.Media)...)
	add("tag", text.Clean(f.Tag))
	add("priority", text.Clean(string(f.Priority)))
	add("give up", text.Clean(f.Expires))
	return append(facts, words.List("not added", notAdded(f))...)
}
