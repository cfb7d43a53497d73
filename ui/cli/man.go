package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/config"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// manCommand is telex man.
func manCommand(out *say.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "man",
		Short:   "Print the manual page",
		Example: "  telex man | man -l -\n  mkdir -p ~/.local/share/man/man1\n  telex man > ~/.local/share/man/man1/telex.1",
		Args:    say.NoArguments,
	}
	cmd.RunE = func(*cobra.Command, []string) error { return out.Text(manual(cmd.Root())) }
	return cmd
}

// variables is the table of environment variables that telex reads.
func variables() [][2]string {
	return [][2]string{
		{config.EnvProfile, "The profile to use, if --profile is not given."},
		{config.EnvAccountID, "The account that messages are sent for."},
		{config.EnvApplicationID, "The application that the number to send from belongs to."},
		{config.EnvNumber, "The number to send from; several with commas between them, the first is the default."},
		{config.EnvClientID + ", " + config.EnvClientSecret, "OAuth client id and secret. " + config.EnvClientSecret + "_FILE names a file that holds the secret."},
		{config.EnvUsername + ", " + config.EnvPassword, "API username and password, used if there is no client. " + config.EnvPassword + "_FILE names a file that holds the password. Bandwidth retires them on 2 December 2026."},
		{config.EnvBaseURL, "The address of the API. It must be https unless its host is this machine."},
		{config.EnvBaseURLAlso, "The same without /api/v2, as Bandwidth's own tool reads it; used if " + config.EnvBaseURL + " is not set."},
		{config.EnvTokenURL, "The address that exchanges client credentials for tokens. For a base URL on this machine, that host is the default."},
		{config.EnvPassphrase, "The passphrase of the encrypted file, for cron and CI, where nobody can type it. " + config.EnvPassphrase + "_FILE names a file that holds it."},
		{config.EnvListenPassword, "The password that callbacks come with, for telex listen --user. " + config.EnvListenPassword + "_NAME is that of one user name, in capitals and with _ for what is no letter or digit. With _FILE behind either, it names a file that holds the password."},
		{envConfigHome, "The folder below which the profiles are, in telex/config.toml; .config in HOME if not set."},
		{envDataHome, "The folder below which the encrypted file is, telex/credentials.age; .local/share in HOME if not set."},
		{who.EnvStateHome, "The folder below which messages are recorded, in telex/outbox.db; .local/state in HOME if not set."},
		{config.EnvRegion, "The country of numbers without a country code, such as GB; " + config.DefaultRegion + " if it is not set."},
	}
}

// The folders that the package config looks into.
const (
	envConfigHome = "XDG_CONFIG_HOME"
	envDataHome   = "XDG_DATA_HOME"
)

// files is the table of the files that telex keeps, where nothing else is set.
func files() [][2]string {
	return [][2]string{
		{"~/.config/telex/config.toml", "The profiles, and the settings of outbox and console. Telex login writes it, and you may edit it. It holds no secret."},
		{"~/.local/share/telex/credentials.age", "The secrets of profiles, if there is no keyring. It is encrypted with a passphrase."},
		{"~/.local/state/telex/outbox.db", "The messages, and what became of them."},
	}
}

// manual is the manual page, in the man macros of roff.
func manual(root *cobra.Command) string {
	var b strings.Builder
	r := roff{&b}
	fmt.Fprintf(&b, ".TH TELEX 1 \"%s\" \"telex %s\" \"User Commands\"\n", roffText(currentBuild().date), roffText(currentBuild().version))
	b.WriteString(".nh\n.ad l\n")
	r.section("NAME")
	r.line("telex - " + strings.ToLower(root.Short[:1]) + root.Short[1:])
	r.section("SYNOPSIS")
	r.synopsis(root)
	for _, c := range documented(root) {
		r.synopsis(c)
	}
	r.section("DESCRIPTION")
	r.text(root.Long)
	r.flags(root)
	r.section("COMMANDS")
	for _, c := range documented(root) {
		r.subsection(useOf(c))
		if c.Long == "" {
			r.text(c.Short + ".")
		}
		r.text(c.Long)
		r.flags(c)
	}
	r.section("ENVIRONMENT")
	r.line("Flags win over the environment, and the environment over the profile. An empty variable counts as not set.")
	for _, v := range variables() {
		r.item(v[0], v[1])
	}
	r.section("FILES")
	for _, f := range files() {
		r.item(f[0], f[1])
	}
	r.section("EXIT STATUS")
	for _, e := range say.Exits() {
		r.item(fmt.Sprint(int(e.Code)), strings.ToUpper(e.Meaning[:1])+e.Meaning[1:]+".")
	}
	r.section("EXAMPLES")
	for _, c := range append([]*cobra.Command{root}, documented(root)...) {
		r.verbatim(strings.TrimPrefix(strings.ReplaceAll(c.Example, "\n  ", "\n"), "  "))
	}
	return b.String()
}

// documented lists the commands that the manual shows, each followed by its own.
func documented(root *cobra.Command) []*cobra.Command {
	var shown []*cobra.Command
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			shown = append(append(shown, c), documented(c)...)
		}
	}
	return shown
}

// useOf is how a command is called: "telex send --to NUMBER… --text TEXT".
func useOf(c *cobra.Command) string {
	if c.HasParent() {
		return c.Parent().CommandPath() + " " + c.Use
	}
	return c.Use
}

// roff writes the man macros.
type roff struct{ b *strings.Builder }

func (r roff) section(name string)    { fmt.Fprintf(r.b, ".SH %s\n", roffText(name)) }
func (r roff) subsection(name string) { fmt.Fprintf(r.b, ".SS %s\n", roffText(name)) }
func (r roff) line(text string)       { fmt.Fprintln(r.b, roffText(text)) }

// item is a paragraph with a label.
func (r roff) item(label, text string) {
	fmt.Fprintf(r.b, ".TP\n.B %s\n%s\n", roffText(label), roffText(text))
}

// synopsis is one way to call telex.
func (r roff) synopsis(c *cobra.Command) {
	fmt.Fprintf(r.b, ".B %s\n.RI [ flags ]\n.br\n", roffText(useOf(c)))
}

// text writes paragraphs. One whose lines are indented is a table, and kept as it is.
func (r roff) text(text string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		switch {
		case paragraph == "":
		case strings.HasPrefix(paragraph, " "):
			r.verbatim(paragraph)
		default:
			fmt.Fprintf(r.b, ".PP\n%s\n", roffText(paragraph))
		}
	}
}

// verbatim writes lines as they are.
func (r roff) verbatim(text string) {
	if text != "" {
		fmt.Fprintf(r.b, ".PP\n.nf\n%s\n.fi\n", roffText(text))
	}
}

// flags describes the flags of c but --help, which everybody has.
func (r roff) flags(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" || f.Name == "version" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		label := "--" + f.Name
		if f.Shorthand != "" {
			label = "-" + f.Shorthand + ", " + label
		}
		if value != "" {
			label += " " + value
		}
		usage = strings.ReplaceAll(usage, "\n", " ")
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			usage += " (default " + strings.Trim(f.DefValue, "[]") + ")"
		}
		r.item(label, strings.ToUpper(usage[:1])+usage[1:]+".")
	})
}

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
