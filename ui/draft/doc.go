// Package draft is a message while it is written: everything that was typed, also what
// could not become part of it yet, as the outbox keeps it, and how times are read. The
// app owns the one form; nothing else holds what was typed.
package draft
