package price_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/broadcast/price"
)

func micros(n int64) *int64 { return &n }

// figures are those that the tables go by.
func figures() price.Figures {
	return price.Figures{
		Currency:  "USD",
		Standard:  price.Rates{SMS: micros(4_000), MMS: micros(15_000), InSMS: micros(1_000), InMMS: micros(0)},
		TollFree:  price.Rates{SMS: micros(7_000)},
		ShortCode: price.Rates{SMS: micros(5_500), MMS: micros(20_000)},
		To:        map[string]price.Rates{"DE": {SMS: micros(80_000)}, "CA": {SMS: micros(6_000)}},
		Alpha:     map[string]price.Rates{"GB": {SMS: micros(45_000)}},
		Surcharge: map[string]price.Rates{
			"AT&T": {SMS: micros(3_000), MMS: micros(7_500)}, "T-Mobile": {SMS: micros(2_500), MMS: micros(10_000)}, "Free": {},
		},
	}
}

// only are figures without surcharges.
func only() price.Figures {
	f := figures()
	f.Surcharge = nil
	return f
}

const (
	local    = "+19195551212"
	tollFree = "+18005551212"
	short    = "12345"
	alpha    = "SCHOOL"
	german   = "+4915123456789"
	british  = "+447400123456"
	us, us2  = "+12025550143", "+13105550188"
	canada   = "+14165550123"
	jamaica  = "+18765550123"
)

// A line is one case: a message, and what it comes to.
type line struct {
	figures  price.Figures
	from     string
	to       []string
	text     string
	media    int
	segments int
	want     string
}

func (l line) message() messaging.Message {
	m := messaging.Message{From: l.from, To: l.to, Text: l.text}
	for range l.media {
		m.Media = append(m.Media, "https://example.org/a.jpg")
	}
	return m
}

func TestOf(t *testing.T) {
	long := strings.Repeat("a", 161)
	all := figures()
	for name, l := range map[string]line{
		"one segment":                  {figures: only(), from: local, to: []string{us}, text: "hi", want: "$0.004"},
		"two segments":                 {figures: only(), from: local, to: []string{us}, text: long, want: "$0.008"},
		"segments that are known":      {figures: only(), from: local, to: []string{us}, text: "hi", segments: 5, want: "$0.02"},
		"unicode":                      {figures: only(), from: local, to: []string{us}, text: strings.Repeat("é€日", 30), want: "$0.008"},
		"mms":                          {figures: only(), from: local, to: []string{us}, text: long, media: 2, want: "$0.015"},
		"mms of many segments is one":  {figures: only(), from: local, to: []string{us}, media: 1, segments: 9, want: "$0.015"},
		"group":                        {figures: only(), from: local, to: []string{us, us2}, text: "hi", want: "$0.03"},
		"group of ten":                 {figures: only(), from: local, to: []string{us, us2, us, us2, us, us2, us, us2, us, us2}, text: long, want: "$0.15"},
		"toll-free":                    {figures: only(), from: tollFree, to: []string{us}, text: "hi", want: "$0.007"},
		"toll-free mms as standard":    {figures: only(), from: tollFree, to: []string{us}, media: 1, want: "$0.015"},
		"short code":                   {figures: only(), from: short, to: []string{us}, text: "hi", want: "$0.0055"},
		"short code mms":               {figures: only(), from: short, to: []string{us}, media: 1, want: "$0.02"},
		"alpha":                        {figures: only(), from: alpha, to: []string{british}, text: "hi", want: "$0.045"},
		"alpha to another country":     {figures: only(), from: alpha, to: []string{german}, text: "hi", want: "1 without"},
		"alpha has no mms":             {figures: only(), from: alpha, to: []string{british}, media: 1, want: "1 without"},
		"abroad with a figure":         {figures: only(), from: local, to: []string{german}, text: "hi", want: "$0.08"},
		"abroad without one":           {figures: only(), from: local, to: []string{british}, text: "hi", want: "1 without"},
		"abroad, no figure for mms":    {figures: only(), from: local, to: []string{german}, media: 1, want: "1 without"},
		"canada has its own":           {figures: only(), from: local, to: []string{canada}, text: "hi", want: "$0.006"},
		"canada is at home else":       {figures: price.Figures{Standard: price.Rates{SMS: micros(4_000)}}, from: local, to: []string{canada}, text: "hi", want: "$0.004"},
		"jamaica has +1 and is abroad": {figures: only(), from: local, to: []string{jamaica}, text: "hi", want: "1 without"},
		"an area code of no country":   {figures: only(), from: local, to: []string{"+19995550001"}, text: "hi", want: "$0.004"},
		"group, one of them abroad":    {figures: only(), from: local, to: []string{us, british}, text: "hi", want: "$0.015 1 without"},
		"british at home":              {figures: price.Figures{Currency: "GBP", Standard: price.Rates{SMS: micros(30_000)}}, from: british, to: []string{british}, text: "hi", want: "GBP 0.03"},
		"british to america":           {figures: price.Figures{Currency: "GBP", Standard: price.Rates{SMS: micros(30_000)}}, from: british, to: []string{us}, text: "hi", want: "1 without"},
		"carrier unknown":              {figures: all, from: local, to: []string{us}, text: "hi", want: "$0.004–0.007"},
		"carrier unknown, segments":    {figures: all, from: local, to: []string{us}, text: "hi", segments: 100, want: "$0.40–0.70"},
		"carrier unknown, mms":         {figures: all, from: local, to: []string{us}, media: 1, want: "$0.015–0.025"},
		"carrier unknown, group":       {figures: all, from: local, to: []string{us, us2}, text: "hi", want: "$0.03–0.05"},
		"surcharges are for home only": {figures: all, from: local, to: []string{german}, text: "hi", want: "$0.08"},
		"nor for letters":              {figures: all, from: alpha, to: []string{british}, text: "hi", want: "$0.045"},
		"toll-free has them too":       {figures: all, from: tollFree, to: []string{us}, text: "hi", want: "$0.007–0.01"},
		"free is a figure":             {figures: price.Figures{Standard: price.Rates{SMS: micros(0)}}, from: local, to: []string{us}, text: "hi", want: "$0.00"},
		"none is not":                  {from: local, to: []string{us}, text: "hi", want: "1 without"},
		"no recipient":                 {figures: all, from: local, text: "hi", want: "$0.00"},
		"no sender":                    {figures: all, to: []string{us}, text: "hi", want: "1 without"},
		"no number":                    {figures: all, from: local, to: []string{"nobody"}, text: "hi", want: "1 without"},
		"an empty text":                {figures: only(), from: local, to: []string{us}, want: "$0.00"},
		"another currency":             {figures: price.Figures{Currency: "CHF", Standard: price.Rates{SMS: micros(1_234_567)}}, from: local, to: []string{us}, text: "hi", want: "CHF 1.23"},
		"the highest figure":           {figures: price.Figures{Standard: price.Rates{SMS: micros(price.Most)}}, from: local, to: []string{us}, text: "hi", segments: 14, want: "$14000.00"},
	} {
		got := say(l.figures.Of(l.message(), l.segments))
		if got != l.want {
			t.Errorf("%s: %s, want %s", name, got, l.want)
		}
	}
}

// Each by themselves is the sum of what one message to each comes to.
func TestOfEach(t *testing.T) {
	to := []string{us, us2, german, british, "nobody", canada, us, jamaica}
	for _, m := range []messaging.Message{
		{From: local, Text: strings.Repeat("x", 500)},
		{From: local, To: []string{us, us2}, Text: "hi"},
		{From: alpha, Text: "hi"},
		{From: tollFree, Media: []string{"https://example.org/a.jpg"}},
	} {
		var sum price.Range
		for _, to := range to {
			one := m
			one.To = []string{to}
			sum = sum.Add(figures().Of(one, 0))
		}
		if got := figures().OfEach(m, to, 0); got != sum {
			t.Errorf("from %s: %+v, want %+v", m.From, got, sum)
		}
	}
}

func BenchmarkOfEach(b *testing.B) {
	to := make([]string, 1000)
	for i := range to {
		to[i] = fmt.Sprintf("+1919555%04d", i)
	}
	f, m := figures(), messaging.Message{From: local, Text: "hi"}
	b.ReportAllocs()
	for b.Loop() {
		f.OfEach(m, to, 1)
	}
}

// say is a range, and for how many there is no figure.
func say(r price.Range) string {
	var said []string
	if r != (price.Range{Currency: r.Currency, Unpriced: r.Unpriced}) || r.Unpriced == 0 {
		said = append(said, r.String())
	}
	if r.Unpriced > 0 {
		said = append(said, string(rune('0'+r.Unpriced))+" without")
	}
	if r.Guessed {
		said = append(said, "probably")
	}
	return strings.Join(said, " ")
}

func TestAfter(t *testing.T) {
	m := messaging.Message{From: local, To: []string{us}, Text: strings.Repeat("a", 161)}
	for name, test := range map[string]struct {
		end  price.Ending
		want string
	}{
		"delivered, carrier not named":    {price.Ending{}, "$0.008–0.014"},
		"delivered at AT&T":               {price.Ending{Carrier: "AT&T"}, "$0.014"},
		"the name in any letters":         {price.Ending{Carrier: " t-mobile "}, "$0.013"},
		"a carrier that adds nothing":     {price.Ending{Carrier: "Verizon"}, "$0.008"},
		"a carrier without figures":       {price.Ending{Carrier: "Free"}, "$0.008"},
		"rejected":                        {price.Ending{Created: messaging.Rejected}, "$0.00"},
		"never left":                      {price.Ending{Created: messaging.Unsent}, "$0.00"},
		"nobody knows":                    {price.Ending{Created: messaging.Unknown, Carrier: "AT&T"}, "$0.00–0.014"},
		"Bandwidth refused it: free":      {price.Ending{Code: 4403}, "$0.00"},
		"expired: free":                   {price.Ending{Code: 4360}, "$0.00"},
		"the carrier refused it: billed":  {price.Ending{Code: 4720, Carrier: "AT&T"}, "$0.014"},
		"no receipt: billed":              {price.Ending{Code: messaging.CodeNoReceipt, Carrier: "AT&T"}, "$0.014"},
		"4470 is Bandwidth's, and billed": {price.Ending{Code: 4470, Carrier: "AT&T"}, "$0.014"},
		"by the digits: billed":           {price.Ending{Code: 4794, Carrier: "AT&T"}, "$0.014 probably"},
		"by the digits: free":             {price.Ending{Code: 4476}, "$0.00 probably"},
		"unlisted of a carrier":           {price.Ending{Code: 4799, Carrier: "AT&T"}, "$0.014 probably"},
		"unlisted of Bandwidth":           {price.Ending{Code: 4499}, "$0.00 probably"},
	} {
		if name != "nobody knows" && test.end.Created == messaging.Unknown {
			test.end.Created = messaging.Accepted
		}
		test.end.To = us
		if got := say(figures().After(m, 0, test.end)); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// Every listed code is billed as the table of codes says.
func TestAfterGoesByTheCodes(t *testing.T) {
	m := messaging.Message{From: local, To: []string{us}, Text: "hi"}
	for _, code := range messaging.DeliveryCodes() {
		r := only().After(m, 0, price.Ending{To: us, Code: code.Code, Created: messaging.Accepted})
		want := int64(0)
		if code.Billable {
			want = 4_000
		}
		if r.Low != want || r.High != want || r.Guessed != code.Guessed {
			t.Errorf("%d: %+v, want %d, guessed %v", code.Code, r, want, code.Guessed)
		}
	}
}

// The sum over all rows of a run is what was planned, if all succeed: within the range, and
// the same to the last millionth once each carrier is known and adds what was assumed.
func TestRowsAddUpToThePlan(t *testing.T) {
	for _, f := range []price.Figures{figures(), only()} {
		var plan, low, high, unnamed price.Range
		for i := range 1000 {
			m := messaging.Message{From: local, To: []string{us}, Text: strings.Repeat("x", 1+i)}
			if i%10 == 0 {
				m.Media = []string{"https://example.org/a.jpg"}
			}
			plan = plan.Add(f.Of(m, 0))
			end := price.Ending{To: us, Created: messaging.Accepted}
			unnamed = unnamed.Add(f.After(m, 0, end))
			end.Carrier = "nobody's"
			low = low.Add(f.After(m, 0, end))
			if end.Carrier = "AT&T"; m.IsMMS() {
				end.Carrier = "T-Mobile"
			}
			high = high.Add(f.After(m, 0, end))
		}
		if unnamed != plan {
			t.Errorf("planned %v, and the rows come to %v", plan, unnamed)
		}
		if low.Low != plan.Low || low.High != plan.Low || high.Low != plan.High || high.High != plan.High {
			t.Errorf("planned %v, and the rows come to %v at least and %v at most", plan, low, high)
		}
	}
}

func TestReceived(t *testing.T) {
	for name, test := range map[string]struct {
		got  price.Range
		want string
	}{
		"sms":               {figures().Received(local, false, "hi", 0), "$0.001"},
		"sms of three":      {figures().Received(local, false, "", 3), "$0.003"},
		"mms that are free": {figures().Received(local, true, "hi", 3), "$0.00"},
		"as standard":       {figures().Received(tollFree, false, "hi", 0), "$0.001"},
		"no figure":         {price.Figures{}.Received(local, false, "hi", 0), "1 without"},
	} {
		if got := say(test.got); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestKnown(t *testing.T) {
	for want, all := range map[bool][]price.Figures{
		true: {
			figures(),
			{Standard: price.Rates{SMS: micros(0)}},
			{TollFree: price.Rates{MMS: micros(1)}},
			{ShortCode: price.Rates{SMS: micros(1)}},
			{Alpha: map[string]price.Rates{"GB": {SMS: micros(1)}}},
			{To: map[string]price.Rates{"GB": {SMS: micros(1)}}},
		},
		false: {{}, {Currency: "USD"}, {Surcharge: map[string]price.Rates{"AT&T": {SMS: micros(1)}}}, {Standard: price.Rates{InSMS: micros(1)}}},
	} {
		for _, f := range all {
			if f.Known() != want {
				t.Errorf("%+v: Known() = %v", f, f.Known())
			}
		}
	}
}

func TestRangeInWords(t *testing.T) {
	for want, r := range map[string]price.Range{
		"$0.00":           {},
		"$0.42":           {Low: 420_000, High: 420_000},
		"$0.004":          {Low: 4_000, High: 4_000},
		"$0.0045":         {Low: 4_500, High: 4_500},
		"$0.05":           {Low: 50_000, High: 50_000},
		"$0.099999":       {Low: 99_999, High: 99_999},
		"$0.13":           {Low: 125_000, High: 125_000},
		"$0.12":           {Low: 124_999, High: 124_999},
		"$1.00":           {Low: 999_999, High: 999_999},
		"$12.00":          {Low: 12_000_000, High: 12_000_000},
		"$3.10–4.20":      {Low: 3_109_999, High: 4_190_001},
		"$3.10":           {Low: 3_100_000, High: 3_100_000},
		"$0.00–0.014":     {High: 14_000},
		"EUR 1.50":        {Low: 1_500_000, High: 1_500_000, Currency: "EUR"},
		"CHF 1.50–2.00":   {Low: 1_500_000, High: 2_000_000, Currency: "CHF"},
		"$1234567.89":     {Low: 1_234_567_890_000, High: 1_234_567_890_000},
		"$0.00–123456.79": {High: 123_456_789_000},
	} {
		if got := r.String(); got != want {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
}

func TestRangeAsJSON(t *testing.T) {
	for want, r := range map[string]price.Range{
		`{"low":0,"high":0,"currency":""}`:                                           {},
		`{"low":0.42,"high":1.000001,"currency":"USD"}`:                              {Low: 420_000, High: 1_000_001, Currency: "USD"},
		`{"low":12,"high":12,"currency":"USD","unpriced":3,"guessed":true}`:          {Low: 12_000_000, High: 12_000_000, Currency: "USD", Unpriced: 3, Guessed: true},
		`{"low":9223372036854.775807,"high":9223372036854.775807,"currency":"\"\n"}`: {Low: math.MaxInt64, High: math.MaxInt64, Currency: "\"\n"},
	} {
		got, err := json.Marshal(r)
		if err != nil || string(got) != want {
			t.Errorf("%+v: %s, %v, want %s", r, got, err, want)
		}
	}
}

func TestSumsNeverBeginAnew(t *testing.T) {
	r := price.Range{Low: math.MaxInt64 - 1, High: math.MaxInt64 - 1}
	if got := r.Add(r); got.High != math.MaxInt64 || !got.Exceeds(math.MaxInt64-1) {
		t.Errorf("the sum is %+v", got)
	}
	if got := (price.Range{Low: 1 << 40, High: 1 << 40, Unpriced: 2}).Times(1 << 29); got.High != math.MaxInt64 || got.Unpriced != 2<<29 {
		t.Errorf("the product is %+v", got)
	}
	if got := (price.Range{Low: 3, High: 4}).Times(0); got != (price.Range{}) {
		t.Errorf("none of them is %+v", got)
	}
}

// Money is counted in whole numbers: no file of the package knows any other.
func TestNoFloats(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if n.Name == "float64" || n.Name == "float32" || n.Name == "ParseFloat" {
					t.Errorf("%s has %s", name, n.Name)
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT {
					t.Errorf("%s has %s", name, n.Value)
				}
			}
			return true
		})
	}
}
