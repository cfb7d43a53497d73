package work

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/ui/cli/listen"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// managers are what can start a worker, each with the lines that install what is printed for
// it. They work in every shell.
var managers = []struct { //nolint:gochecknoglobals // a table
	name, what string
	lines      []string
	note       string
}{
	{"systemd", "systemd, for this user", []string{
		"mkdir -p ~/.config/systemd/user",
		"telex work install systemd%s > ~/.config/systemd/user/telex-work.service",
		"systemctl --user daemon-reload",
		"systemctl --user enable --now telex-work.service",
		"loginctl enable-linger",
	}, "the last line keeps it running when you log out, and starts it with the machine"},
	{"openrc", "OpenRC, which runs it as this user", []string{
		"telex work install openrc%s | sudo tee /etc/init.d/telex-work > /dev/null",
		"sudo chmod 755 /etc/init.d/telex-work",
		"sudo rc-update add telex-work default",
		"sudo rc-service telex-work start",
	}, ""},
	{"cron", "cron, each minute, where nothing else can start it", []string{
		`sh -c '{ crontab -l 2>/dev/null | grep -v "work --once"; telex work install cron; } | crontab -'`,
	}, "it cannot listen; a worker that runs besides does no harm"},
}

// kept are the variables of the environment that a worker has to have too which something else
// starts: they say where files are, and who sends. None of them holds a secret.
func (f flags) kept(env config.Lookup) []string {
	names := []string{
		config.EnvConfigHome, config.EnvDataHome, who.EnvStateHome, config.EnvProfile, config.EnvBaseURL, config.EnvBaseURLAlso, config.EnvTokenURL,
		config.EnvAccountID, config.EnvApplicationID, config.EnvNumber, config.EnvRegion,
		config.EnvOutbox, "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY",
		config.EnvPassphrase + inFile, config.EnvListenPassword + inFile, "NO_PROXY", "TZ",
	}
	for _, u := range f.listen.Users {
		names = append(names, config.ListenVariable(u)+inFile)
	}
	for _, pair := range [][2]string{{config.EnvClientID, config.EnvClientSecret + inFile}, {config.EnvUsername, config.EnvPassword + inFile}} {
		if file, _ := env(pair[1]); file != "" {
			names = append(names, pair[0], pair[0]+inFile, pair[1])
		}
	}
	for _, proxy := range []string{"HTTPS_PROXY", "HTTP_PROXY"} {
		if address, _ := env(proxy); !strings.Contains(address, "@") { // that may have a password
			names = append(names, proxy)
		}
	}
	return names
}

// inFile ends the name of a variable that names a file with what is secret.
const inFile = "_FILE"

// installCommand is telex work install.
func installCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "install [systemd | openrc | cron]",
		Short: "Print what has telex work started: a unit, a script, or a line for cron",
		Long: `Install prints a unit for systemd, a script for OpenRC or a line for cron, which
start this telex as the user that you are, with the variables that say where
its files are. It installs nothing. Without the name of one of them it says which
commands do that; they can be pasted.

With --listen, --addr, --user and --public the worker listens too. The
password of --user has to be in a file, which TELEX_LISTEN_PASSWORD_FILE names.
Credentials of the API have to be where telex finds them without a question, in
a credential_command, a keyring that is open, or a file with TELEX_PASSPHRASE_FILE;
telex doctor says where it looks. No secret is printed.`,
		Example: "  telex work install\n  telex work install systemd --listen --user bandwidth",
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return []string{"systemd", "openrc", "cron"}, cobra.ShellCompDirectiveNoFileComp
		},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && managerOf(args[0]) < 0 {
				return &say.UsageError{What: "telex work install takes one of systemd, openrc and cron, or none of them", Hint: "see telex work install --help"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(cmd.Flags()); err != nil {
				return err
			}
			return install(o, f, args)
		},
	}
	f.register(cmd.Flags())
	complete(o, cmd)
	return cmd
}

func managerOf(name string) int {
	for i, m := range managers {
		if m.name == name {
			return i
		}
	}
	return -1
}

// install is telex work install.
func install(o Options, f flags, args []string) error {
	if len(args) == 0 {
		return overview(o, f)
	}
	unit, err := f.unit(o.Env)
	if err != nil {
		return err
	}
	printed := ""
	switch m := managers[managerOf(args[0])]; m.name {
	case "systemd":
		printed = unit.systemd()
	case "openrc":
		printed, err = unit.openrc()
	case "cron":
		if f.listens {
			return say.Usagef("cron starts telex work --once, which cannot be used with --listen")
		}
		printed = unit.cron()
	}
	if err != nil {
		return err
	}
	if err := o.Output.Text(printed); err != nil {
		return err
	}
	if found, err := config.FindCredentials(o.Env); err == nil && unit.value(config.EnvClientSecret+inFile) == "" && unit.value(config.EnvPassword+inFile) == "" {
		o.Output.Say("warning: the credentials of this shell (%s) are not in it; they have to be where telex finds them without a question", found.Source)
	}
	for _, u := range f.listen.Users {
		if unit.value(config.ListenVariable(u)+inFile) == "" && unit.value(config.EnvListenPassword+inFile) == "" {
			o.Output.Say("warning: the password of --user %s is not in it: put it into a file, and name that by %s%s", u, config.EnvListenPassword, inFile)
		}
	}
	return nil
}

// overview says how each of the managers is told.
func overview(o Options, f flags) error {
	var b strings.Builder
	for i, m := range managers {
		if m.name == "cron" && f.listens {
			continue
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:\n", m.what)
		for _, l := range m.lines {
			b.WriteString("  " + strings.Replace(l, "%s", f.words(shellQuoted), 1) + "\n")
		}
		if m.note != "" {
			b.WriteString("(" + m.note + ")\n")
		}
	}
	return o.Output.Text(b.String())
}

// words are the flags again, each word quoted as it has to be, with a blank before.
func (f flags) words(quoted func(string) string) string {
	if !f.listens {
		return ""
	}
	said := " --listen"
	add := func(name, value string) { said += " --" + name + " " + quoted(value) }
	if f.listen.Addr != listen.DefaultAddr {
		add("addr", f.listen.Addr)
	}
	for _, u := range f.listen.Users {
		add("user", u)
	}
	if f.listen.Public {
		said += " --public"
	}
	if f.profile != "" {
		add("profile", f.profile)
	}
	return said
}

// A unit is how a worker is started.
type unit struct {
	flags
	path      string // of telex
	variables [][2]string
	home      string
}

func (f flags) unit(env config.Lookup) (unit, error) {
	path, err := os.Executable()
	if err != nil {
		return unit{}, fmt.Errorf("find where telex is: %w", err)
	}
	u := unit{flags: f, path: path}
	for _, name := range f.kept(env) {
		v, ok := env(name)
		if !ok || v == "" {
			continue
		}
		if strings.HasSuffix(name, inFile) && !filepath.IsAbs(v) {
			return u, say.Usagef("%s names %s, which is another file in another folder; give it from the root", name, say.Quoted(v))
		}
		if name == config.EnvOutbox && len(config.DatabasePassword(v)) > 0 {
			return u, &say.UsageError{
				What: name + " holds a password, and no secret is printed",
				Hint: "take it out and have telex outbox login keep it, or .pgpass or a service file",
			}
		}
		if strings.ContainsAny(v, "\n\r\x00") {
			return u, say.Usagef("%s has a line end in it", name)
		}
		u.variables = append(u.variables, [2]string{name, v})
	}
	u.home, _ = env("HOME")
	return u, nil
}

func (u unit) value(name string) string {
	for _, v := range u.variables {
		if v[0] == name {
			return v[1]
		}
	}
	return ""
}
