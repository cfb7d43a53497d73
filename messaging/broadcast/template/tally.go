package template

import "telex/messaging/segment"

// A Sample is one of many filled texts.
type Sample struct {
	Row  int // the number that it was added with
	Text string
	segment.Count
}

// A Tally is what many texts come to. It keeps three of them, however many there were.
// The zero value is ready; it is for one goroutine.
type Tally struct {
	Texts    int
	Segments int64  // of all texts together
	Shortest Sample // of the fewest segments, then characters; the first of equal ones
	Longest  Sample
	Unicode  int          // how many travel as UCS-2
	First    Sample       // the first of those
	By       segment.Char // what makes First so; its Text is foreign where a value is
}

// Add counts the text of a row.
func (t *Tally) Add(row int, text string) {
	s := Sample{row, text, segment.Of(text)}
	if t.Texts == 0 || s.less(t.Shortest) {
		t.Shortest = s
	}
	if t.Texts == 0 || t.Longest.less(s) {
		t.Longest = s
	}
	if s.Encoding == segment.UCS2 {
		if t.Unicode == 0 {
			t.First, t.By = s, segment.Forcing(text)[0]
		}
		t.Unicode++
	}
	t.Texts++
	t.Segments += int64(s.Segments)
}

// less reports whether s is shorter than other.
func (s Sample) less(other Sample) bool {
	if s.Segments != other.Segments {
		return s.Segments < other.Segments
	}
	return s.Characters < other.Characters
}
