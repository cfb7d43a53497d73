package price

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Range is what messages come to, at least and at most, in millionths of the
// currency's unit. The zero value is nothing at all.
type Range struct {
	Low, High int64
	Currency  string // ISO 4217
	Unpriced  int    // recipients for whom there is no figure; they are not in the sum
	Guessed   bool   // whether something was billed follows from the digits of its code only
}

// Add is both together. They must be of one currency.
func (r Range) Add(o Range) Range {
	if r.Currency == "" {
		r.Currency = o.Currency
	}
	r.Low, r.High = plus(r.Low, o.Low), plus(r.High, o.High)
	r.Unpriced += o.Unpriced
	r.Guessed = r.Guessed || o.Guessed
	return r
}

// Times is n of them.
func (r Range) Times(n int) Range {
	r.Low, r.High = times(r.Low, int64(n)), times(r.High, int64(n))
	r.Unpriced *= n
	return r
}

// plus and times stay at the highest number there is, rather than begin anew.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func times(a, n int64) int64 {
	if n > 0 && a > math.MaxInt64/n {
		return math.MaxInt64
	}
	return a * n
}

// Exceeds reports whether r may be more than a limit in millionths.
func (r Range) Exceeds(limit int64) bool { return r.High > limit }

// String is the sum for people: "$0.42", or "$3.10–4.20" where it is not known exactly.
// It has cents, and what is less than ten cents as many digits as it takes. A low end is
// rounded down and a high one up. Recipients without a figure are not in it.
func (r Range) String() string {
	if r.Low == r.High {
		return sign(r.Currency) + cents(r.Low, nearest)
	}
	low, high := cents(r.Low, down), cents(r.High, up)
	if low == high {
		return sign(r.Currency) + low
	}
	return sign(r.Currency) + low + "–" + high
}

// MarshalJSON is an object with low and high, exact, and the currency. Unpriced is there if
// there is a recipient without a figure, guessed if it is true.
func (r Range) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, `{"low":%s,"high":%s,"currency":%s`, Decimal(r.Low), Decimal(r.High), strconv.Quote(r.Currency))
	if r.Unpriced > 0 {
		fmt.Fprintf(&b, `,"unpriced":%d`, r.Unpriced)
	}
	if r.Guessed {
		b.WriteString(`,"guessed":true`)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// Format is an amount in millionths as [Range.String] writes it.
func Format(micros int64, currency string) string {
	return Range{Low: micros, High: micros, Currency: currency}.String()
}

// sign is what stands before an amount: in ASCII, so that every terminal shows it.
func sign(currency string) string {
	if currency == "USD" || currency == "" {
		return "$"
	}
	return currency + " "
}

// Ways to round.
const (
	down = iota
	nearest
	up
)

// cents is an amount with two digits behind the point, and with all of them where it is
// less than ten cents.
func cents(micros int64, way int) string {
	const cent = Unit / 100
	whole, rest := micros/cent, micros%cent
	if rest == 0 || whole < 10 {
		d := Decimal(micros)
		point := strings.IndexByte(d, '.')
		if point < 0 {
			return d + ".00"
		}
		return d + strings.Repeat("0", max(0, 3-(len(d)-point)))
	}
	if way == up || way == nearest && rest*2 >= cent {
		whole++
	}
	return fmt.Sprintf("%d.%02d", whole/100, whole%100)
}

// Decimal is an amount in millionths in units, exact and without zeros at its end:
// "0.004".
func Decimal(micros int64) string {
	minus := ""
	if micros < 0 {
		minus, micros = "-", -micros
	}
	s := fmt.Sprintf("%s%d.%06d", minus, micros/Unit, micros%Unit)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
