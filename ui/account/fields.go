package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"telex/messaging"
	"telex/messaging/number"
)

// A Key names a field; it is what the file of profiles calls it, where that has it.
type Key string

// The fields of an account.
const (
	Name        Key = "name"
	Auth        Key = "auth"
	AccountID   Key = "account"
	ID          Key = "id"     // client_id or username
	Secret      Key = "secret" // never in the file of profiles
	Application Key = "application"
	Numbers     Key = "numbers"
	Region      Key = "region"
	BaseURL     Key = "base_url"
	TokenURL    Key = "token_url"
	Production  Key = "production"
)

// A Field is one thing that an account consists of. Its words have no full stop and
// are clean.
type Field struct {
	Key    Key
	Label  string   // in a form: "Client id"; "" for a field that no form shows
	Ask    string   // in a question on a line of its own: "Application id"
	Hint   string   // what it is for; "" where the label says it
	Picks  []string // the values there are, if it is picked and not typed; the first is usual
	Needed bool     // it has no default: without it nothing can be sent
	Secret bool     // it is not shown

	value func(Account) string
	set   func(*Account, string)
	judge func(Account) error // nil: whatever is picked is good
	doubt func(Account) string
}

// Value is the field of a as text that [Field.Set] reads. A secret's is what was typed.
func (f Field) Value(a Account) string { return f.value(a) }

// Set puts what was typed into the field of a, without the blanks around it, which only a
// secret may have. Set the others first if the field is [Numbers]: they are read in the
// region.
func (f Field) Set(a *Account, typed string) {
	if !f.Secret || strings.TrimSpace(typed) == "" {
		typed = strings.TrimSpace(typed)
	}
	f.set(a, typed)
}

// Judge says why the field of a cannot be used, or that it is missing although it is
// needed; nil for nothing. The error may hold what was typed, quoted, unless that is a
// secret. The name is judged by [Accounts.CheckName].
func (f Field) Judge(a Account) error {
	if f.judge == nil {
		return nil
	}
	return f.judge(a)
}

// Doubt says why the field of a is unlikely to be right although it can be used, for a
// warning; "" for no doubt. It may hold what was typed, quoted.
func (f Field) Doubt(a Account) string {
	if f.doubt == nil || f.value(a) == "" {
		return ""
	}
	return f.doubt(a)
}

// FieldOf is the field of that key, with the words for a. It reports false if there is
// none.
func FieldOf(key Key, a Account) (Field, bool) {
	all := Fields(a)
	i := slices.IndexFunc(all, func(f Field) bool { return f.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return all[i], true
}

// Fields are all fields in the order in which people fill them in. What they are called
// depends on the credentials of a; their number and order do not.
func Fields(a Account) []Field {
	return []Field{
		{
			Key: Name, Label: "Name", Ask: "Name", Hint: "what you call it, also for telex --profile",
			value: func(a Account) string { return a.Name },
			set:   func(a *Account, typed string) { a.Name = typed },
		},
		authField(a.Basic),
		{
			Key: AccountID, Label: "Account id", Ask: "Account id", Hint: "a number, from Bandwidth's dashboard", Needed: true,
			value: func(a Account) string { return a.AccountID },
			set:   func(a *Account, typed string) { a.AccountID = typed },
			judge: judgeAccountID,
			doubt: doubtAccountID,
		},
		idField(a.Basic),
		secretField(a.Basic),
		{
			Key: Application, Label: "Application", Ask: "Application id", Hint: "the id of the messaging application that your numbers belong to", Needed: true,
			value: func(a Account) string { return a.ApplicationID },
			set:   func(a *Account, typed string) { a.ApplicationID = typed },
			judge: judgeApplication,
			doubt: doubtApplication,
		},
		{
			Key: Numbers, Label: "Numbers", Ask: "Numbers to send from, with commas", Hint: "to send from; the first is the default", Needed: true,
			value: func(a Account) string { return strings.Join(a.Numbers, ", ") },
			set:   setNumbers,
			judge: judgeNumbers,
			doubt: doubtNumbers,
		},
		{
			Key: Region, Label: "Region", Ask: "Region", Hint: "how numbers without a country code are read: US, GB, …",
			value: func(a Account) string { return a.Region },
			set:   func(a *Account, typed string) { a.Region = strings.ToUpper(typed) },
			judge: judgeRegion,
		},
		{
			Key: BaseURL, Label: "API address", Ask: "API address", Hint: "empty: Bandwidth's own",
			value: func(a Account) string { return a.BaseURL },
			set:   func(a *Account, typed string) { a.BaseURL = typed },
			judge: func(a Account) error { return judgeAddress(a.BaseURL, messaging.CheckBaseURL) },
			doubt: doubtAddress,
		},
		{
			Key:   TokenURL,
			value: func(a Account) string { return a.TokenURL },
			set:   func(a *Account, typed string) { a.TokenURL = typed },
			judge: func(a Account) error { return judgeAddress(a.TokenURL, messaging.CheckTokenURL) },
		},
		{
			Key: Production, Label: "Production", Ask: "Production", Hint: "yes: marked in the header, and asks before it sends", Picks: []string{"no", "yes"},
			value: func(a Account) string { return either(a.Production, "yes", "no") },
			set:   func(a *Account, picked string) { a.Production = picked == "yes" },
		},
	}
}

func either(yes bool, then, otherwise string) string {
	if yes {
		return then
	}
	return otherwise
}

func authField(basic bool) Field {
	const oauth, http = "OAuth", "HTTP Basic"
	return Field{
		Key: Auth, Label: "Credentials", Ask: "Credentials",
		Hint:  either(basic, "Bandwidth retires HTTP Basic on 2 December 2026", "a client id and secret, from Bandwidth's dashboard"),
		Picks: []string{oauth, http},
		value: func(a Account) string { return either(a.Basic, http, oauth) },
		set:   func(a *Account, picked string) { a.Basic = picked == http },
	}
}

func idField(basic bool) Field {
	label := either(basic, "Username", "Client id")
	return Field{
		Key: ID, Label: label, Ask: label, Hint: either(basic, "of the API's credentials", "of the API's credentials, from Bandwidth's dashboard"), Needed: true,
		value: func(a Account) string { return a.ID },
		set:   func(a *Account, typed string) { a.ID = typed },
		judge: judgeID,
	}
}

func secretField(basic bool) Field {
	label := either(basic, "Password", "Client secret")
	return Field{
		Key: Secret, Label: label, Ask: label + " (it is not shown)", Hint: "never shown; kept where the next page says", Needed: true, Secret: true,
		value: func(a Account) string { return a.Secret.Value() },
		set: func(a *Account, typed string) {
			if a.Secret = nil; typed != "" {
				a.Secret = func() string { return typed }
			}
		},
		judge: func(a Account) error { return judgeSecret(a.Secret.Value()) },
	}
}

// setNumbers takes a list of senders; see [number.Split]. A sender id may look like
// several.
func setNumbers(a *Account, typed string) {
	if a.Numbers = []string{typed}; !messaging.IsSenderID(typed) {
		a.Numbers = number.Split(typed)
	}
	*a = a.Settled()
}

// judgeAccountID goes by what a client can be made for.
func judgeAccountID(a Account) error {
	if a.AccountID == "" {
		return errors.New("the number of the account, which Bandwidth's dashboard shows")
	}
	return messaging.CheckAccount(a.AccountID)
}

// judgeApplication goes by what a message is refused for.
func judgeApplication(a Account) error {
	if a.ApplicationID == "" {
		return errors.New("the id of the application that the numbers belong to")
	}
	m := messaging.Message{ApplicationID: a.ApplicationID}
	for _, p := range m.Problems(time.Time{}).Of(messaging.FieldApplicationID) {
		return fmt.Errorf("the application id %q %s", a.ApplicationID, p.Why)
	}
	return nil
}

// The forms that Bandwidth's ids have in all of its pages, such as
// https://dev.bandwidth.com/apis/messaging-apis/messaging/ : account ids are numbers,
// application ids UUIDs. None of them promises that it stays so, so another form is
// doubtful and not wrong.

func doubtAccountID(a Account) string {
	if strings.Trim(a.AccountID, "0123456789") == "" {
		return ""
	}
	return fmt.Sprintf("%q is not a number, as Bandwidth's account ids are: check it", a.AccountID)
}

func doubtApplication(a Account) string {
	if isUUID(a.ApplicationID) {
		return ""
	}
	return fmt.Sprintf("%q is not a UUID, as Bandwidth's application ids are: check it", a.ApplicationID)
}

// doubtNumbers doubts letters where no carrier takes a sender id of letters: they are more
// likely something else that was typed in the wrong place.
func doubtNumbers(a Account) string {
	if a.Region != "US" && a.Region != "CA" {
		return ""
	}
	for _, n := range a.Numbers {
		if messaging.IsSenderID(n) {
			return fmt.Sprintf("%q is a sender id of letters, which carriers in the US and Canada do not carry: check it", n)
		}
	}
	return ""
}

// doubtAddress doubts quotes, which are easily copied with an address.
func doubtAddress(a Account) string {
	if !strings.ContainsAny(a.BaseURL, "'\"`") {
		return ""
	}
	return fmt.Sprintf("%q has a quote in it, as addresses seldom have: check it", a.BaseURL)
}

// isUUID reports whether s is one as people write it: 8, 4, 4, 4 and 12 hexadecimal digits
// (RFC 9562, section 4).
func isUUID(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) != 5 {
		return false
	}
	for i, n := range []int{8, 4, 4, 4, 12} {
		if len(parts[i]) != n || strings.Trim(parts[i], "0123456789abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}

// judgeID goes by what an Authorization header can carry (RFC 7617, section 2, for
// Basic), and refuses what cannot be seen: no id has that, but what is copied may.
func judgeID(a Account) error {
	what := either(a.Basic, "username", "client id")
	switch {
	case a.ID == "" && a.Basic:
		return errors.New("the username of the API's credentials")
	case a.ID == "":
		return errors.New("the client id of the API's credentials")
	case strings.ContainsFunc(a.ID, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }):
		return fmt.Errorf("the %s %q holds a character that ids never have", what, a.ID)
	case a.Basic && strings.Contains(a.ID, ":"):
		return fmt.Errorf("the username %q holds a colon, which HTTP Basic cannot carry", a.ID)
	}
	return nil
}

// judgeSecret goes by what a header can carry and what a store gives back as it was.
// The error says nothing of the secret.
func judgeSecret(secret string) error {
	switch {
	case secret == "":
		return errors.New("type or paste it; it is not shown")
	case !utf8.ValidString(secret):
		return errors.New("the secret is not in UTF-8")
	case strings.ContainsFunc(secret, unicode.IsControl):
		return errors.New("the secret holds a control character, such as the end of a line")
	}
	return nil
}

func judgeNumbers(a Account) error {
	if len(a.Numbers) == 0 {
		return errors.New("a number to send from, or several with commas")
	}
	for _, typed := range a.Numbers {
		if _, _, err := number.ParseSender(typed, a.Region); err != nil {
			return err
		}
	}
	return nil
}

// judgeRegion takes codes in capitals, as [Field.Set] makes them.
func judgeRegion(a Account) error {
	switch {
	case a.Region == "":
		return errors.New("a two-letter country code, such as US")
	case len(a.Region) == 2 && number.IsRegion(a.Region):
		return nil
	case len(a.Region) == 2 && strings.Trim(a.Region, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
		return fmt.Errorf("no country has the code %q; such codes are US and GB", a.Region)
	default:
		return fmt.Errorf("%q is not a two-letter country code, such as US", a.Region)
	}
}

// judgeAddress judges an address that has a default.
func judgeAddress(address string, check func(string) error) error {
	switch {
	case address == "":
		return nil
	case !utf8.ValidString(address):
		return errors.New("the address is not in UTF-8")
	}
	return check(address)
}
