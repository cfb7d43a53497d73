// Package threads is the commands about conversations: telex threads, telex thread and
// telex await. They read the outbox and ask nobody: what comes in is recorded by a listener.
package threads
