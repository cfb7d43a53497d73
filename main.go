// Telex is a messaging console for the terminal.
package main

import (
	"os"

	"telex/ui/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
