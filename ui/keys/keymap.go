package keys

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
)

// A Map is every key of the console. The user may bind other keys to each
// action; see [Check].
type Map struct {
	Global        Global
	Compose       Compose
	Recipients    Recipients
	Media         Media
	Review        Review
	Response      Response
	History       History
	Setup         Setup
	Conversations Conversations
	Broadcasts    Broadcasts
	People        People
	Figures       Figures
	Drafts        Drafts
	Question      Question
}

// New are the keys as they are without a configuration.
func New() *Map {
	return &Map{
		newGlobalKeys(), newComposeKeys(), newRecipientsKeys(), newMediaKeys(),
		newReviewKeys(), NewResponse(), newHistoryKeys(), newSetupKeys(), newConversationsKeys(), newBroadcastsKeys(), newPeopleKeys(), newFiguresKeys(), newChooserKeys(), newQuestion(),
	}
}

// An action is something that a key does, by the name that the configuration uses.
type action struct {
	name    string // "quit", "compose.editor"
	binding *key.Binding
}

// where is the part of the name before the full stop: the screen; "" is everywhere.
func (a action) where() string {
	where, _, ok := strings.Cut(a.name, ".")
	if !ok {
		return ""
	}
	return where
}

// actions are those that may be bound otherwise. Moving in lists and answering
// questions stay as they are, and so does ctrl+c, the last way out.
func (k *Map) actions() []action {
	return []action{
		{"next-field", &k.Global.NextField},
		{"previous-field", &k.Global.PrevField},
		{"next-step", &k.Global.NextStep},
		{"previous-step", &k.Global.PrevStep},
		{"help", &k.Global.Help},
		{"commands", &k.Global.Commands},
		{"history", &k.Global.History},
		{"drafts", &k.Global.Drafts},
		{"setup", &k.Global.Setup},
		{"conversations", &k.Global.Conversations},
		{"figures", &k.Global.Figures},
		{"people", &k.Global.People},
		{"broadcasts", &k.Global.Broadcasts},
		{"panes", &k.Global.Panes},
		{"redraw", &k.Global.Redraw},
		{"suspend", &k.Global.Suspend},
		{"quit", &k.Global.Quit},
		{"compose.editor", &k.Compose.Editor},
		{"compose.replace", &k.Compose.Replace},
		{"compose.recent", &k.Compose.Recent},
		{"compose.template", &k.Compose.Template},
		{"compose.undo", &k.Compose.Undo},
		{"recipients.suggestion", &k.Recipients.Suggest},
		{"recipients.remove", &k.Recipients.Remove},
		{"recipients.undo", &k.Recipients.Undo},
		{"recipients.find", &k.Recipients.Filter},
		{"recipients.doubtful", &k.Recipients.Doubtful},
		{"recipients.clear", &k.Recipients.Clear},
		{"media.up", &k.Media.Up},
		{"media.down", &k.Media.Down},
		{"media.remove", &k.Media.Remove},
		{"media.look", &k.Media.Again},
		{"review.later", &k.Review.Later},
		{"review.json", &k.Review.JSON},
		{"review.curl", &k.Review.Curl},
		{"review.copy", &k.Review.Copy},
		{"response.json", &k.Response.JSON},
		{"response.copy-id", &k.Response.CopyID},
		{"response.copy-json", &k.Response.CopyJSON},
		{"response.ask", &k.Response.Check},
		{"response.edit", &k.Response.Edit},
		{"response.new", &k.Response.Fresh},
		{"history.search", &k.History.Search},
		{"history.ask", &k.History.Ask},
		{"history.again", &k.History.Again},
		{"history.now", &k.History.Now},
		{"history.time", &k.History.Time},
		{"history.cancel", &k.History.Cancel},
		{"history.mark", &k.History.Mark},
		{"history.export", &k.History.Export},
		{"history.copy-id", &k.History.CopyID},
		{"history.copy-json", &k.History.CopyJSON},
		{"setup.edit", &k.Setup.Edit},
		{"setup.check", &k.Setup.Check},
		{"conversations.find", &k.Conversations.Find},
		{"conversations.held", &k.Conversations.Held},
		{"conversations.reply", &k.Conversations.Reply},
		{"conversations.opt-out", &k.Conversations.OptOut},
		{"conversations.keep", &k.Conversations.Keep},
		{"conversations.save", &k.Conversations.Save},
		{"broadcasts.pause", &k.Broadcasts.Pause},
		{"broadcasts.resume", &k.Broadcasts.Resume},
		{"broadcasts.cancel", &k.Broadcasts.Cancel},
		{"figures.by", &k.Figures.By},
		{"figures.again", &k.Figures.Again},
		{"people.find", &k.People.Find},
		{"people.add", &k.People.Add},
		{"people.remove", &k.People.Remove},
		{"people.opt-out", &k.People.OptOut},
	}
}

// Actions names what keys can be bound to, for manuals and completions.
func Actions() []string {
	var names []string
	for _, a := range New().actions() {
		names = append(names, a.name)
	}
	return names
}

// Check judges keys as the configuration has them: by action, the keys that
// do it in place of the usual ones. An empty list leaves the action without a key.
// A key is one that every terminal can send: "f5", "ctrl+g", "alt+x", or, for what
// happens outside of text fields, a single character. The error names the action.
func Check(keys map[string][]string) error {
	_, err := Bound(keys)
	return err
}

// Bound is the keymap with the user's keys in it.
func Bound(keys map[string][]string) (*Map, error) {
	k := New()
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		i := slices.IndexFunc(k.actions(), func(a action) bool { return a.name == name })
		if i < 0 {
			return nil, fmt.Errorf("keys: there is no action %q; there are %s", name, strings.Join(Actions(), ", "))
		}
		if err := k.bind(k.actions()[i], keys[name]); err != nil {
			return nil, err
		}
	}
	k.yield(keys)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if err := k.clash(name); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// bind gives an action other keys.
func (k *Map) bind(a action, keys []string) error {
	if len(keys) == 0 {
		if a.name == "quit" {
			return errors.New("keys: quit needs a key")
		}
		a.binding.SetEnabled(false)
		a.binding.SetKeys()
		return nil
	}
	typing := a.where() == "" || a.where() == "compose" || a.name == "recipients.suggestion"
	for _, name := range keys {
		if err := checkKey(name, typing); err != nil {
			return fmt.Errorf("keys: %s: %w", a.name, err)
		}
	}
	a.binding.SetKeys(keys...)
	a.binding.SetHelp(keys[0], a.binding.Help().Desc)
	return nil
}

// checkKey judges one key. Typing says that it must work while a text field has
// the cursor.
func checkKey(name string, typing bool) error {
	reserved := []string{"ctrl+c", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+[", "enter", "esc", "space", "up", "down", "left", "right"}
	last := name
	if i := strings.LastIndexByte(strings.TrimSuffix(name, "+"), '+'); i >= 0 {
		last = name[i+1:]
	}
	mod, letter := strings.TrimSuffix(name, last), utf8.RuneCountInString(last) == 1
	n, err := strconv.Atoi(strings.TrimPrefix(last, "f"))
	function := err == nil && last == "f"+strconv.Itoa(n) && n >= 1 && n <= 12
	switch {
	case slices.Contains(reserved, name):
		return fmt.Errorf("%q has a meaning of its own, or is the same as another key on most terminals", name)
	case mod == "" && (function || last == "tab" || last == "pgup" || last == "pgdown" || last == "home" || last == "end" || last == "delete"):
	case mod == "shift+" && last == "tab":
	case mod == "ctrl+" && letter && last >= "a" && last <= "z":
	case mod == "alt+" && letter && last > " " && last <= "~":
	case mod == "" && letter && !typing && last > " ":
	case mod == "" && letter && typing:
		return fmt.Errorf("%q would be missed while typing; take one with ctrl, alt or a function key", name)
	default:
		return fmt.Errorf("%q is no key that every terminal can send; write ctrl+g, alt+x, f5 or, where nothing is typed, a single character", name)
	}
	return nil
}

// yield takes the usual key of what can be done by others too, if the user wants it for
// something else: keys that were good stay good when telex learns more.
func (k *Map) yield(keys map[string][]string) {
	for name, b := range map[string]*key.Binding{
		"commands": &k.Global.Commands, "panes": &k.Global.Panes, "conversations": &k.Global.Conversations, "people": &k.Global.People, "broadcasts": &k.Global.Broadcasts, "figures": &k.Global.Figures, "compose.undo": &k.Compose.Undo,
		"recipients.undo": &k.Recipients.Undo, "recipients.find": &k.Recipients.Filter, "recipients.doubtful": &k.Recipients.Doubtful, "recipients.clear": &k.Recipients.Clear,
		"review.later": &k.Review.Later, "history.now": &k.History.Now, "history.time": &k.History.Time, "history.cancel": &k.History.Cancel,
		"history.mark": &k.History.Mark, "history.export": &k.History.Export,
		"conversations.held": &k.Conversations.Held, "conversations.opt-out": &k.Conversations.OptOut, "conversations.keep": &k.Conversations.Keep,
	} {
		if _, own := keys[name]; own {
			continue
		}
		for action, theirs := range keys {
			if page, _, some := strings.Cut(name, "."); some && strings.Contains(action, ".") && !strings.HasPrefix(action, page+".") {
				continue // it is for another page
			}
			if slices.ContainsFunc(theirs, func(pressed string) bool { return slices.Contains(b.Keys(), pressed) }) {
				b.SetEnabled(false)
				b.SetKeys()
			}
		}
	}
}

// clash finds another action that has a key of this one where both work.
func (k *Map) clash(name string) error {
	all := k.actions()
	mine := all[slices.IndexFunc(all, func(a action) bool { return a.name == name })]
	for _, other := range all {
		if other.name == name || other.where() != "" && mine.where() != "" && other.where() != mine.where() {
			continue
		}
		for _, pressed := range mine.binding.Keys() {
			if slices.Contains(other.binding.Keys(), pressed) {
				return fmt.Errorf("keys: %s and %s are both on %s", name, other.name, pressed)
			}
		}
	}
	return nil
}
