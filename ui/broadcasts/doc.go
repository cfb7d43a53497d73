// Package broadcasts is the page of the runs that telex broadcast makes: how far each is,
// what there is to look at, and the keys that pause and cancel one. It reads and changes the
// outbox, and sends nothing.
package broadcasts
