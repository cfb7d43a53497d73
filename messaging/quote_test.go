package messaging

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestEscapeJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":"plain €"}`:         `{"a":"plain €"}`,
		"{\r\n\t\"a\": 1\r\n}":    "{\n\t\"a\": 1\n}",
		"\"\u009b31m\"":           `"\u009b31m"`,
		"\"\u202egnp\u200b\"":     `"\u202egnp\u200b"`,
		"\"\x7f\u00ad\u2028\"":    `"\u007f\u00ad\u2028"`,
		"\"😀\U000e0001\"":         `"😀\udb40\udc01"`,
		"\"\U0010ffff\"":          `"\udbff\udfff"`,
		"\"\ufffd\"":              `"\ufffd"`,
		"\"a\xff\xc3b\"":          `"a\ufffd\ufffdb"`,
		`"\u001b\ud800"`:          `"\u001b\ud800"`,
		"<p>\x1b[2J\x00\a</p>":    `<p>\u001b[2J\u0000\u0007</p>`,
		"\"\\\\\u202e\"":          `"\\\u202e"`,
		"":                        "",
		strings.Repeat("\xff", 3): `\ufffd\ufffd\ufffd`,
	} {
		if got := EscapeJSON([]byte(in)); got != want {
			t.Errorf("EscapeJSON(%q): got %s, want %s", in, got, want)
		}
	}
}

func FuzzEscapeJSON(f *testing.F) {
	for _, s := range []string{receiptJSON, "{\"a\":\"\u202e\U000e0001\ufffd\xff\"}", "[\r\n\t1]", "\x1b", `"\ud800"`, "\"\\\\\u009b\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := EscapeJSON(body)
		if bare := strings.NewReplacer("\n", "", "\t", "").Replace(got); !isPrintable(bare) {
			t.Errorf("got %q from %q, want it printable", got, body)
		}
		var was, is any
		if json.Unmarshal(body, &was) != nil {
			return
		}
		if err := json.Unmarshal([]byte(got), &is); err != nil || !reflect.DeepEqual(is, was) {
			t.Errorf("got %q, %v from %q, want the same value", got, err, body)
		}
	})
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain €":          "plain €",
		`say "hi"`:         `say "hi"`,
		"\x1b[2J":          `\x1b[2J`,
		"a\r\nb":           `a\r\nb`,
		"\u202e\u009b\xff": `\u202e\u009b\xff`,
		"":                 "",
	} {
		if got := printable(in); got != want {
			t.Errorf("printable(%q): got %q, want %q", in, got, want)
		}
	}
}
