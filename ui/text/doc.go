// Package text makes text fit for a terminal: cleaned of what could drive or deceive it,
// measured in cells, wrapped, and in ASCII where there is nothing else. It knows no
// screens, so commands use it too.
package text
