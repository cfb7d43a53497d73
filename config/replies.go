package config

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Replies are texts that telex sends by itself to who opts out, comes back or asks for help,
// as the table replies has them. An empty one sends nothing.
type Replies struct{ Stop, Start, Help string }

// fields are the keys of a table of replies.
func (r *Replies) fields() []field {
	return []field{
		textField("stop", &r.Stop, checkReply),
		textField("start", &r.Start, checkReply),
		textField("help", &r.Help, checkReply),
	}
}

// checkReply judges the text of a message, which may have several lines. Whether it can be
// sent is for others to judge.
func checkReply(s string) error {
	switch {
	case !utf8.ValidString(s):
		return errors.New("is not in UTF-8")
	case s != "" && strings.TrimSpace(s) == "":
		return errors.New("holds nothing but blanks")
	case strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }):
		return errors.New("holds a control character")
	}
	return nil
}

// repliesKey is the table of replies, at the top of the file and in a profile.
const repliesKey = "replies"

// replies reads the table of a profile; "" for that of all.
func (r *reading) replies(path []string, profile string, value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.refuse(path, typeError(value).Error(), "a table, ["+keyText(path)+"]")
		return
	}
	var replies Replies
	r.fields(path, table, replies.fields())
	r.content.replies[profile] = replies
}

// Replies are those of a profile: of its own table, if it has one, even an empty one, or else
// of the table for all. A name without a profile, such as "", has that one.
func (f *File) Replies(profile string) Replies {
	if own, has := f.now.content.replies[profile]; has {
		return own
	}
	return f.now.content.replies[""]
}
