// Package accounttest has good and bad values of an account's fields, for the tests of
// every way in which an account is typed, read or looked at: all must judge each alike.
package accounttest

import (
	"strings"

	"telex/ui/account"
)

// A Value is one that a field may be given.
type Value struct {
	Key     account.Key
	Basic   bool     // the credentials of the account
	Typed   string   // as somebody types it
	Good    bool     // it can be used
	Numbers []string // that a good value of [account.Numbers] is

	Doubtful bool // it is good, and unlikely to be right
}

// Values are good and bad values of all fields that are judged by what they hold. None of
// them is empty. Numbers are read in the region US.
func Values() []Value {
	var all []Value
	add := func(key account.Key, basic, good bool, typed ...string) {
		for _, t := range typed {
			all = append(all, Value{Key: key, Basic: basic, Typed: t, Good: good})
		}
	}
	const zeroWidth, direction, hardSpace, bell = "\u200b", "\u202e", "\u00a0", "\a"

	doubtful := func(key account.Key, typed ...string) {
		for _, t := range typed {
			all = append(all, Value{Key: key, Typed: t, Good: true, Doubtful: true})
		}
	}

	add(account.AccountID, false, true, "5500001")
	doubtful(account.AccountID, "a-b_c.d", "...", "٣")
	add(account.AccountID, false, false, "1/2", "1 2", "1?2", "1#2", `1\2`, "1%2", ".", "..", "1"+zeroWidth, "1"+bell+"2", "1\uFFFD")

	add(account.ID, false, true, "client-1", "CLI-1a2b:3c", "with space")
	add(account.ID, false, false, "client"+zeroWidth, "cli"+bell+"ent", "cli\nent", direction+"client", "cli"+hardSpace+"ent", "client\x7f")
	add(account.ID, true, true, "user", "user@example.com", "with space")
	add(account.ID, true, false, "us:er", ":", "us"+bell+"er", "user"+zeroWidth)

	add(account.Secret, false, true, "hush", "hush: hush", "ü"+zeroWidth, strings.Repeat("s", 4000))
	add(account.Secret, true, false, "hu\x1bsh", "hu\nsh", "hush\x7f", bell)

	add(account.Application, false, true, "93de2206-9669-4e07-948d-329f4b722ee2", "93DE2206-9669-4E07-948D-329F4B722EE2")
	doubtful(account.Application, "app 1", "93de2206-9669-4e07-948d-329f4b722ee", "93de220696694e07948d329f4b722ee2")
	add(account.Application, false, false, "app"+bell, "a\np", "app"+zeroWidth, direction+"app", "my"+hardSpace+"app")

	add(account.Region, false, true, "US", "gb", "De")
	add(account.Region, false, false, "USA", "U", "ZZ", "1A", "U S", "+1", "U"+zeroWidth, "É")

	add(account.BaseURL, false, true, "https://messaging.bandwidth.com/api/v2", "http://127.0.0.1:8095/api/v2", "http://[::1]:1/api/v2")
	add(account.BaseURL, false, false, "http://gateway.example/api/v2", "messaging.bandwidth.com", "https://", "ftp://gateway.example",
		"https://me:pw@gateway.example", "https://gateway.example/?a=b", "https://gateway.example/#a", "https://gate"+bell+"way.example")

	doubtful(account.BaseURL, "http://127.0.0.1:8095/api/v2'")
	doubtful(account.Numbers, "nope")

	for typed, numbers := range map[string][]string{
		"+19195550100":                   {"+19195550100"},
		"(919) 555-0100, +19195550101":   {"+19195550100", "+19195550101"},
		"919-555-0100,+1 919 555 0100, ": {"+19195550100"}, // the same number twice
		"9195550100; 9195550101":         {"+19195550100", "+19195550101"},
		"Acme":                           {"Acme"},
		"+19195550100, Shop-1 & Co":      {"+19195550100", "Shop-1 & Co"},
		"Acme, Acme":                     {"Acme"},
	} {
		letters := strings.ContainsAny(typed, "AS") // which nobody takes in the US
		all = append(all, Value{Key: account.Numbers, Typed: typed, Good: true, Numbers: numbers, Doubtful: letters})
	}
	add(account.Numbers, false, false, "12", "+19195550100, 12", "Acme!", "no number is this", "1-800-FLOWERS", "+0123456789")
	return all
}
