// Package say is how the commands of telex speak: what goes to standard output and what
// to standard error, cleaned and without secrets; what a caller did wrong; and the table
// of exit codes, which no other place decides.
package say
