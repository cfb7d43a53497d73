// Package optouts is telex optouts and the commands below it: the ledger of those who want
// no texts, and of those of whom a person has to decide. They ask nobody but the outbox.
package optouts
