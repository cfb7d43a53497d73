package work

import (
	"fmt"
	"os/user"
	"strings"
	"time"

	"telex/messaging"
	"telex/ui/cli/say"
)

// stopSeconds is how long whoever stops a worker has to wait: for the messages on their way,
// and what is done after.
const stopSeconds = int(messaging.DefaultTimeLimit/time.Second) + 30

// systemd is the unit as a service of a user.
func (u unit) systemd() string {
	var b strings.Builder
	b.WriteString("[Unit]\nDescription=telex work\n\n[Service]\nType=notify\n")
	fmt.Fprintf(&b, "ExecStart=%s work%s\n", systemdQuoted(u.path, "$", "$$"), u.words(func(s string) string { return systemdQuoted(s, "$", "$$") }))
	for _, v := range u.variables {
		fmt.Fprintf(&b, "Environment=%s\n", systemdQuoted(v[0]+"="+v[1]))
	}
	fmt.Fprintf(&b, "Restart=on-failure\nRestartSec=30\nTimeoutStopSec=%d\n", stopSeconds)
	b.WriteString("# Numbers of people, and what they write, are on standard output: keep them out of the journal.\nStandardOutput=null\n")
	b.WriteString("NoNewPrivileges=yes\n\n[Install]\nWantedBy=default.target\n")
	return b.String()
}

// systemdQuoted is a word as systemd reads it; see systemd.syntax(7). More are replacements
// beside those that hold everywhere.
func systemdQuoted(word string, more ...string) string {
	return `"` + strings.NewReplacer(append([]string{`\`, `\\`, `"`, `\"`, "%", "%%"}, more...)...).Replace(word) + `"`
}

// openrc is the script as a service of the machine, for the user that this is.
func (u unit) openrc() (string, error) {
	who, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("find who the worker is for: %w", err)
	}
	if u.home == "" {
		return "", &say.UsageError{What: "HOME is not set, and the worker needs to know where the files of " + who.Username + " are"}
	}
	var b strings.Builder
	b.WriteString("#!/sbin/openrc-run\n\nname='telex work'\nsupervisor=supervise-daemon\n")
	fmt.Fprintf(&b, "command=%s\n", shellQuoted(shellQuoted(u.path))) // OpenRC evaluates it once more, as it does the next
	fmt.Fprintf(&b, "command_args=%s\n", shellQuoted("work"+u.words(shellQuoted)))
	fmt.Fprintf(&b, "command_user=%s\n", shellQuoted(who.Username))
	b.WriteString("respawn_delay=30\nrespawn_max=0\n")
	fmt.Fprintf(&b, "retry=TERM/%d/KILL/5\n", stopSeconds)
	b.WriteString("error_log=/var/log/telex-work.log\n\n")
	for _, v := range append([][2]string{{"HOME", u.home}}, u.variables...) {
		fmt.Fprintf(&b, "export %s=%s\n", v[0], shellQuoted(v[1]))
	}
	b.WriteString("\ndepend() {\n\tuse net dns\n\tafter clock\n}\n\nstart_pre() {\n\tcheckpath --file --owner \"$command_user\" --mode 0600 \"$error_log\"\n}\n")
	return b.String(), nil
}

// cron is the line for a user's crontab; see crontab(5).
func (u unit) cron() string {
	said := "* * * * * "
	for _, v := range u.variables {
		said += v[0] + "=" + shellQuoted(v[1]) + " "
	}
	said += shellQuoted(u.path) + " work --once >/dev/null"
	return strings.ReplaceAll(said, "%", `\%`) + "\n"
}

// shellQuoted is a word as a shell reads it, quoted only if it has to be.
func shellQuoted(word string) string {
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("@+=:,./-_", r)
	}) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
