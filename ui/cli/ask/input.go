package ask

import (
	"bufio"
	"errors"
	"io"

	"telex/ui/cli/say"
)

// OnInput asks a question that is answered by yes or, by anything else, no, on standard
// error, and reads the answer from standard input, which has to be a terminal.
func OnInput(in io.Reader, out *say.Printer, question string) (yes bool, err error) {
	out.Prompt(question + " [y/N] ")
	const longest = 100
	answer, err := bufio.NewReader(io.LimitReader(in, longest)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, say.Usagef("the answer cannot be read: %v", err)
	}
	return isYes(answer), nil
}
