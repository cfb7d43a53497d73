package setup

import (
	"telex/ui/text"
	"telex/ui/widget"
)

// phrases are the fields for a passphrase, and for a new one once more. What is typed in
// them is forgotten when it was tried.
type phrases struct {
	in [2]*widget.Secret
	at int // the one with the cursor

	warned bool // that what was typed is short
}

func newPhrases() phrases {
	return phrases{in: [2]*widget.Secret{widget.NewSecret(), widget.NewSecret()}}
}

// clear forgets what was typed.
func (p *phrases) clear() {
	for _, in := range p.in {
		in.Set("")
	}
	p.at, p.warned = 0, false
	p.settle()
}

// settle gives the cursor to the field it is at.
func (p *phrases) settle() {
	for i, in := range p.in {
		if in.Blur(); i == p.at {
			in.Focus()
		}
	}
}

func (p *phrases) resize(w int) {
	for _, in := range p.in {
		in.Resize(w-labelWidth, 1)
	}
}

// line adds one of the fields.
func (p *phrases) line(out *widget.Frame, i int, label string) {
	lines, cursor := p.in[i].View()
	at := out.Add(text.Pad(label, labelWidth) + lines[0])
	if i == p.at && cursor != nil {
		cursor.X += labelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
}
