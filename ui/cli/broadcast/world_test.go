package broadcast

import (
	"io"
	"testing"
	"time"

	"telex/messaging/broadcast/price"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// nilFigures know of no price.
var nilFigures price.Figures

// world is one in which nothing is heard and no time passes.
func world(t *testing.T) *who.World {
	t.Helper()
	now := time.Date(2026, 11, 26, 15, 0, 0, 0, time.UTC)
	return &who.World{Home: who.Home{
		Env: func(string) (string, bool) { return "", false }, Now: func() time.Time { return now }, Output: say.NewPrinter(io.Discard, io.Discard),
	}}
}
