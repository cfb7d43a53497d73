package page

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"telex/ui/text/texttest"
)

// TestCopiedID: an id is copied if it is one, and nothing else is.
func TestCopiedID(t *testing.T) {
	for _, id := range []string{"15910549216812k7u5v3ldq6ytzbn", "9e0df4ca-b18d-40d7-a59f-82fcdf5ae8e6", "an-id"} {
		if got, ok := CopyID(id).(CopyOut); !ok || got.Value != id {
			t.Errorf("copyID(%q) = %+v, want it as it is", id, got)
		}
	}
	for _, id := range append(texttest.Pasted, "") {
		if got, ok := CopyID(id).(CopyOut); ok {
			t.Errorf("copyID(%q) copies %q, want that it is refused", id, got.Value)
		}
	}
}

// TestCopiedBody: what is copied of a body is one line without a control character,
// and says the same.
func TestCopiedBody(t *testing.T) {
	for _, text := range texttest.Pasted {
		pretty, err := json.MarshalIndent(map[string]string{"id": text}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		raw := `{"id": "` + strings.ToValidUTF8(text, "") + `",` + "\r\n\t" + `"x": 1}` // as a server may write it
		for _, body := range []string{string(pretty), raw, text, "<html>\n" + text} {
			got := oneLineJSON([]byte(body))
			if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("oneLineJSON(%q) = %q, want nothing that cannot be seen", body, got)
			}
			var was, is any
			if json.Unmarshal([]byte(body), &was) != nil {
				was = strings.ToValidUTF8(body, "\ufffd")
			}
			if err := json.Unmarshal([]byte(got), &is); err != nil {
				t.Errorf("oneLineJSON(%q) = %q, %v, want JSON", body, got, err)
			}
			if a, b := asText(t, was), asText(t, is); a != b {
				t.Errorf("oneLineJSON(%q) says %s, want %s", body, b, a)
			}
		}
	}
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
