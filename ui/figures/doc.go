// Package figures is the page that counts what became of messages: what share was
// delivered, how long that took, and by state, code, sender, day, carrier or reaction.
package figures
