package send

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/broadcast/template"
	"telex/ui/cli/who"
)

// filled is f with what the template gives that it names: the text, and media and tag where
// no flag does. What keeps it from being sent is noted, to be told with the rest.
func (f flags) filled(with Options) (flags, error) {
	if f.template == "" {
		if len(f.set.Typed) > 0 {
			f.unfilled = append(f.unfilled, errors.New("--set fills a field of a template: name that with --template"))
		}
		return f, nil
	}
	t, err := with.Template(f.template)
	if err != nil {
		return f, err
	}
	if f.textGiven || f.textFile != "" || f.stdin {
		f.unfilled = append(f.unfilled, errors.New("--template gives the text; it cannot be used with --text or --text-file"))
		return f, nil
	}
	values, wrong := f.set.Values(t.Parsed)
	f.unfilled = append(f.unfilled, wrong...)
	text, bad := t.Parsed.Fill(func(field string) (string, bool) { v, ok := values[field]; return v, ok })
	for _, b := range bad {
		why := "is empty"
		if b.Unknown {
			why = "has no value"
		}
		f.unfilled = append(f.unfilled, fmt.Errorf("--template %s: %s %s: add --set %s=…", f.template, template.Mark(b.Field), why, who.Argument(b.Field)))
	}
	f.text, f.textGiven = text, true
	if len(f.media) == 0 {
		f.media = t.Media
	}
	f.tag = cmp.Or(f.tag, t.Tag)
	return f, nil
}

// openFields are those of the template named so far that --set has not given yet.
func (o Options) openFields(f flags) ([]string, cobra.ShellCompDirective) {
	t, err := o.Template(f.template)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return f.set.Complete(t.Parsed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// priceOf is what a draft comes to by the figures of who sends it.
func priceOf(id who.Identity, d messaging.Draft) price.Range {
	return who.CostOf(id.Figures(), d.Messages())
}
