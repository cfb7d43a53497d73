// Package ask puts questions to the person at the terminal: for a line, for a secret that
// is not shown, for a yes, and for what a chain of credentials lacks.
//
// Questions are asked on the terminal that the process belongs to, whatever its input and
// output are, so that a text can come from a pipe and an id can go into one. They are read
// byte by byte: what is typed ahead is left for the next one.
package ask
