package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A field is one key of a table in the file: how its value is read, judged and
// written. It points into what it is a field of.
type field struct {
	name    string
	allowed string // its values, in words
	read    func(value any) error
	check   func() error  // judges what was read or set
	write   func() string // as TOML; "" if it is not set
}

// fields are the keys of a profile, in the order in which a new one has them.
func (p *Profile) fields() []field {
	return []field{
		textField("account", &p.AccountID, checkText),
		textField("application", &p.ApplicationID, checkText),
		listField("numbers", &p.Numbers, checkText),
		kindField("auth", &p.Auth),
		textField("client_id", &p.ClientID, checkText),
		textField("username", &p.Username, checkUsername),
		textField("base_url", &p.BaseURL, checkText),
		textField("token_url", &p.TokenURL, checkText),
		regionField("region", &p.Region),
		choiceField("store", &p.Store, []StoreName{InKeyring, InFile}),
		commandField("credential_command", &p.Command),
		flagField("production", &p.Production),
		flagField("approve", &p.Approve),
		flagField("mms_receipts", &p.MMSReceipts),
		listField("optout_words", &p.OptOutWords, checkText),
		textField("rate", &p.Rate, checkText),
		textField("hours", &p.Hours, checkText),
		countriesField("countries", &p.Countries),
		kilobytesField("media_budget", &p.MediaBudget),
	}
}

// fields are the keys of the outbox's table.
func (o *Outbox) fields() []field {
	return []field{
		daysField("keep", &o.Keep),
		unlessField("text", &o.OmitText),
	}
}

// unlessField is a flag whose false is what is kept.
func unlessField(name string, off *bool) field {
	return truthField(name, func(v bool) { *off = !v }, func() string { return strconv.FormatBool(!*off) })
}

func textField(name string, to *string, check func(string) error) field {
	return field{
		name, "a text in quotes",
		func(value any) error { return assign(to, value) },
		func() error { return check(*to) },
		func() string { return quoteSet(*to) },
	}
}

func regionField(name string, to *string) field {
	f := textField(name, to, checkRegion)
	f.allowed = `a two-letter country code, such as "US"`
	f.read = func(value any) error {
		err := assign(to, value)
		*to = strings.ToUpper(*to)
		return err
	}
	return f
}

func choiceField[S ~string](name string, to *S, options []S) field {
	var quoted []string
	for _, o := range options {
		quoted = append(quoted, quote(string(o)))
	}
	return field{
		name, strings.Join(quoted, ", "),
		func(value any) error { return assign(to, value) },
		func() error {
			if *to != "" && !slices.Contains(options, *to) {
				return fmt.Errorf("cannot be %q", string(*to))
			}
			return nil
		},
		func() string { return quoteSet(string(*to)) },
	}
}

func kindField(name string, to *Kind) field {
	return field{
		name, `"oauth", "basic"`,
		func(value any) error {
			var text string
			if err := assign(&text, value); err != nil {
				return err
			}
			kind, err := ParseKind(text)
			if err != nil {
				return fmt.Errorf("cannot be %q", text)
			}
			*to = kind
			return nil
		},
		func() error {
			if _, err := ParseKind(to.String()); err != nil {
				return fmt.Errorf("cannot be %s", *to)
			}
			return nil
		},
		func() string { return quote(to.String()) },
	}
}

func listField(name string, to *[]string, check func(string) error) field {
	return field{
		name, `a list of texts in quotes, such as ["a", "b"]`,
		func(value any) error {
			list, err := textsOf(value)
			*to = list
			return err
		},
		func() error {
			for _, v := range *to {
				if err := check(v); err != nil {
					return err
				}
			}
			return nil
		},
		func() string {
			if len(*to) == 0 {
				return ""
			}
			return quoteList(*to)
		},
	}
}

func commandField(name string, to *[]string) field {
	f := listField(name, to, checkText)
	f.allowed = `a program and its arguments, such as ["pass", "show", "telex"]`
	judge := f.check
	f.check = func() error {
		if len(*to) > 0 && (*to)[0] == "" {
			return errors.New("names no program")
		}
		return judge()
	}
	return f
}

func flagField(name string, to *bool) field {
	return truthField(name, func(v bool) { *to = v }, func() string {
		if !*to {
			return ""
		}
		return "true"
	})
}

// truthField is a yes or no that set keeps and show writes.
func truthField(name string, set func(bool), show func() string) field {
	return field{
		name, "true or false",
		func(value any) error {
			v, ok := value.(bool)
			if !ok {
				return typeError(value)
			}
			set(v)
			return nil
		},
		func() error { return nil },
		show,
	}
}

func daysField(name string, to *int) field {
	const most = 100 * 366
	return field{
		name, fmt.Sprintf("a number of days from 0, which is forever, to %d", most),
		func(value any) error {
			v, ok := value.(int64)
			if !ok {
				return typeError(value)
			}
			*to = int(max(-1, min(v, most+1)))
			return nil
		},
		func() error {
			if *to < 0 || *to > most {
				return errors.New("is out of range")
			}
			return nil
		},
		func() string { return strconv.Itoa(*to) },
	}
}

// mostKilobytes is the largest file that Bandwidth takes.
const mostKilobytes = 3500

// kilobytesField is a size in thousands of bytes, kept in bytes; 0 is not set.
func kilobytesField(name string, to *int) field {
	return wholeField(name, fmt.Sprintf("a number of kilobytes from 1 to %d", mostKilobytes), mostKilobytes, 1000, to)
}

// wholeField is a number of units from 1 to most, kept as so many times unit; 0 is not set.
func wholeField(name, kind string, most int64, unit int, to *int) field {
	return field{
		name, kind,
		func(value any) error {
			v, ok := value.(int64)
			if !ok {
				return typeError(value)
			}
			if v < 1 || v > most {
				return errors.New("is out of range")
			}
			*to = int(v) * unit
			return nil
		},
		func() error { return nil },
		func() string {
			if *to == 0 {
				return ""
			}
			return strconv.Itoa(*to / unit)
		},
	}
}

// assign sets a variable to a text.
func assign[S ~string](to *S, value any) error {
	text, ok := value.(string)
	if !ok {
		return typeError(value)
	}
	*to = S(text)
	return nil
}

// textsOf is the list of texts that value is; nil for an empty one.
func textsOf(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, typeError(value)
	}
	var texts []string
	for _, v := range list {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("holds %s", typeOf(v))
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// typeError says that a value is of another type than it may be.
func typeError(value any) error { return fmt.Errorf("is %s", typeOf(value)) }

func typeOf(value any) string {
	switch value.(type) {
	case string:
		return "a text"
	case bool:
		return "true or false"
	case int64:
		return "a whole number without quotes"
	case float64:
		return "a number without quotes"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or a time"
}

// quote is s as a basic string of TOML, which JSON's are too.
func quote(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // strings always encode
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\x7f", `\u007f`)
}

// quoteSet is quote, but nothing for nothing.
func quoteSet(s string) string {
	if s == "" {
		return ""
	}
	return quote(s)
}

func quoteList(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// checkText judges one line of text.
func checkText(s string) error {
	switch {
	case !utf8.ValidString(s):
		return errors.New("is not in UTF-8")
	case strings.ContainsFunc(s, unicode.IsControl):
		return errors.New("holds a control character, such as the end of a line")
	}
	return nil
}

// checkUsername judges what HTTP Basic sends as a username.
func checkUsername(s string) error {
	if strings.Contains(s, ":") {
		return errors.New("holds a colon, which HTTP Basic cannot carry in a username")
	}
	return checkText(s)
}

// checkRegion judges the shape of a country's code.
func checkRegion(s string) error {
	letter := func(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }
	if s != "" && (len(s) != 2 || !letter(s[0]) || !letter(s[1])) {
		return fmt.Errorf("cannot be %q", s)
	}
	return nil
}
