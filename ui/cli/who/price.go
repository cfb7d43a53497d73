package who

import (
	"fmt"

	"telex/config"
	"telex/messaging/broadcast/price"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// Figures are what the user says in a profile that messages cost. Where no currency is
// named they are dollars, as Bandwidth's bills are.
func Figures(p config.Profile) price.Figures {
	by := func(of map[string]config.Rates) map[string]price.Rates {
		rates := make(map[string]price.Rates, len(of))
		for name, r := range of {
			rates[name] = price.Rates(r)
		}
		return rates
	}
	f := price.Figures{
		Currency: p.Price.Currency, Standard: price.Rates(p.Price.Standard),
		TollFree: price.Rates(p.Price.TollFree), ShortCode: price.Rates(p.Price.ShortCode),
		To: by(p.Price.To), Alpha: by(p.Price.Alpha), Surcharge: by(p.Price.Surcharge),
	}
	if f.Currency == "" {
		f.Currency = "USD"
	}
	return f
}

// Figures are those of the profile in use.
func (id Identity) Figures() price.Figures { return Figures(id.Profile) }

// A MaxCost is what the flag --max-cost allows. The zero value allows everything. It is a
// pflag.Value.
type MaxCost struct {
	typed  string
	micros int64
}

// String is what was typed.
func (m *MaxCost) String() string { return m.typed }

// Type is how pflag names it.
func (m *MaxCost) Type() string { return "amount" }

// Set reads an amount.
func (m *MaxCost) Set(typed string) error {
	micros, err := config.ParseAmount(typed)
	if err != nil {
		return err
	}
	m.typed, m.micros = typed, micros
	return nil
}

// Allows refuses what may come to more, and what nobody can say by the figures of an
// identity. Nothing was sent by then, and the error says so.
func (m *MaxCost) Allows(id Identity, sum price.Range) error {
	figures := id.Figures()
	e := &say.UsageError{Hint: figuresHint(id)}
	switch {
	case m.typed == "":
		return nil
	case !figures.Known():
		e.What = fmt.Sprintf("--max-cost %s needs figures, and there are none; nothing was sent", m.typed)
	case sum.Unpriced > 0:
		e.What = fmt.Sprintf("--max-cost %s: your figures do not cover %s; nothing was sent", m.typed, text.Count(sum.Unpriced, "recipient"))
	case sum.Exceeds(m.micros):
		e.What = fmt.Sprintf("--max-cost %s: this is %s by your figures; nothing was sent", m.typed, sum)
		e.Hint = "to send it anyway, leave --max-cost out or give a higher one"
	default:
		return nil
	}
	return e
}

// figuresHint is where figures go.
func figuresHint(id Identity) string {
	switch {
	case id.Sandbox:
		return "figures belong to a profile, which the sandbox does without"
	case id.Profile.Name == "":
		return "figures belong to a profile; telex login makes one"
	}
	return "put what you pay into config.toml: [profiles." + id.Profile.Name + ".price] with sms = 0.004, say"
}
