package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// priced is a file with figures in every form.
const priced = `[profiles.main]
account = "1" # mine

# As on the bill of March.
[profiles.main.price]
currency = "USD"
sms = 0.004 # each segment
mms = +0.015
in_sms = 1_0
in_mms = 0

[profiles.main.price.tollfree]
sms = 0.007

[profiles.main.price.shortcode]
mms = 0.02

[profiles.main.price.to.de]
sms = 0.08

[profiles.main.price.alpha]
GB = { sms = 0.045 }

[profiles.main.price.surcharge]
"AT&T" = { sms = 0.003, mms = 0.0075 }
"T-Mobile U.S." = {} # none
`

func micros(n int64) *int64 { return &n }

func TestPrice(t *testing.T) {
	want := Price{
		Currency:  "USD",
		Standard:  Rates{SMS: micros(4_000), MMS: micros(15_000), InSMS: micros(10_000_000), InMMS: micros(0)},
		TollFree:  Rates{SMS: micros(7_000)},
		ShortCode: Rates{MMS: micros(20_000)},
		To:        map[string]Rates{"DE": {SMS: micros(80_000)}},
		Alpha:     map[string]Rates{"GB": {SMS: micros(45_000)}},
		Surcharge: map[string]Rates{"AT&T": {SMS: micros(3_000), MMS: micros(7_500)}, "T-Mobile U.S.": {}},
	}
	for name, text := range map[string]string{
		"tables": priced,
		"inline": `profiles = { main = { account = "1", price = { currency = "USD", sms = 0.004, mms = 0.015, in_sms = 10, in_mms = 0.000000, tollfree = { sms = 0.007 }, shortcode = { mms = 0.02 }, to = { DE = { sms = 0.08 } }, alpha = { GB = { sms = 0.045 } }, surcharge = { "AT&T" = { sms = 0.003, mms = 0.0075 }, "T-Mobile U.S." = {} } } } }`,
		"keys": `[profiles.main]
account = "1"
price.currency = "USD"
price.sms = 0.004
price.mms = 0.015
price.in_sms = 10.0
price.in_mms = 0
price.tollfree.sms = 0.007
price.shortcode.mms = 0.02
price.to.DE.sms = 0.08
price.alpha.GB.sms = 0.045
price.surcharge."AT&T".sms = 0.003
price.surcharge."AT&T".mms = 0.0075
price.surcharge."T-Mobile U.S." = {}
`,
	} {
		p, err := loaded(t, configFile(t, text)).Profile("main")
		if err != nil || p.AccountID != "1" || !reflect.DeepEqual(p.Price, want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", name, p.Price, err, want)
		}
	}
}

func TestPriceRefusesWithTheLine(t *testing.T) {
	const amount = "; allowed: an amount such as 0.004, with at most six digits behind the point, up to 1000"
	for text, want := range map[string]string{
		"price = 0.004":                             `:2: profiles.a.price is a number without quotes; allowed: a table, [profiles.a.price]`,
		"[profiles.a.price]\nsms = \"0.004\"":       `:3: profiles.a.price.sms is a text` + amount,
		"[profiles.a.price]\n\nsms = 4e-3":          `:4: profiles.a.price.sms cannot be 4e-3` + amount,
		"[profiles.a.price]\nsms = -0.1":            `:3: profiles.a.price.sms cannot be -0.1` + amount,
		"[profiles.a.price]\nsms = inf":             `:3: profiles.a.price.sms cannot be inf` + amount,
		"[profiles.a.price]\nsms = 0.0000001":       `:3: profiles.a.price.sms cannot be 0.0000001` + amount,
		"[profiles.a.price]\nsms = 1000.1":          `:3: profiles.a.price.sms cannot be 1000.1` + amount,
		"[profiles.a.price]\nsms = 0x10":            `:3: profiles.a.price.sms cannot be 0x10` + amount,
		"[profiles.a.price]\ncurrency = \"dollar\"": `:3: profiles.a.price.currency cannot be "dollar"; allowed: a currency's code of three capitals, such as "USD"`,
		"[profiles.a.price]\nrcs = 1":               `:3: profiles.a.price.rcs is unknown; allowed: sms, mms, in_sms, in_mms, currency, tollfree, shortcode, to, alpha, surcharge`,
		"budget = 200":                              `:2: profiles.a.budget is a whole number without quotes; allowed: a table such as { month = 200 }`,
		"budget.month = \"200\"":                    `:2: profiles.a.budget.month is a text` + strings.Replace(amount, "1000", "1000000000", 1),
		"[profiles.a.budget]\nmonth = -1":           `:3: profiles.a.budget.month cannot be -1` + strings.Replace(amount, "1000", "1000000000", 1),
		"[profiles.a.budget]\nyear = 1":             `:3: profiles.a.budget.year is unknown; allowed: month`,
		"[profiles.a.price.tollfree]\nrcs = 1":      `:3: profiles.a.price.tollfree.rcs is unknown; allowed: sms, mms, in_sms, in_mms`,
		"[profiles.a.price]\ntollfree = 1":          `:3: profiles.a.price.tollfree is a whole number without quotes; allowed: a table such as { sms = 0.004, mms = 0.015 }`,
		"[profiles.a.price]\nalpha = 1":             `:3: profiles.a.price.alpha is a whole number without quotes; allowed: a table, [profiles.a.price.alpha]`,
		"[profiles.a.price.alpha.Britain]\nsms = 1": `:2: profiles.a.price.alpha.Britain is not a country's code of two letters, such as "GB"`,
		"[profiles.a.price.to]\nGB.sms=1\ngb.sms=2": `:4: profiles.a.price.to.gb is listed twice, in other letters`,
		"[profiles.a.price.surcharge]\nsms = 1":     `:3: profiles.a.price.surcharge.sms is a whole number without quotes; allowed: a table such as { sms = 0.004, mms = 0.015 }`,
	} {
		path := configFile(t, "[profiles.a]\n"+text+"\n")
		if _, err := Load(os.LookupEnv, path); err == nil || err.Error() != path+want {
			t.Errorf("%q:\n got %v\nwant %s%s", text, err, path, want)
		}
	}
}

// What telex changes of a profile leaves its figures as they were written, and goes to its
// own table.
func TestPutLeavesThePrice(t *testing.T) {
	for _, text := range []string{priced, priced[strings.Index(priced, "\n\n")+2:]} { // the second has no table but that of the price
		path := configFile(t, text)
		f := loaded(t, path)
		p, err := f.Profile("main")
		if err != nil {
			t.Fatal(err)
		}
		figures := p.Price
		p.AccountID, p.Production, p.Price = "2", true, Price{}
		if err := f.Put(p); err != nil {
			t.Fatalf("%q: Put: %v", text, err)
		}
		if err := f.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
		after := contentOf(t, path)
		keepsComments(t, text, after)
		again, err := loaded(t, path).Profile("main")
		if err != nil || again.AccountID != "2" || !again.Production || !reflect.DeepEqual(again.Price, figures) {
			t.Errorf("%q became\n%s\n%+v, %v", text, after, again, err)
		}
		if err := f.Remove("main"); err != nil {
			t.Fatal(err)
		}
		if err := f.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := contentOf(t, path); strings.Contains(after, "profiles") {
			t.Errorf("of the removed profile there is left\n%s", after)
		}
	}
}

func TestParseAmount(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "25": 25_000_000, "0.004": 4_000, ".5": 500_000, "1.": 1_000_000, "0.000001": 1, "007.10": 7_100_000,
		"0.1000000000": 100_000, "1000000000": 1_000_000_000_000_000,
	} {
		if got, err := ParseAmount(s); err != nil || got != want {
			t.Errorf("ParseAmount(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", ".", "-1", "+1", "1,5", "1e3", "0.0000001", "1000000001", "99999999999999999999999", "0x10", "1.2.3", "$5", " 1", "inf", "１",
	} {
		if got, err := ParseAmount(s); err == nil {
			t.Errorf("ParseAmount(%q) = %d, want an error", s, got)
		}
	}
}

func TestBudget(t *testing.T) {
	for text, want := range map[string]int64{
		"budget.month = 200":                     200_000_000,
		"budget = { month = 0.5 }":               500_000,
		"[profiles.a.budget]\nmonth = 1_000.25":  1_000_250_000,
		"[profiles.a.budget]\nmonth = 0":         0,
		"[profiles.a.budget]\nmonth = 100000000": 100_000_000_000_000,
	} {
		p, err := loaded(t, configFile(t, "[profiles.a]\naccount = \"1\"\n"+text+"\n")).Profile("a")
		if err != nil || p.AccountID != "1" || p.Budget.Month == nil || *p.Budget.Month != want {
			t.Errorf("%s: got %+v, %v, want %d", text, p.Budget, err, want)
		}
	}
	if p, err := loaded(t, configFile(t, "[profiles.a]\n")).Profile("a"); err != nil || p.Budget.Month != nil {
		t.Errorf("without one it is %+v, %v", p.Budget, err)
	}
}
