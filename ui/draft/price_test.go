package draft

import (
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
