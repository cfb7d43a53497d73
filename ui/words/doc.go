// Package words puts what became of messages into words, once for the console and the
// commands: states, outcomes, errors, findings, deliveries, times. All that it returns is
// clean, and none of it knows screens.
package words
