package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Rates are what the user says that a message costs, in millionths of the currency's
// unit: of SMS each segment, of MMS each recipient. Nil is not said.
type Rates struct{ SMS, MMS, InSMS, InMMS *int64 }

// Price is a profile's table of figures. What they are figures of is for others to know;
// the zero value is no table.
type Price struct {
	Currency  string // ISO 4217, in capitals; "" if it was not said
	Standard  Rates
	TollFree  Rates
	ShortCode Rates
	To        map[string]Rates // by the recipient's country, two capitals
	Alpha     map[string]Rates // for sender ids of letters, likewise
	Surcharge map[string]Rates // by the carrier's name, as written
}

// A Budget is a profile's table of limits.
type Budget struct {
	Month *int64 // of what a calendar month may come to, in millionths; nil: there is none
}

const (
	unit        = 1_000_000     // one unit of a currency, in millionths
	mostFigure  = 1000 * unit   // for one message
	mostAmount  = 1_000_000_000 // that ParseAmount reads, in units
	amountForms = "an amount such as 0.004, with at most six digits behind the point"
)

// ParseAmount reads an amount of money, such as "25" or "0.004", as millionths. It is exact:
// what it cannot hold it refuses.
func ParseAmount(s string) (micros int64, err error) {
	wrong := fmt.Errorf("%q is not %s", s, amountForms)
	whole, part, point := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	for _, digits := range []string{whole, part} {
		if strings.Trim(digits, "0123456789") != "" {
			return 0, wrong
		}
	}
	if whole == "" && !point || s == "." || len(part) > 6 {
		return 0, wrong
	}
	units, err := strconv.ParseInt("0"+whole, 10, 64)
	if err != nil || units > mostAmount {
		return 0, fmt.Errorf("%s is too high an amount", s)
	}
	rest, err := strconv.ParseInt(part+strings.Repeat("0", 6-len(part)), 10, 64)
	if err != nil {
		return 0, wrong
	}
	return units*unit + rest, nil
}

// price reads the table of figures at path.
func (r *reading) price(path []string, value any) (p Price) {
	table, ok := value.(map[string]any)
	if !ok {
		r.refuse(path, typeError(value).Error(), "a table, ["+keyText(path)+"]")
		return p
	}
	inner := func(name string) []string { return append(slices.Clone(path), name) }
	rates := map[string]any{} // the standard ones
	for _, name := range slices.Sorted(maps.Keys(table)) {
		switch name {
		case "currency":
			r.fields(path, map[string]any{name: table[name]}, []field{currencyField(name, &p.Currency)})
		case "tollfree":
			p.TollFree = r.rates(inner(name), table[name])
		case "shortcode":
			p.ShortCode = r.rates(inner(name), table[name])
		case "to":
			p.To = r.ratesBy(inner(name), table[name], checkCountry)
		case "alpha":
			p.Alpha = r.ratesBy(inner(name), table[name], checkCountry)
		case "surcharge":
			p.Surcharge = r.ratesBy(inner(name), table[name], func(name string) (string, error) { return name, checkText(name) })
		default:
			rates[name] = table[name]
		}
	}
	p.Standard = r.rates(path, rates, "currency", "tollfree", "shortcode", "to", "alpha", "surcharge")
	return p
}

// budget reads the table of limits at path.
func (r *reading) budget(path []string, value any) (b Budget) {
	table, ok := value.(map[string]any)
	if !ok {
		r.refuse(path, typeError(value).Error(), "a table such as { month = 200 }")
		return b
	}
	r.fields(path, table, r.budgetFields(path, &b))
	return b
}

func (r *reading) budgetFields(path []string, b *Budget) []field {
	return []field{r.amountField(path, "month", mostAmount*unit, &b.Month)}
}

// ratesBy reads a table of rates whose names judge accepts, and how they are kept.
func (r *reading) ratesBy(path []string, value any, judge func(name string) (string, error)) map[string]Rates {
	table, ok := value.(map[string]any)
	if !ok {
		r.refuse(path, typeError(value).Error(), "a table, ["+keyText(path)+"]")
		return nil
	}
	by := map[string]Rates{}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		inner := append(slices.Clone(path), name)
		kept, err := judge(name)
		switch _, twice := by[kept]; {
		case err != nil:
			r.refuse(inner, err.Error(), "")
			continue
		case twice:
			r.refuse(inner, "is listed twice, in other letters", "")
			continue
		}
		by[kept] = r.rates(inner, table[name])
	}
	return by
}

// rates reads a table of rates. The names besides are of what else may be in it.
func (r *reading) rates(path []string, value any, besides ...string) (rates Rates) {
	table, ok := value.(map[string]any)
	if !ok {
		r.refuse(path, typeError(value).Error(), "a table such as { sms = 0.004, mms = 0.015 }")
		return rates
	}
	r.fields(path, table, r.rateFields(path, &rates), besides...)
	return rates
}

// rateFields are the keys of a table of rates.
func (r *reading) rateFields(path []string, rates *Rates) []field {
	return []field{
		r.rateField(path, "sms", &rates.SMS), r.rateField(path, "mms", &rates.MMS),
		r.rateField(path, "in_sms", &rates.InSMS), r.rateField(path, "in_mms", &rates.InMMS),
	}
}

// rateField is a figure for one message.
func (r *reading) rateField(table []string, name string, to **int64) field {
	return r.amountField(table, name, mostFigure, to)
}

// amountField is an amount of at most so many millionths. It is read as it is written: the
// decoder has made it a binary fraction, which no decimal one is.
func (r *reading) amountField(table []string, name string, most int64, to **int64) field {
	path := append(slices.Clone(table), name)
	return field{
		name, amountForms + ", up to " + strconv.FormatInt(most/unit, 10),
		func(value any) error {
			switch value.(type) {
			case int64, float64:
			default:
				return typeError(value)
			}
			i, ok := r.doc.find(path...)
			if !ok {
				return errors.New("cannot be read here; write it in a table of its own")
			}
			v := r.doc.entries[i].value
			written := strings.TrimPrefix(strings.ReplaceAll(string(r.doc.text[v.from:v.to]), "_", ""), "+")
			micros, err := ParseAmount(written)
			if err != nil || micros > most {
				return fmt.Errorf("cannot be %s", written)
			}
			*to = &micros
			return nil
		},
		func() error { return nil }, func() string { return "" }, // no telex writes it
	}
}

func currencyField(name string, to *string) field {
	f := textField(name, to, func(s string) error {
		if len(s) != 3 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return fmt.Errorf("cannot be %q", s)
		}
		return nil
	})
	f.allowed = `a currency's code of three capitals, such as "USD"`
	return f
}

// checkCountry judges the name of a table that is about a country, and gives it in capitals.
func checkCountry(name string) (string, error) {
	if err := checkRegion(name); err != nil || name == "" {
		return "", errors.New(`is not a country's code of two letters, such as "GB"`)
	}
	return strings.ToUpper(name), nil
}
