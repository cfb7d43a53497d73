package conversations

import (
	"errors"
	"testing"

	tea "charm.land/bubbletea/v2"

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
