package config

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A FileKey is one key that the file of profiles may have, as its reader takes it: from these
// the manual, the page of the configuration and its JSON Schema are made.
type FileKey struct {
	Table   string   // that it stands in: "" is the top of the file; of "profiles.NAME", what is in capitals is any name
	Name    string   // "*" is any that the table's reader knows
	Types   []string // that it may have, by the names of JSON Schema
	Choices []string // if it may be nothing but these; nil if not
	Allowed string   // what it may be, in words
	What    string   // what it is for: a phrase without a full stop
}

// FileKeys are all keys that the file may have, table by table, in the order in which telex
// writes them.
func FileKeys() []FileKey {
	var c content
	var p Profile
	var r Replies
	var t Template
	var campaign Campaign
	var price Price
	in := &reading{doc: &document{}}
	const priceTable = "profiles.NAME.price"
	keys := slices.Concat(
		keysOf("", c.fields()),
		keysOf("profiles.NAME", p.fields()),
		keysOf("profiles.NAME."+repliesKey, r.fields()),
		keysOf(priceTable, append([]field{currencyField("currency", &price.Currency)}, in.rateFields(nil, &price.Standard)...)),
		keysOf(priceTable+".tollfree", in.rateFields(nil, &price.TollFree)),
		keysOf(priceTable+".shortcode", in.rateFields(nil, &price.ShortCode)),
		keysOf(priceTable+".to.COUNTRY", in.rateFields(nil, &Rates{})),
		keysOf(priceTable+".alpha.COUNTRY", in.rateFields(nil, &Rates{})),
		keysOf(priceTable+".surcharge.CARRIER", in.rateFields(nil, &Rates{})),
		keysOf("profiles.NAME.budget", in.budgetFields(nil, &Budget{})),
		keysOf("profiles.NAME."+outboxKey, p.Outbox.fields()),
		keysOf("campaigns.ID", campaign.fields()),
		keysOf("templates.NAME", t.fields()),
		keysOf("outbox", c.outbox.fields()),
		keysOf(repliesKey, r.fields()),
	)
	return append(keys,
		FileKey{Table: "hours.by", Name: "*", Types: []string{"string", "array"}, Allowed: hoursAllowed, What: meanings()["hours.by.*"]},
		FileKey{Table: "colors", Name: "*", Types: []string{"string"}, Allowed: styleAllowed, What: meanings()["colors.*"]},
		FileKey{Table: "keys", Name: "*", Types: []string{"string", "array"}, Allowed: keyAllowed, What: meanings()["keys.*"]},
	)
}

// meanings say what each key is for, by its table and name. A table that a profile may have
// too has its keys once.
var meanings = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"profile": "the profile that is used if none is named",
		"theme":   "the colours of the console; auto goes by the terminal's background",
		"panes":   "whether a second pane stands beside the first where there is room; false is for slow lines",
		"mouse":   "whether the console takes clicks and the wheel, instead of the terminal's own selecting",
		"notify":  "how you are called while you look elsewhere: when somebody writes, a message fails, or a broadcast ends or is paused; osc9 and osc777 are messages of the desktop, and auto is what the terminal is known to have",

		"profiles.NAME.account":            "the account that messages are sent for",
		"profiles.NAME.application":        "the application that the numbers belong to",
		"profiles.NAME.numbers":            "the numbers to send from; the first is the default",
		"profiles.NAME.auth":               "how telex shows who it is: a client with OAuth, or a username with HTTP Basic",
		"profiles.NAME.client_id":          "the client id, for oauth",
		"profiles.NAME.username":           "the username, for basic",
		"profiles.NAME.base_url":           "the address of the API, if it is not Bandwidth's own",
		"profiles.NAME.token_url":          "the address that gives tokens, if it is not Bandwidth's own",
		"profiles.NAME.region":             "the country of numbers without a country code",
		"profiles.NAME.store":              "where the secret is kept; telex login writes it",
		"profiles.NAME.credential_command": "a program that prints the secret; it runs without a shell",
		"profiles.NAME.production":         "whether telex marks this profile, and asks once more before it sends",
		"profiles.NAME.approve":            "whether a broadcast waits until another person than who started it approves it",
		"profiles.NAME.mms_receipts":       "whether Bandwidth gives this account receipts of MMS",
		"profiles.NAME.optout_words":       "texts that opt out, beside STOP and such",

		"profiles.NAME.rate":         "how fast a broadcast sends, such as 5/s",
		"profiles.NAME.hours":        "when people may be texted by a broadcast, by their own clocks; off is at any time",
		"profiles.NAME.countries":    "the countries that broadcasts send to",
		"profiles.NAME.media_budget": "how many kilobytes all files of a message may have together",
		"profiles.NAME.media_delete": "whether the files of a broadcast are deleted at Bandwidth once nothing needs them; else Bandwidth does after 48 hours",

		"price.currency": "the currency of the figures",
		"price.sms":      "what a segment of an SMS costs",
		"price.mms":      "what an MMS costs for each recipient",
		"price.in_sms":   "what a segment of an SMS costs that comes in",
		"price.in_mms":   "what an MMS costs that comes in",

		"budget.month": "what all messages of the account may come to in a calendar month, by the figures",

		"campaigns.ID.numbers":   "the numbers that are registered with the campaign",
		"campaigns.ID.att_tpm":   "how many segments AT&T takes from all of them in a minute; a broadcast keeps to it, whichever carrier its people are with",
		"campaigns.ID.tmo_daily": "how many messages T-Mobile takes from them in a day; a plan says when it is more",

		"templates.NAME.text":  "the text, with fields such as {{name}}",
		"templates.NAME.media": "the files that go with it",
		"templates.NAME.tag":   "the tag that comes back in callbacks",

		"hours.by.*": "when people of an area code or a state may be texted",

		"outbox.keep": "for how many days a file keeps messages; without it forever. Drafts stay. For a database: `telex outbox keep`",
		"outbox.text": "whether texts are recorded; false keeps all else",

		"profiles.NAME.outbox.url":              "the database that messages are recorded in, which the processes of several machines may use at once; without it a file of this machine",
		"profiles.NAME.outbox.password_command": "a program that prints the password; it runs without a shell",

		"replies.stop":  "the text that telex sends by itself to who opts out; without it none",
		"replies.start": "the text to who comes back; without it none",
		"replies.help":  "the text to who asks for help; without it none",

		"colors.*": "the style of one role, instead of the theme's",
		"keys.*":   "the keys of one action, instead of the usual ones; an empty list leaves it without",
	}
})

// keysOf are the keys of one table.
func keysOf(table string, fields []field) []FileKey {
	var keys []FileKey
	for _, f := range fields {
		k := FileKey{Table: table, Name: f.name, Types: f.types(), Allowed: f.allowed}
		if quotedList().MatchString(f.allowed) {
			for _, choice := range strings.Split(f.allowed, ", ") {
				k.Choices = append(k.Choices, strings.Trim(choice, `"`))
			}
		}
		k.What = meanings()[k.meaning()]
		keys = append(keys, k)
	}
	return keys
}

var quotedList = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^"[^"]*"(, "[^"]*")*$`) })

// path is the key with its table in front.
func (k FileKey) path() string {
	if k.Table == "" {
		return k.Name
	}
	return k.Table + "." + k.Name
}

// meaning is the name of the key in meanings.
func (k FileKey) meaning() string {
	path := k.path()
	if _, said := meanings()[path]; said {
		return path
	}
	path = strings.TrimPrefix(path, "profiles.NAME.")
	if strings.HasPrefix(path, "price.") {
		return "price." + k.Name // whatever they are figures of
	}
	return path
}

// types are those of JSON Schema that a field reads, found out by having it read one of
// each: so no table of them can be another than what is read.
func (f field) types() []string {
	var types []string
	for _, sample := range []struct {
		name  string
		value any
	}{
		{"string", "x"}, {"boolean", true}, {"integer", int64(1)}, {"number", 0.5}, {"array", []any{"x"}}, {"object", map[string]any{}},
	} {
		if err := f.read(sample.value); err == nil || err.Error() != typeError(sample.value).Error() {
			types = append(types, sample.name)
		}
	}
	return types
}
