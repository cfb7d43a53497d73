package words

import "telex/messaging/outbox"

// States are the names of all states, in their order.
func States() []string {
	var names []string
	for _, s := range outbox.States() {
		names = append(names, string(s))
	}
	return names
}
