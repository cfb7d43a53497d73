package price_test

import (
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/broadcast/price"
)

// A text is said to be cheaper as MMS only if it surely is, for everybody.
func TestInstead(t *testing.T) {
	segments := func(n int) string { return strings.Repeat("x", 153*n) }
	type texts []line
	for name, c := range map[string]struct {
		texts texts
		want  string
	}{
		"three segments are less as SMS": {texts{{figures: only(), from: local, to: []string{us}, text: segments(3)}}, "no"}, // $0.012
		"four are more":                  {texts{{figures: only(), from: local, to: []string{us}, text: segments(4)}}, "$0.015"},
		"of two recipients":              {texts{{figures: only(), from: local, to: []string{us, us2}, text: segments(4)}}, "$0.03"},
		"as much is not less":            {texts{{figures: price.Figures{Standard: price.Rates{SMS: micros(5_000), MMS: micros(15_000)}}, from: local, to: []string{us}, text: segments(3)}}, "no"},
		"three, by other figures":        {texts{{figures: price.Figures{Standard: price.Rates{SMS: micros(6_000), MMS: micros(15_000)}}, from: local, to: []string{us}, text: segments(3)}}, "$0.015"},
		"two are never worth it":         {texts{{figures: price.Figures{Standard: price.Rates{SMS: micros(50_000), MMS: micros(1)}}, from: local, to: []string{us}, text: segments(2)}}, "no"},
		"whatever carriers add":          {texts{{figures: figures(), from: local, to: []string{us}, text: segments(6)}}, "no"},       // $0.024–0.042, MMS $0.015–0.025
		"no figure for MMS":              {texts{{figures: figures(), from: local, to: []string{canada}, text: segments(4)}}, "1 no"}, // none for MMS
		"toll-free":                      {texts{{figures: only(), from: tollFree, to: []string{us}, text: segments(3)}}, "$0.015"},
		"letters send no MMS":            {texts{{figures: price.Figures{Alpha: map[string]price.Rates{"GB": {SMS: micros(9_000), MMS: micros(1)}}}, from: alpha, to: []string{british}, text: segments(4)}}, "no"},
		"abroad there is no figure":      {texts{{figures: only(), from: local, to: []string{us, german}, text: segments(4)}}, "1 no"},
		"more text than beside media":    {texts{{figures: only(), from: local, to: []string{us}, text: strings.Repeat("x", messaging.RecommendedMMSChars+1)}}, "no"},
		"just as much":                   {texts{{figures: only(), from: local, to: []string{us}, text: strings.Repeat("x", messaging.RecommendedMMSChars)}}, "$0.015"},
		"it is one":                      {texts{{figures: only(), from: local, to: []string{us}, text: segments(4), media: 1}}, "no"},
		"all together count": {texts{
			{figures: only(), from: local, to: []string{us}, text: segments(4)}, {figures: only(), from: local, to: []string{us2}, text: "hi"},
		}, "no"}, // $0.02 and $0.03
		"all together are less": {texts{
			{figures: only(), from: local, to: []string{us}, text: segments(6)}, {figures: only(), from: local, to: []string{us2}, segments: 2, text: "hi"},
		}, "$0.03"},
		"nothing": {nil, "no"},
	} {
		var i price.Instead
		for _, l := range c.texts {
			m := l.message()
			m.To = nil
			i.Add(l.figures, m, l.to, l.segments)
		}
		r, ok := i.MMS()
		got := say(r)
		if !ok {
			got = "no"
			if r.Unpriced > 0 {
				got = "1 no"
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s (%s)", name, got, c.want, r)
		}
	}
}
