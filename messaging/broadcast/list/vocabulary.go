package list

import (
	"strings"
	"sync"
)

// A vocabulary is a set of words, or of phrases with ";" between them. It is made when it
// is asked first: most runs of a program read no list.
type vocabulary struct {
	list    string
	phrases bool

	once sync.Once
	set  map[string]bool
}

func (v *vocabulary) has(word string) bool {
	v.once.Do(func() {
		v.set = map[string]bool{}
		if !v.phrases {
			for word := range strings.FieldsSeq(v.list) {
				v.set[word] = true
			}
			return
		}
		for phrase := range strings.SplitSeq(v.list, ";") {
			v.set[strings.Join(strings.Fields(phrase), " ")] = true
		}
	})
	return v.set[word]
}
