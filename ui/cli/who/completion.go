package who

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// What a shell is offered stays few, so that a person can choose, and is read by an index.
const (
	mostMessages = 50
	mostLately   = 20 // numbers that something was sent to
)

const inOrder = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder

// CompleteMessages offers the ids of the newest messages, with what each is, for as many
// arguments as there may be; 0 is any number.
func (h Home) CompleteMessages(inSandbox *bool, most int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if most > 0 && len(args) >= most {
			return nil, inOrder
		}
		return h.messages(cmd.Context(), *inSandbox, args, typed), inOrder
	}
}

// messages are the ids that begin with what was typed, but for those that are there already.
func (h Home) messages(ctx context.Context, inSandbox bool, args []string, typed string) (offered []string) {
	h.glance(ctx, inSandbox, func(ctx context.Context, o *outbox.Outbox) {
		found, err := o.EntriesByID(ctx, typed, mostMessages)
		if err != nil {
			return
		}
		for _, e := range found {
			if id := strconv.FormatInt(e.ID, 10); !slices.Contains(args, id) {
				offered = append(offered, id+"\t"+messageWords(e))
			}
		}
	})
	return offered
}

// mostWords is how many characters of a text are shown beside its id.
const mostWords = 40

// messageWords is what a message is, on one line: "accepted, to +19195550101: Your table is…".
func messageWords(e outbox.Entry) string {
	party := "to " + words.FirstRecipients(e.Message.To)
	if e.Direction == outbox.In {
		party = "from " + text.Clean(e.Message.From)
	}
	gist := []rune(words.Gist(e))
	if len(gist) > mostWords {
		gist = append(gist[:mostWords-1], '…')
	}
	return shellWord(words.State(e) + ", " + party + ": " + string(gist))
}

// CompletePeer offers the number that a person means: those that something was sent to
// lately, then those of contacts. Where a name was begun, or an @ typed, it offers names or
// groups.
func (h Home) CompletePeer(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if strings.HasPrefix(typed, "@") || strings.ContainsFunc(typed, unicode.IsLetter) {
			return h.CompleteRecipients(inSandbox)(cmd, args, typed)
		}
		return h.peers(cmd.Context(), *inSandbox, args, typed), inOrder
	}
}

// CompleteMessageOrNumber offers both.
func (h Home) CompleteMessageOrNumber(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, inOrder
		}
		return append(h.messages(cmd.Context(), *inSandbox, nil, typed), h.peers(cmd.Context(), *inSandbox, nil, typed)...), inOrder
	}
}

func (h Home) peers(ctx context.Context, inSandbox bool, args []string, typed string) (offered []string) {
	h.glance(ctx, inSandbox, func(ctx context.Context, o *outbox.Outbox) {
		offered = lately(ctx, o, args, typed)
		found, err := o.ContactsByNumber(ctx, typed, mostOffered)
		if err != nil {
			return
		}
		for _, c := range found {
			same := func(there string) bool { n, _, _ := strings.Cut(there, "\t"); return n == c.Number }
			if !slices.Contains(args, c.Number) && !slices.ContainsFunc(offered, same) {
				offered = append(offered, c.Number+"\t"+shellWord(c.Name))
			}
		}
	})
	return offered
}

// lately are the numbers that something was sent to, the last first, with the names of those
// who have one.
func lately(ctx context.Context, o *outbox.Outbox, args []string, typed string) (offered []string) {
	recent, err := o.RecentRecipients(ctx, mostLately)
	if err != nil {
		return nil
	}
	names, err := o.ContactNames(ctx, recent)
	if err != nil {
		return nil
	}
	for _, n := range recent {
		if !strings.HasPrefix(n, typed) || slices.Contains(args, n) {
			continue
		}
		beside := "texted lately"
		if name := shellWord(names[n]); name != "" {
			beside = name + ", texted lately"
		}
		offered = append(offered, shellWord(n)+"\t"+beside)
	}
	return offered
}

// CompleteSender offers the numbers and sender ids of the profile that is in use for --from,
// as f will be when the flags were read.
func (h Home) CompleteSender(cmd *cobra.Command, f *Flags) {
	_ = cmd.RegisterFlagCompletionFunc("from", func(*cobra.Command, []string, string) (offered []string, _ cobra.ShellCompDirective) {
		id, err := h.Identify(*f)
		if err != nil {
			return nil, inOrder
		}
		for i, from := range id.Numbers {
			beside := "yours"
			if i == 0 {
				beside = "yours, and used without --from"
			}
			offered = append(offered, shellWord(from)+"\t"+beside)
		}
		return offered, inOrder
	}) // fails only for a flag that is not there
}

// CompleteRegion offers the countries for --region.
func CompleteRegion(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("region", func(_ *cobra.Command, _ []string, typed string) (offered []string, _ cobra.ShellCompDirective) {
		for code, country := range number.Regions() {
			if strings.HasPrefix(code, strings.ToUpper(typed)) {
				offered = append(offered, code+"\t"+country)
			}
		}
		return offered, cobra.ShellCompDirectiveNoFileComp
	}) // fails only for a flag that is not there
}

// ForShells makes root and all below it as shells are to be told of them: each flag in a line
// of words, without the quotes that name its value in the help, and without its line feeds;
// and files are offered only for a flag whose value is called one, and for arguments by
// [CompleteFiles].
func ForShells(root *cobra.Command) {
	if root.ValidArgsFunction == nil && len(root.ValidArgs) == 0 {
		root.ValidArgsFunction = CompleteNothing
	}
	plain := func(f *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(f)
		f.Usage = strings.Join(strings.Fields(usage), " ")
		_, said := root.GetFlagCompletionFunc(f.Name)
		if isPath := value == "file" || value == "folder"; !said && !isPath {
			_ = root.RegisterFlagCompletionFunc(f.Name, CompleteNothing) // fails only for a flag that is not there
		}
	}
	root.Flags().VisitAll(plain)
	root.PersistentFlags().VisitAll(plain)
	for _, cmd := range root.Commands() {
		ForShells(cmd)
	}
}
