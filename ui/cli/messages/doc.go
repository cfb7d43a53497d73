// Package messages is the commands about messages that were sent: telex history with
// prune, telex show and telex status.
package messages
