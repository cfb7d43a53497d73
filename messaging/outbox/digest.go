package outbox

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"telex/messaging/blank"
)

// makeKey reads the key of the digests, and makes one the first time.
func (o *Outbox) makeKey(ctx context.Context) error {
	err := o.readKey(ctx)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	err = o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('digest_key', ?) ON CONFLICT (name) DO NOTHING", key)
		return err
	})
	if err != nil {
		return fmt.Errorf("set up the database: %w", err)
	}
	return o.readKey(ctx)
}

// digestOf is what a recipient sees of a message, as a keyed digest: texts that look the
// same have the same one.
func (o *Outbox) digestOf(text string, media []string) []byte {
	common := make([]string, len(media))
	for i, m := range media {
		common[i] = CommonFile(m)
	}
	return o.digestAsIs(asSeen(text), common)
}

// digestAsIs is a keyed digest of a message byte for byte. Rows of older telexes have
// that one.
func (o *Outbox) digestAsIs(text string, media []string) []byte {
	content, err := json.Marshal(append([]string{text}, media...))
	if err != nil {
		content = []byte(text) // strings always encode
	}
	h := hmac.New(sha256.New, o.digest)
	h.Write(content)
	return h.Sum(nil)[:16]
}

// asSeen is text in the one form of all that look like it: without blanks at the ends
// of lines and of the text, with LF for every line end and a space for every other
// blank, without what is hidden, and with letters apart from their accents. Emoji keep
// what joins them.
func asSeen(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		text = decomposed(text)
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(strings.ReplaceAll(l, "\t", " "), " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), " \n")
}

// decomposed does the part of asSeen that is about characters beyond ASCII. Letters and
// their accents are taken apart as Unicode's NFD has it.
func decomposed(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r < utf8.RuneSelf:
			return r
		case blank.IsSpace(r):
			return ' '
		case blank.IsHidden(r) && !shapesEmoji(r):
			return -1
		}
		return r
	}, text)
	return norm.NFD.String(text)
}

// shapesEmoji reports whether r, which is hidden, makes another picture of what is
// beside it: the joiner, the selectors of text and emoji, and the tags of flags.
func shapesEmoji(r rune) bool {
	return r == 0x200D || r == 0xFE0E || r == 0xFE0F || r >= 0xE0020 && r <= 0xE007F
}
