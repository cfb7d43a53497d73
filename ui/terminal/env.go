package terminal

import "strings"

// Env looks a variable up in an environment; the last one counts.
func Env(environ []string, name string) string {
	value := ""
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			value = v
		}
	}
	return value
}
