package hours

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for typed, want := range map[string]string{
		"08:00-21:00":           "08:00-21:00",
		" 8:00 - 21:00 ":        "08:00-21:00",
		"08:00–21:00":           "08:00-21:00",
		"off":                   "off",
		"OFF":                   "off",
		"00:00-24:00":           "00:00-24:00",
		"Mon-Sat 09:00-21:00":   "Mon-Sat 09:00-21:00",
		"monday-FRI 9:00-17:30": "Mon-Fri 09:00-17:30",
		"Sun 12:00-21:00":       "Sun 12:00-21:00",
		"Sat,Sun 10:00-18:00":   "Sat,Sun 10:00-18:00",
		"Sat-Mon 10:00-18:00":   "Mon,Sat,Sun 10:00-18:00",
		"Mon-Sun 10:00-18:00":   "10:00-18:00",
		"Mon,Wed,Fri 9:00-9:01": "Mon,Wed,Fri 09:00-09:01",
	} {
		w, err := Parse(typed)
		if err != nil || w.String() != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", typed, w, err, want)
		}
		again, err := Parse(w.String())
		if err != nil || again != w {
			t.Errorf("Parse(%q) is another window than the one it is the text of: %v, %v", w.String(), again, err)
		}
	}
	for typed, want := range map[string]string{
		"":                      "write it like",
		"8-21":                  "write it like",
		"08:00":                 "write it like",
		"25:00-26:00":           "write it like",
		"08:60-21:00":           "write it like",
		"08:0-21:00":            "write it like",
		"-08:00-21:00":          "write it like",
		"24:01-24:02":           "write it like",
		"21:00-08:00":           "goes past midnight",
		"08:00-08:00":           "ends when it begins",
		"Mo-Sa 09:00-21:00":     "days are like",
		"always":                "write it like",
		"Mon- 09:00-21:00":      "days are like",
		strings.Repeat("x", 99): "…",
	} {
		if w, err := Parse(typed); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %q, %v; want an error with %q", typed, w, err, want)
		}
	}
}
