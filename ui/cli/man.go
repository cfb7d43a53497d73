package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/ui/cli/say"
	"telex/ui/keys"
	"telex/ui/widget"
)

// manFlags are the flags of telex man.
type manFlags struct {
	into string // a folder of manual pages, such as ~/.local/share/man
}

// manCommand is telex man.
func manCommand(out *say.Printer, now func() time.Time) *cobra.Command {
	var f manFlags
	cmd := &cobra.Command{
		Use:   "man [COMMAND…|config]",
		Short: "Print a page of the manual, or write all of them",
		Long: `Man prints telex(1), or the page of a command, or telex-config(5), in the macros
of roff. With --into it writes all pages below a folder, where man finds them.`,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			offered, directive := completeCommands(cmd, args, typed)
			if len(args) == 0 && strings.HasPrefix("config", typed) {
				offered = append(offered, "config\tthe file of profiles")
			}
			return offered, directive
		},
		Example: "  telex man | man -l -\n  telex man send | man -l -\n  telex man --into ~/.local/share/man",
	}
	cmd.Flags().StringVar(&f.into, "into", "", "write all pages below this `folder`, in man1 and man5")
	_ = cmd.MarkFlagDirname("into") // fails only for a flag that is not there
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		pages := manual(cmd.Root(), now())
		if f.into != "" {
			if len(args) > 0 {
				return say.Usagef("--into writes all pages; leave %s out", say.Quoted(strings.Join(args, " ")))
			}
			return writePages(pages, f.into)
		}
		name := strings.Join(append([]string{"telex"}, args...), "-")
		for _, p := range pages {
			if p.name == name {
				return out.Text(p.text)
			}
		}
		return say.Usagef("the manual has no page for %s; telex man lists the commands", say.Quoted(strings.Join(args, " ")))
	}
	return cmd
}

// A manPage is a page of the manual.
type manPage struct {
	name    string // "telex-send"
	section int
	text    string // in the man macros of roff
}

// file is where the page is below a folder of manual pages.
func (p manPage) file() string { return fmt.Sprintf("man%d/%s.%d", p.section, p.name, p.section) }

// writePages writes pages below a folder.
func writePages(pages []manPage, folder string) error {
	for _, p := range pages {
		path := filepath.Join(folder, filepath.FromSlash(p.file()))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // everybody may read a manual
			return fmt.Errorf("the manual: %w", err)
		}
		if err := os.WriteFile(path, []byte(p.text), 0o644); err != nil { //nolint:gosec // everybody may read a manual
			return fmt.Errorf("the manual: %w", err)
		}
	}
	return nil
}

// manual is all pages: telex(1), one for each command, and telex-config(5). They bear the
// date of the build; one that has none, that of now.
func manual(root *cobra.Command, now time.Time) []manPage {
	date := now.UTC().Format(time.DateOnly)
	if built, err := time.Parse(time.RFC3339, currentBuild().date); err == nil {
		date = built.UTC().Format(time.DateOnly)
	}
	pages := []manPage{{"telex", 1, rootPage(root, date)}}
	for _, c := range documented(root) {
		pages = append(pages, manPage{pageName(c), 1, commandPage(c, date)})
	}
	return append(pages, manPage{"telex-config", 5, configPage(date)})
}

// pageName is the name of a command's page: "telex-drafts-show".
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// newPage begins a page.
func newPage(name string, section int, date, about string) *roff {
	r := &roff{}
	kind := "User Commands"
	if section == 5 {
		kind = "File Formats"
	}
	fmt.Fprintf(&r.b, ".TH %s %d \"%s\" \"telex %s\" \"%s\"\n", roffText(strings.ToUpper(name)), section, date, roffText(currentBuild().version), kind)
	r.b.WriteString(".nh\n.ad l\n")
	r.section("NAME")
	r.line(name + " \\-\n" + filled(strings.ToLower(about[:1])+about[1:]))
	return r
}

// rootPage is telex(1): what telex is, its commands, and what holds for all of them.
func rootPage(root *cobra.Command, date string) string {
	r := newPage("telex", 1, date, root.Short)
	r.section("SYNOPSIS")
	r.synopsis("telex", "[ flags ]")
	r.synopsis("telex", "command [ flags ]")
	r.section("DESCRIPTION")
	r.text(root.Long)
	r.section("OPTIONS")
	r.flags(root)
	r.section("COMMANDS")
	for _, c := range documented(root) {
		r.item(pageName(c)+"(1)", c.Short+".")
	}
	r.section("ENVIRONMENT")
	r.text("Flags win over the environment, and the environment over the profile. An empty variable counts as not set. A flag that is empty is refused, but for texts.")
	for _, v := range variables() {
		r.item(v[0], v[1])
	}
	r.section("FILES")
	for _, f := range files() {
		r.item(f[0], f[1])
	}
	r.exits()
	r.section("EXAMPLES")
	r.example(root)
	var others []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			others = append(others, pageName(c)+"(1)")
		}
	}
	r.seeAlso(append(others, "telex-config(5)")...)
	return r.b.String()
}

// commandPage is the page of one command.
func commandPage(c *cobra.Command, date string) string {
	r := newPage(pageName(c), 1, date, c.Short)
	r.section("SYNOPSIS")
	r.synopsis(c.CommandPath(), strings.TrimPrefix(c.UseLine(), c.CommandPath()+" "))
	r.section("DESCRIPTION")
	if c.Long == "" {
		r.text(c.Short + ".")
	}
	r.text(c.Long)
	if hasFlags(c) {
		r.section("OPTIONS")
		r.flags(c)
	}
	seeAlso := []string{"telex(1)"}
	if c.Parent().HasParent() {
		seeAlso = append(seeAlso, pageName(c.Parent())+"(1)")
	}
	if c.HasAvailableSubCommands() {
		r.section("COMMANDS")
		for _, sub := range documented(c) {
			r.item(pageName(sub)+"(1)", sub.Short+".")
			seeAlso = append(seeAlso, pageName(sub)+"(1)")
		}
	}
	r.exits()
	if c.Example != "" {
		r.section("EXAMPLES")
		r.example(c)
	}
	r.seeAlso(append(seeAlso, "telex-config(5)")...)
	return r.b.String()
}

// configPage is telex-config(5): the file of profiles.
func configPage(date string) string {
	r := newPage("telex-config", 5, date, "profiles and settings of telex, in config.toml")
	r.section("SYNOPSIS")
	r.b.WriteString(".I ~/.config/telex/config.toml\n")
	r.section("DESCRIPTION")
	r.text(`A file in TOML, which telex login and Setup write and which you may edit; comments stay. It holds no secret. It has to belong to the user who runs telex, and nobody else may change it. Mistakes are named with their line, and until they are corrected nothing is sent.

Flags win over the environment, and the environment over the profile.`)
	table := "-"
	for _, k := range config.FileKeys() {
		if k.Table != table {
			table = k.Table
			r.section(tableTitle(k.Table))
		}
		if k.Name == "*" {
			r.text(strings.ToUpper(k.What[:1]) + k.What[1:] + ". It may be " + k.Allowed + ".")
			r.names(map[string][]string{"colors": widget.Roles(), "keys": keys.Actions()}[k.Table])
			continue
		}
		r.item(k.Name, strings.ToUpper(k.What[:1])+k.What[1:]+". It may be "+allowedFor(k)+".")
	}
	r.section("FILES")
	for _, f := range files() {
		r.item(f[0], f[1])
	}
	r.seeAlso("telex(1)", "telex-login(1)", "telex-doctor(1)")
	return r.b.String()
}

// allowedFor is what a key of the configuration may be, in words. What only the console
// reads, config does not judge.
func allowedFor(k config.FileKey) string {
	if k.Table == "" && k.Name == "theme" {
		return `"` + strings.Join(widget.Themes(), `", "`) + `"`
	}
	return k.Allowed
}

// tableTitle is the heading of a table of the configuration.
func tableTitle(table string) string {
	if table == "" {
		return "THE TOP OF THE FILE"
	}
	return "THE TABLE [" + table + "]"
}

// files is the table of the files that telex keeps, where nothing else is set.
func files() [][2]string {
	return [][2]string{
		{"~/.config/telex/config.toml", "The profiles, and the settings of outbox and console. Telex login writes it, and you may edit it. It holds no secret."},
		{"~/.local/share/telex/credentials.age", "The secrets of profiles, if there is no keyring. It is encrypted with a passphrase."},
		{"~/.local/state/telex/outbox.db", "The messages, and what became of them."},
	}
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
