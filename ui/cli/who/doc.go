// Package who finds out who sends and to where, by flags, environment, the file of
// profiles and the defaults, in this order; finds the credentials; makes the way to the
// API; and opens the outbox of that user.
package who
