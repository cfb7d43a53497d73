package draft

import (
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/broadcast/price"
)

// TestPrice: what it comes to is said where somebody gets it and there are figures.
func TestPrice(t *testing.T) {
	figure := int64(4_000)
	figures := price.Figures{Currency: "USD", Standard: price.Rates{SMS: &figure}}
	for name, test := range map[string]struct {
		form    Form
		figures price.Figures
		want    string
	}{
		"one":          {toMany(1, messaging.Undecided, false), figures, "≈ $0.004 by your figures"},
		"each":         {toMany(105, messaging.Individual, false), figures, "≈ $0.42 by your figures"},
		"undecided":    {toMany(2, messaging.Undecided, false), figures, ""},
		"nobody":       {toMany(0, messaging.Undecided, false), figures, ""},
		"no figures":   {toMany(1, messaging.Undecided, false), price.Figures{}, ""},
		"none for MMS": {toMany(3, messaging.Group, false), figures, "unknown: your figures do not cover 3 recipients"},
	} {
		test.form.Text, test.form.From = "Hi", "+19195550100"
		if got := test.form.Price(test.figures); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		has := false
		for _, f := range test.form.Summary(Through{Figures: test.figures}) {
			has = has || f.Label == "Price" && f.Value == test.want
		}
		if has != (test.want != "") {
			t.Errorf("%s: the summary has the price: %v", name, has)
		}
	}
}

// TestPriceAsMMS: a long text says what it would be as MMS, where that is less.
func TestPriceAsMMS(t *testing.T) {
	sms, mms := int64(4_000), int64(15_000)
	figures := price.Figures{Currency: "USD", Standard: price.Rates{SMS: &sms, MMS: &mms}}
	long := strings.Repeat("x", 600) // four segments
	for name, c := range map[string]struct {
		form Form
		text string
		want string
	}{
		"one":       {toMany(1, messaging.Undecided, false), long, "≈ $0.016 by your figures; as MMS, with any picture, it would be $0.015"},
		"each":      {toMany(100, messaging.Individual, false), long, "≈ $1.60 by your figures; as MMS, with any picture, it would be $1.50"},
		"short":     {toMany(1, messaging.Undecided, false), "Hi", "≈ $0.004 by your figures"},
		"group":     {toMany(3, messaging.Group, false), long, "≈ $0.045 by your figures"},
		"undecided": {toMany(2, messaging.Undecided, false), long, ""},
	} {
		c.form.Text, c.form.From = c.text, "+19195550100"
		got := ""
		for _, f := range c.form.Summary(Through{Figures: figures}) {
			if f.Label == "Price" {
				got = f.Value
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
