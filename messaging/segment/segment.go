// Package segment counts what a carrier will bill for a text: which encoding it
// travels in, and how many message segments it fills.
//
// A text whose characters all belong to the GSM 7-bit default alphabet travels
// as GSM-7, one septet a character, two for the characters of its extension
// table (form feed ^ { } \ [ ~ ] | €). One character outside it, and the whole
// text travels as UCS-2, in UTF-16 code units of 16 bits.
//
// One segment has 140 octets: 160 septets or 70 units. A text that needs
// several gives up 6 octets of each to a header that lets the phone join them,
// which leaves 153 septets or 67 units. Neither the two septets of an extension
// character nor the two units of a surrogate pair are ever split, so a segment
// may be left one short.
//
// Only code points matter to the carriers. What a reader sees as one character,
// a flag or a letter with a combining accent, may be cut between two segments;
// phones join the segments before they show them.
//
// The national language tables, which a carrier may offer, are not assumed.
// Sources: 3GPP TS 23.038 §6.2.1 (alphabet and extension table) and TS 23.040
// §9.2.3.24.1 (concatenation header).
//
// Nothing here keeps state: every function may be called concurrently.
package segment

// Encoding is the alphabet that a text travels in.
type Encoding uint8

// The encodings. Which one a text travels in is not for the sender to choose.
const (
	GSM7 Encoding = iota // septets of the GSM 7-bit default alphabet; also that of an empty text
	UCS2                 // UTF-16 code units
)

// String returns the name that people know the encoding by.
func (e Encoding) String() string {
	if e == UCS2 {
		return "UCS-2"
	}
	return "GSM-7"
}

// capacity returns how many units fit into a text of one segment, and into each
// segment of a text of several.
func (e Encoding) capacity() (single, joined int) {
	if e == UCS2 {
		return 70, 67
	}
	return 160, 153
}

// units returns what r costs in e. For GSM7, r must be of that alphabet.
func (e Encoding) units(r rune) int {
	if e == GSM7 {
		return septets(r)
	}
	if r > 0xFFFF {
		return 2 // a surrogate pair
	}
	return 1
}

// Count is what a text costs. The zero value is a text of nothing.
type Count struct {
	Encoding   Encoding
	Characters int // Unicode code points, not what a reader sees as one character
	Units      int // septets (GSM7) or UTF-16 code units (UCS2) of the characters alone
	Segments   int // 0 for an empty text
	PerSegment int // units each segment holds: 160 or 153, 70 or 67
	Left       int // units still free in the last segment
}

// Twice is how many of the characters take two units: those of the extension table in
// GSM-7, emoji and other rare ones in UCS-2.
func (c Count) Twice() int { return c.Units - c.Characters }

// Of counts text. It allocates nothing.
//
// An empty text has no segments and all of a GSM-7 segment left. A byte that is
// not valid UTF-8 counts as one U+FFFD, which is what JSON makes of it on its
// way to the API, and so makes the text UCS-2.
//
// Left does not promise that a character fits: one that costs two units needs
// two of them, and a text that outgrows its only segment is counted afresh.
func Of(text string) Count {
	c := Count{Encoding: encodingOf(text)}
	single, joined := c.Encoding.capacity()
	full, last := 0, 0 // full segments of several, and the units in the one after them
	for _, r := range text {
		u := c.Encoding.units(r)
		if last+u > joined {
			full++
			last = 0
		}
		last += u
		c.Units += u
		c.Characters++
	}
	if c.Units <= single {
		c.PerSegment, c.Left = single, single-c.Units
		c.Segments = min(c.Characters, 1)
		return c
	}
	c.PerSegment, c.Left = joined, joined-last
	c.Segments = full + 1
	return c
}

// Split cuts text into its segments, exactly as [Of] counts them. Joined again
// they are text, byte for byte. An empty text has none.
func Split(text string) []string {
	c := Of(text)
	if c.Segments == 0 {
		return nil
	}
	segments := make([]string, 0, c.Segments)
	start, used := 0, 0
	for i, r := range text {
		u := c.Encoding.units(r)
		if used+u > c.PerSegment {
			segments = append(segments, text[start:i])
			start, used = i, 0
		}
		used += u
	}
	return append(segments, text[start:])
}
