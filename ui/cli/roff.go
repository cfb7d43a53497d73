package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/ui/cli/say"
)

// roff writes the man macros.
type roff struct {
	b     strings.Builder
	begun bool // the section has a paragraph: only those after it need one to be begun
}

func (r *roff) section(name string) {
	fmt.Fprintf(&r.b, ".SH %s\n", roffText(name))
	r.begun = false
}

// line writes roff as it is but for its dashes.
func (r *roff) line(text string) { fmt.Fprintln(&r.b, text) }

// paragraph begins one.
func (r *roff) paragraph() {
	if r.begun {
		r.b.WriteString(".PP\n")
	}
	r.begun = true
}

// item is a paragraph with a label.
func (r *roff) item(label, text string) {
	fmt.Fprintf(&r.b, ".TP\n.B %s\n%s\n", roffText(label), filled(text))
	r.begun = true
}

// synopsis is one way to call telex.
func (r *roff) synopsis(command, rest string) {
	if r.begun {
		r.b.WriteString(".br\n")
	}
	r.begun = true
	fmt.Fprintf(&r.b, ".B %s\n%s\n", roffText(command), filled(rest))
}

// text writes paragraphs. One whose lines are indented is a table, and kept as it is.
func (r *roff) text(text string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		switch {
		case paragraph == "":
		case strings.HasPrefix(paragraph, " "):
			r.verbatim(paragraph)
		default:
			r.paragraph()
			r.line(filled(paragraph))
		}
	}
}

// names writes names, one a line.
func (r *roff) names(names []string) { r.verbatim("  " + strings.Join(names, "\n  ")) }

// example writes the examples of a command.
func (r *roff) example(c *cobra.Command) { r.verbatim(c.Example) }

// verbatim writes lines as they are.
func (r *roff) verbatim(text string) {
	if text != "" {
		r.paragraph()
		fmt.Fprintf(&r.b, ".nf\n%s\n.fi\n", roffText(strings.TrimRight(text, "\n")))
	}
}

// exits writes the exit codes.
func (r *roff) exits() {
	r.section("EXIT STATUS")
	for _, e := range say.Exits() {
		r.item(fmt.Sprint(int(e.Code)), strings.ToUpper(e.Meaning[:1])+e.Meaning[1:]+".")
	}
}

// seeAlso names other pages.
func (r *roff) seeAlso(pages ...string) {
	r.section("SEE ALSO")
	r.line(filled(strings.Join(pages, ", ")))
}

// hasFlags reports whether the manual has a flag of c to tell of.
func hasFlags(c *cobra.Command) bool {
	has := false
	c.LocalFlags().VisitAll(func(f *pflag.Flag) { has = has || toldOf(f) })
	return has
}

// toldOf reports whether the pages tell of a flag: --help everybody has.
func toldOf(f *pflag.Flag) bool { return !f.Hidden && f.Name != "help" && f.Name != "version" }

// flags describes the flags of c.
func (r *roff) flags(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if toldOf(f) {
			r.item(flagText(f))
		}
	})
}

// flagText is how a flag is written, with its short form and the name of its value, and a
// sentence that says what it does.
func flagText(f *pflag.Flag) (label, usage string) {
	value, usage := pflag.UnquoteUsage(f)
	label = "--" + f.Name
	if f.Shorthand != "" {
		label = "-" + f.Shorthand + ", " + label
	}
	if value != "" {
		label += " " + value
	}
	usage = strings.ReplaceAll(usage, "\n", " ")
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0s" && f.DefValue != "0" {
		usage += " (default " + strings.Trim(f.DefValue, "[]") + ")"
	}
	return label, strings.ToUpper(usage[:1]) + usage[1:] + "."
}

// roffWidth is how long a line of roff may be; a reader's page is as wide as its terminal.
const roffWidth = 72

// filled is roffText in lines that are not too long, for text that the reader's program
// fills anew.
func filled(text string) string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(text, isBlank) {
		word = roffText(word)
		if line != "" && len(line)+1+len(word) > roffWidth {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	lines = append(lines, line)
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}

// isBlank reports whether a line may be broken there: not at a space that is to keep words together.
func isBlank(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }

// roffText makes text safe between roff's requests: what a line must not begin
// with, backslashes, and dashes, which are to be copied as they were typed.
func roffText(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...", `"`, `\(dq`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
