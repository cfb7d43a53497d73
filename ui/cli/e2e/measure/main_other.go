//go:build !linux

// Command measure prints the tables of docs/performance.md, on Linux.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "measure: it reads /proc, and runs on Linux only")
	os.Exit(1)
}
