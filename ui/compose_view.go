package ui

import (
	"fmt"
	"slices"
	"strings"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// View is the text as a phone shows it and, where there is room, what becomes of it beside
// it. With a key that is typed change a letter and the counter, in rows of their own;
// whatever else stands here changes at a line, at a segment or less often.
func (c *compose) View(f *draft.Form, t widget.Theme) widget.Frame {
	switch {
	case c.panes():
		var right widget.Frame
		c.facts(&right, f, t)
		return widget.Beside(c.writing(f, t), right, c.w, c.h, t)
	case c.tall:
		return c.column(f, t)
	}
	return c.compact(f, t)
}

// writing is the left one of two panes.
func (c *compose) writing(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	c.field(&out, fromField, f, t)
	out.Add(c.counter("", t))
	c.bubble(&out, t)
	out.Add(strings.Repeat(" ", c.indent) + c.meter(f))
	if c.wide {
		out.Add("")
		c.field(&out, tagField, f, t)
		c.field(&out, priorityField, f, t)
		c.field(&out, expiresField, f, t)
	}
	return out
}

// column is all there is, one below the other.
func (c *compose) column(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	c.field(&out, fromField, f, t)
	out.Add(c.counter(c.summary(f), t))
	c.bubble(&out, t)
	out.Add(strings.Repeat(" ", c.indent) + c.meter(f))
	out.Add(c.note(f, t))
	c.field(&out, tagField, f, t)
	c.field(&out, priorityField, f, t)
	c.field(&out, expiresField, f, t)
	return out
}

// compact is what a low terminal shows: of the fields the one that has the cursor.
func (c *compose) compact(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(c.counter(c.summary(f), t))
	c.bubble(&out, t)
	note := out.Add(c.note(f, t))
	if c.at != textField {
		c.field(&out, c.at, f, t)
		if hint, bad := c.about(c.at, f); hint != "" && !bad && len(c.checks(f)) == 0 && strings.Contains(out.Lines[note+1], hint) {
			out.Lines[note] = "" // it has room where it belongs
		}
		return out
	}
	var set []string
	if f.Tag != "" {
		set = append(set, "tag "+text.Clean(f.Tag))
	}
	set = append(set, "priority "+priorityWords(f.Priority))
	if e := strings.TrimSpace(f.Expires); e != "" {
		set = append(set, "give up "+text.Clean(e))
	}
	out.Add(strings.Join(set, "  "))
	return out
}

// composed is which part of the message a field is.
func composed(i int) messaging.Field {
	return [...]messaging.Field{messaging.FieldFrom, messaging.FieldText, messaging.FieldTag, messaging.FieldPriority, messaging.FieldExpiration}[i]
}

// label is the name of a field, with a mark if something is wrong with it.
func (c *compose) label(i int, bad bool, t widget.Theme) string {
	style := t.Label
	if i == c.at {
		style = t.Focus
	}
	name := style.Render(words.Field(composed(i)))
	if bad {
		return text.Pad(name, composeLabel-len("! ")) + t.Danger.Render("!") + " "
	}
	return text.Pad(name, composeLabel)
}

// field is a row with a label, what is in the field and, if there is room, what there is
// to say about it.
func (c *compose) field(out *widget.Frame, i int, f *draft.Form, t widget.Theme) {
	w := c.leftW
	if c.panes() && !c.wide && i != fromField {
		w = c.rightW
	}
	body := priorityWords(f.Priority)
	cursor := widget.Steady(0, 0)
	if in, ok := c.inputs()[i]; ok {
		var lines []string
		lines, cursor = in.View()
		body = lines[0]
	}
	if i == expiresField && body == "" && i != c.at {
		body = "never"
	}
	hint, bad := c.about(i, f)
	row := out.Add(c.label(i, bad, t) + body)
	if i == c.at && cursor != nil {
		cursor.X += composeLabel
		cursor.Y = row
		out.Cursor = cursor
	}
	room := w - composeLabel - text.Width(body) - len("   ")
	if bad && text.Width(hint) > room {
		hint = c.briefly(i, hint)
	}
	switch {
	case hint == "" || text.Width(hint) > room:
	case bad:
		out.Lines[row] += "   " + hint
	default:
		out.Lines[row] += "   " + t.Faint.Render(hint)
	}
}

// briefly is what is wrong with a field in a few words.
func (c *compose) briefly(i int, why string) string {
	if i == fromField {
		return c.fromWhy.Brief()
	}
	why, _, _ = strings.Cut(why, ":") // behind which stands what to write
	why, _, _ = strings.Cut(why, ";")
	return why
}

// counter has the one number that changes with every key, at the end of a row of which
// the rest, said, changes seldom. So the terminal is sent the number alone.
func (c *compose) counter(said string, t widget.Theme) string {
	number := fmt.Sprintf("%4d of %d", c.count.Characters, messaging.MaxTextChars)
	mark, over := "  ", c.count.Characters-messaging.MaxTextChars
	if over > 0 {
		number, mark = fmt.Sprintf("%4d too many", over), t.Danger.Render("!")+" "
	}
	number = text.Pad(number, len("1234 too many"))
	return text.Pad(said, c.leftW-1-len("! ")-len(number)) + mark + number
}

// bubble is the text in a border, with a mark where a segment begins.
func (c *compose) bubble(out *widget.Frame, t widget.Theme) {
	lines, cursor := c.text.View()
	pad := strings.Repeat(" ", c.indent)
	gutter := c.w >= gutterFrom
	inner := c.cells
	if !gutter {
		inner += 2 // the marks are inside
	}
	marks := map[int]int{}
	for i, row := range c.ticks {
		marks[row-c.text.Scrolled()] = i + 2
	}
	edge := strings.Repeat("─", inner)
	out.Add(pad + "╭" + edge + "╮")
	for i, l := range lines {
		row := pad + "│" + t.Fill(l, c.cells)
		switch mark := marks[i]; {
		case !gutter && mark > 0:
			row += fmt.Sprintf("%2d│", mark)
		case !gutter:
			row += "  │"
		case mark > 0 && c.wide:
			row += fmt.Sprintf("│─ seg %d ─", mark)
		case mark > 0:
			row += fmt.Sprintf("│─%d─", mark)
		default:
			row += "│"
		}
		if at := out.Add(row); cursor != nil && cursor.Y == i {
			cursor.X += c.indent + 1
			out.Cursor = widget.Steady(cursor.X, at)
			cursor = nil
		}
	}
	out.Add(pad + "╰" + edge + "╯")
}

// meterCells is how long the bar of the meter is.
const meterCells = 24

// meter is how full the last segment is. An MMS has none.
func (c *compose) meter(f *draft.Form) string {
	if f.IsMMS() {
		return "MMS: one price, no segments"
	}
	n := c.count
	used := (n.PerSegment - n.Left) * meterCells / n.PerSegment
	meter := fmt.Sprintf("segment %d  [%s%s]", max(n.Segments, 1), strings.Repeat("#", used), strings.Repeat("-", meterCells-used))
	if c.w < gutterFrom {
		return meter
	}
	return meter + fmt.Sprintf(" of %d", n.PerSegment)
}

// summary is who gets it and what that costs, in one line.
func (c *compose) summary(f *draft.Form) string {
	if f.IsMMS() {
		return headcount(len(f.To)) + ", MMS"
	}
	return headcount(len(f.To)) + ", " + text.Count(c.count.Segments*max(len(f.To), 1), "segment")
}

// headcount says how many there are.
func headcount(n int) string {
	if n == 0 {
		return "nobody yet"
	}
	return text.People(n)
}

// note is the first thing to see to, in one row.
func (c *compose) note(f *draft.Form, t widget.Theme) string {
	checks := c.checks(f)
	if len(checks) == 0 {
		hint, _ := c.about(c.at, f)
		if c.tall || hint == "" {
			return ""
		}
		if text.Width(hint) > c.w {
			hint = c.shortHint(hint)
		}
		return t.Faint.Render(hint)
	}
	said := strings.Join(checks[0].said, "; ")
	for _, shorter := range checks[0].shorter {
		if text.Width(said) <= c.w-len("! ") {
			break
		}
		said = shorter
	}
	return t.Danger.Render("!") + " " + said
}

// shortHint is what belongs into the field that has the cursor, for the narrowest row.
func (c *compose) shortHint(hint string) string {
	switch c.at {
	case tagField:
		return "in callbacks; no personal data"
	case priorityField:
		return "high is for toll-free and short codes"
	}
	return hint
}

// A check is something to see to.
type check struct {
	said    []string // in lines
	shorter []string // in one row that is too narrow for that, the longest first
}

// checks are what is wrong with the message as far as it is written, or what makes it
// dearer than it looks.
func (c *compose) checks(f *draft.Form) []check {
	var all []check
	if c.count.Characters > messaging.MaxTextChars {
		all = append(all, check{said: []string{fmt.Sprintf("Too long: at most %d characters", messaging.MaxTextChars)}})
	}
	for _, i := range []int{fromField, tagField, expiresField} {
		if why, bad := c.about(i, f); bad {
			name := words.Field(composed(i)) + ": "
			all = append(all, check{said: []string{name + why}, shorter: []string{name + c.briefly(i, why)}})
		}
	}
	switch {
	case f.IsMMS():
	case c.cost.forcing != "":
		all = append(all, c.unicodeCheck(f))
	default:
		if twice := words.Twice(c.count); twice != "" {
			all = append(all, check{said: []string{twice}})
		}
	}
	return all
}

// unicodeCheck says why the text is Unicode and what would save segments.
func (c *compose) unicodeCheck(f *draft.Form) check {
	advice := c.cost.advice(c.bindings.Replace.Help().Key, f.Count())
	unicode := check{said: []string{"Unicode: " + c.cost.forcing}}
	if advice != "" {
		unicode.said = append(unicode.said, advice)
		for _, fewer := range c.cost.fewer {
			unicode.shorter = append(unicode.shorter, "Unicode: "+fewer+"; "+advice)
		}
		if c.cost.gains() {
			unicode.shorter = append(unicode.shorter, advice)
			return unicode
		}
	}
	for _, fewer := range c.cost.fewer {
		unicode.shorter = append(unicode.shorter, "Unicode: "+fewer)
	}
	return unicode
}

// about is what there is to say about a field: what is wrong with it or, of the one that
// has the cursor, what belongs there.
func (c *compose) about(i int, f *draft.Form) (hint string, bad bool) {
	has := i == c.at
	switch i {
	case fromField:
		if c.fromWhy != "" {
			return string(c.fromWhy), true
		}
		if has {
			return c.aboutFrom(), false
		}
	case textField:
		if has && f.Text == "" && c.sent() {
			return c.bindings.Recent.Help().Key + " offers recent texts", false
		}
	case tagField:
		if c.tagWhy != "" {
			return c.tagWhy, true
		}
		if has && c.tag.Value() == "" {
			return "comes back in callbacks; no personal data", false
		}
	case priorityField:
		if has {
			return "up/down; high is for toll-free and short codes", false
		}
	case expiresField:
		return c.aboutExpires(f, has)
	}
	return "", false
}

// aboutFrom says which of the numbers is chosen, and how another one is; of an emptied field
// how it gets one again.
func (c *compose) aboutFrom() string {
	at := slices.Index(c.numbers, c.from.Value())
	switch n := len(c.numbers); {
	case n == 1 && c.from.Value() == "":
		return "up/down: " + text.Clean(c.numbers[0])
	case at < 0 && n > 1:
		return fmt.Sprintf("up/down: your %d numbers", n)
	case n > 1:
		return fmt.Sprintf("%d of %d: up/down", at+1, n)
	}
	return ""
}

func (c *compose) aboutExpires(f *draft.Form, has bool) (hint string, bad bool) {
	empty := strings.TrimSpace(f.Expires) == ""
	switch {
	case empty && has:
		return "after 2h, or at 15:04; empty: never", false
	case empty:
		return "", false
	case f.Expiration.IsZero():
		return "not a time: write 2h, 15:04 or 2026-01-31 15:04", true
	case !f.Expiration.After(c.now()):
		return "in the past", true
	}
	return words.Time(f.Expiration), false
}

func priorityWords(p messaging.Priority) string {
	switch p {
	case messaging.PriorityHigh:
		return "high"
	case messaging.PriorityDefault:
		return "normal, sent as default"
	}
	return "normal"
}
