package messages

import (
	"time"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/draft"
)

// within puts what --since and --until say into a filter, and reports whether that depends
// on the local time zone. A day that ends a period is part of it.
func within(f *outbox.Filter, since, until string, now time.Time) (local bool, err error) {
	for _, bound := range []struct {
		flag, typed string
		take        func(p draft.Period)
	}{
		{"--since", since, func(p draft.Period) { f.Since = p.Since }},
		{"--until", until, func(p draft.Period) { f.Until = p.Until }},
	} {
		if bound.typed == "" {
			continue
		}
		p, ok := draft.ReadPeriod(bound.typed, now)
		if !ok {
			return false, say.Usagef("%s %s is not a day such as today, fri, 2026-01-31 or 2026-01, nor a time in RFC 3339, nor a span such as 7d", bound.flag, say.Quoted(bound.typed))
		}
		bound.take(p)
		local = local || p.Local
	}
	if !f.Since.IsZero() && !f.Until.IsZero() && !f.Until.After(f.Since) {
		return false, say.Usagef("--until %s is not after --since %s", say.Quoted(until), say.Quoted(since))
	}
	return local, nil
}
