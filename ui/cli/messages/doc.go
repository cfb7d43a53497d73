// Package messages is the commands about messages that were sent, and about unfinished
// ones: telex history with prune, telex show, telex status, telex stats, and telex drafts
// with show and remove.
package messages
