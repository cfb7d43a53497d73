package who

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// glance opens the outbox for a shell that completes a command: nothing is said, nothing is
// made where there is no outbox yet, and what cannot be read is none.
func (h Home) glance(ctx context.Context, sandbox bool, look func(context.Context, *outbox.Outbox)) {
	most := mostGlance
	if l, err := h.Locate(sandbox); err == nil && l.IsDatabase() {
		most = mostGlanceAway
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	_ = h.look(ctx, sandbox, func(o *outbox.Outbox) { look(ctx, o) })
}

// look opens the outbox and says nothing of it; where there is none yet, none is made, and a
// damaged one stays for who says so.
func (h Home) look(ctx context.Context, sandbox bool, do func(*outbox.Outbox)) error {
	at, err := h.Place(sandbox)
	if err != nil || !h.HasOutbox(sandbox) {
		return err
	}
	options := h.OutboxOptions()
	options.ToRead, options.Sound = true, true
	o, err := outbox.Open(ctx, at, options)
	if err != nil {
		return err
	}
	defer func() { _ = o.Close() }()
	do(o)
	return nil
}

// How long a shell waits for an outbox that does not answer: a file, for somebody else who
// writes it or on a busy machine, and a database, which may be away.
const (
	mostGlance     = 15 * time.Second
	mostGlanceAway = 3 * time.Second
)

// mostOffered is how many names a shell is given at once.
const mostOffered = 200

// named are the names of contacts that begin with what was typed, with their numbers.
func named(ctx context.Context, o *outbox.Outbox, typed string) (offered []string) {
	all, err := o.ContactsByName(ctx, typed, mostOffered)
	if err != nil {
		return nil
	}
	for _, c := range all {
		offered = append(offered, shellWord(c.Name)+"\t"+c.Number)
	}
	return offered
}

// CompletePeople offers the names of contacts, with their numbers beside them.
func (h Home) CompletePeople(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) (offered []string, _ cobra.ShellCompDirective) {
		h.glance(cmd.Context(), *inSandbox, func(ctx context.Context, o *outbox.Outbox) { offered = named(ctx, o, typed) })
		return offered, cobra.ShellCompDirectiveNoFileComp
	}
}

// CompleteMakers offers the names of those who sent lately.
func (h Home) CompleteMakers(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) (offered []string, _ cobra.ShellCompDirective) {
		h.glance(cmd.Context(), *inSandbox, func(ctx context.Context, o *outbox.Outbox) {
			names, err := o.Makers(ctx)
			if err != nil {
				return
			}
			for _, name := range names {
				offered = append(offered, shellWord(name))
			}
		})
		return offered, cobra.ShellCompDirectiveNoFileComp
	}
}

// CompleteContacts offers the numbers of contacts, with their names beside them, or the names
// if one was begun, and groups if an @ was typed.
func (h Home) CompleteContacts(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) (offered []string, _ cobra.ShellCompDirective) {
		if strings.HasPrefix(typed, "@") || strings.ContainsFunc(typed, unicode.IsLetter) {
			return h.CompleteRecipients(inSandbox)(cmd, args, typed)
		}
		h.glance(cmd.Context(), *inSandbox, func(ctx context.Context, o *outbox.Outbox) {
			all, err := o.ContactsByNumber(ctx, typed, mostOffered)
			if err != nil {
				return
			}
			for _, c := range all {
				if !slices.Contains(args, c.Number) {
					offered = append(offered, c.Number+"\t"+shellWord(c.Name))
				}
			}
		})
		return offered, cobra.ShellCompDirectiveNoFileComp
	}
}

// CompleteGroups offers the names of groups, with how many people are in each.
func (h Home) CompleteGroups(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) (offered []string, _ cobra.ShellCompDirective) {
		for _, g := range h.groups(cmd.Context(), *inSandbox) {
			offered = append(offered, shellWord(g.Name)+"\t"+people(g))
		}
		return offered, cobra.ShellCompDirectiveNoFileComp
	}
}

// CompleteRecipients offers whom --to can name: who was texted lately, people, and groups with
// an @.
func (h Home) CompleteRecipients(inSandbox *bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) (offered []string, d cobra.ShellCompDirective) {
		if !strings.HasPrefix(typed, "@") {
			h.glance(cmd.Context(), *inSandbox, func(ctx context.Context, o *outbox.Outbox) {
				offered = append(lately(ctx, o, nil, typed), named(ctx, o, typed)...)
			})
		}
		if typed == "" || strings.HasPrefix(typed, "@") {
			for _, g := range h.groups(cmd.Context(), *inSandbox) {
				offered = append(offered, "@"+shellWord(g.Name)+"\t"+people(g))
			}
		}
		return offered, inOrder
	}
}

func (h Home) groups(ctx context.Context, inSandbox bool) (all []outbox.ContactGroup) {
	h.glance(ctx, inSandbox, func(ctx context.Context, o *outbox.Outbox) {
		if found, err := o.ContactGroups(ctx); err == nil {
			all = found
		}
	})
	return all
}

func people(g outbox.ContactGroup) string { return text.People(g.People) }

// shellWord is a name as a shell is given it: on one line, and with nothing that drives a
// terminal.
func shellWord(name string) string { return text.Clean(strings.ReplaceAll(name, "\t", " ")) }
