//go:build !unix

package outbox

// noRoom is not found out here: the system's own error says so.
func noRoom(string) bool { return false }

// lacks is not found out here.
func lacks(string) string { return "" }
