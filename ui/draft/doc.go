// Package draft is a message while it is written: everything that was typed, also what
// could not become part of it yet, as the outbox keeps it, and how times and recipients
// are read. It says of a message what will be sent and billed for, and what may keep it
// from arriving, in rows and sentences for whoever shows them. The app owns the one form;
// nothing else holds what was typed.
package draft
