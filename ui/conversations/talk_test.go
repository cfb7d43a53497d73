package conversations

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestOlderAgain: where reading older messages failed, or news came before it ended, the
// next key reads them.
func TestOlderAgain(t *testing.T) {
	for name, failed := range map[string]func(p *Page) talkRead{
		"an error": func(p *Page) talkRead { return talkRead{turn: p.turns, older: true, err: errors.New("locked")} },
		"news":     func(p *Page) talkRead { p.turns++; return talkRead{turn: p.turns - 1, older: true} },
	} {
		t.Run(name, func(t *testing.T) {
			p := &Page{ctx: t.Context(), deps: Deps{Store: func() Store { return struct{ Store }{} }}}
			p.talk = &talk{entries: []outbox.Entry{{ID: 7}}}
			up := tea.KeyPressMsg{Code: tea.KeyUp}
			if p.scroll(up) == nil || p.scroll(up) != nil {
				t.Fatal("older messages are read twice or never, want once")
			}
			p.onTalk(failed(p))
			if p.scroll(up) == nil {
				t.Error("older messages are not read any more, want it again")
			}
		})
	}
}

// TestAutomatic: an answer that no person sent says so.
func TestAutomatic(t *testing.T) {
	shown := func(e outbox.Entry) string {
		var k talk
		k.entry(e, 60, time.UTC)
		var b strings.Builder
		for _, l := range k.lines {
			b.WriteString(l.text + "\n")
		}
		return b.String()
	}
	e := outbox.Entry{Direction: outbox.Out, State: outbox.Delivered, Message: messaging.Message{Text: "Call us."}}
	if got := shown(e); strings.Contains(got, "automatic") {
		t.Errorf("what a person sent is shown as\n%s", got)
	}
	e.Answers = 3
	if got := shown(e); !strings.Contains(got, "delivered") || !strings.Contains(got, "· automatic") {
		t.Errorf("it is shown as\n%s", got)
	}
}
