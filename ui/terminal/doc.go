// Package terminal is the terminal that the console has: what is asked of it and when, how
// it is written to and read, what it can show by its environment, its clipboard, and the
// programs that take its place for a while. It knows no pages.
package terminal
