package who

import "telex/ui/draft"

// WarnOfZone says that local time is not what it seems, where it decided something.
func (h Home) WarnOfZone() {
	tz, _ := h.Env("TZ")
	if doubt := draft.ZoneDoubt(tz); doubt != "" {
		h.Output.Say("warning: %s", doubt)
	}
}
