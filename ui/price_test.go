package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging/broadcast/price"
)

// TestPriceOnReview: what it comes to stands on Review, and in the question before many or
// before anything in production.
func TestPriceOnReview(t *testing.T) {
	figure := int64(4_000)
	deps := viewDeps(accept)
	deps.Figures = price.Figures{Currency: "USD", Standard: price.Rates{SMS: &figure}}
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.at("Review")
		d.see("Price", "≈ $0.004 by your figures")
		d.enterOnReview()
		d.press("n")
		d.at("Compose")
		var to []string
		for i := range 105 {
			to = append(to, fmt.Sprintf("+1919555%04d", 1300+i))
		}
		d.typeText("Hi all")
		d.press("ctrl+n")
		d.paste(strings.Join(to, ", "))
		d.advance(time.Second)
		d.press("tab", "i", "ctrl+n", "ctrl+n")
		d.see("≈ $0.42 by your figures")
		d.enterOnReview()
		d.see("Send 105 texts, 105 segments?", "It is ≈ $0.42 by your figures.")
	})
	deps.Production = true
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.see("Send in production?", "It makes 1 text, 1 segment, ≈ $0.004 by your figures.")
	})
	deps.Figures = price.Figures{}
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.seeNot("Price", "figures")
		d.enterOnReview()
		d.see("It makes 1 text, 1 segment.")
	})
}
