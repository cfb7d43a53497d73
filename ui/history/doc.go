// Package history is the page beside the steps that lists every message of the outbox,
// newest first, by state and by words that are searched for, and shows all that is
// recorded of one. It reads; what it asks of the app are intents: to send a message
// again, to copy, to go back.
package history
