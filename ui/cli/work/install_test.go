package work

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"telex/config"
	"telex/ui/cli/clitest"
)

// TestInstall: what starts a worker names this telex, where its files are and how it listens,
// and no secret.
func TestInstall(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f := newOffice(t, clitest.Refusing)
	f.env["HOME"], f.env["BW_CLIENT_SECRET"], f.env["TELEX_LISTEN_PASSWORD"] = "/home/ana", clitest.ClientSecret, "hush"
	f.env["HTTPS_PROXY"] = "http://ana:hush@proxy.example"
	listens := []string{"--listen", "--user", "bandwidth", "--user", "a b", "--profile", "main"}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"systemd"}, []string{"\nExecStart=\"" + self + "\" work\n", "\nEnvironment=\"XDG_STATE_HOME=" + f.state + "\"\n", "\nType=notify\n", "\nTimeoutStopSec=90\n", "\nWantedBy=default.target\n"}},
		{append([]string{"systemd"}, listens...), []string{`work --listen --user "bandwidth" --user "a b" --profile "main"` + "\n"}},
		{[]string{"openrc"}, []string{"#!/sbin/openrc-run\n", "\ncommand=" + self + "\ncommand_args=work\n", "\nexport HOME=/home/ana\n", "\nexport XDG_STATE_HOME=" + f.state + "\n", "\nretry=TERM/90/KILL/5\n"}},
		{append([]string{"openrc"}, listens...), []string{`command_args='work --listen --user bandwidth --user '\''a b'\'' --profile main'` + "\n"}},
		{[]string{"cron"}, []string{"* * * * * ", " XDG_STATE_HOME=" + f.state + " ", " " + self + " work --once >/dev/null\n"}},
		{nil, []string{"\n  systemctl --user enable --now telex-work.service\n  loginctl enable-linger\n", "\n  sudo rc-update add telex-work default\n", "| crontab -'\n"}},
		{listens, []string{"  telex work install systemd --listen --user bandwidth --user 'a b' --profile main > ~/.config"}},
	} {
		r := f.start(t, append([]string{"install"}, c.args...)...)
		if err := r.wait(t); err != nil {
			t.Errorf("%q: %v", c.args, err)
		}
		out := r.out.String()
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%q: got\n%s\nwant %q in it", c.args, out, want)
			}
		}
		if strings.Contains(out+r.err.String(), "hush") {
			t.Errorf("%q: a secret is printed:\n%s%s", c.args, out, r.err)
		}
		if len(c.args) > 0 && c.args[0] != "--listen" && !strings.Contains(r.err.String(), "warning: the credentials of this shell (") {
			t.Errorf("%q: it does not say that there are no credentials:\n%s", c.args, r.err)
		}
		if len(c.args) > 1 && c.args[0] != "--listen" && strings.Count(r.err.String(), "the password of --user") != 2 {
			t.Errorf("%q: it does not say that there are no passwords:\n%s", c.args, r.err)
		}
	}
}

// TestInstallFiles: secrets in files go along, if others find them.
func TestInstallFiles(t *testing.T) {
	t.Parallel()
	f := newOffice(t, clitest.Refusing)
	f.env["BW_PASSWORD"], f.env["BW_PASSWORD_FILE"] = "", "/run/secrets/bw"
	f.env["TELEX_LISTEN_PASSWORD_IN_FILE"] = "/run/secrets/in"
	r := f.start(t, "install", "systemd", "--listen", "--user", "in")
	if err := r.wait(t); err != nil || strings.Contains(r.err.String(), "warning") {
		t.Errorf("%v\n%s", err, r.err)
	}
	for _, want := range []string{`"BW_USERNAME=` + clitest.User + `"`, `"BW_PASSWORD_FILE=/run/secrets/bw"`, `"TELEX_LISTEN_PASSWORD_IN_FILE=/run/secrets/in"`} {
		if !strings.Contains(r.out.String(), "\nEnvironment="+want+"\n") {
			t.Errorf("got\n%s\nwant %s in it", r.out, want)
		}
	}
	f.env["BW_PASSWORD_FILE"] = "bw"
	r = f.start(t, "install", "cron")
	if err := r.wait(t); err == nil || !strings.Contains(err.Error(), "BW_PASSWORD_FILE names") {
		t.Errorf("a file that others do not find: %v", err)
	}
}

// TestUnitWords: whatever words a unit has, they are read as they are.
func TestUnitWords(t *testing.T) {
	t.Parallel()
	odd := `/opt/it's "odd" \ 100% $HOME/telex`
	u := unit{path: odd, home: odd, variables: [][2]string{{"TELEX_PROFILE", odd}}}
	u.listens, u.listen.Users, u.listen.Addr = true, []string{odd}, "127.0.0.1:0"
	const escaped = `"/opt/it's \"odd\" \\ 100%% `
	if got := u.systemd(); !strings.Contains(got, "\nExecStart="+escaped+`$$HOME/telex" work --listen --addr "127.0.0.1:0" --user `+escaped+"$$HOME/telex\"\n") ||
		!strings.Contains(got, `Environment="TELEX_PROFILE=`+escaped[1:]+"$HOME/telex\"\n") {
		t.Errorf("systemd gets\n%s", got)
	}
	script, err := u.openrc()
	if err != nil {
		t.Fatal(err)
	}
	read := func(script, then string) string {
		shell := exec.CommandContext(t.Context(), "sh", "-c", script+"\n"+then)
		said, err := shell.CombinedOutput()
		if err != nil {
			t.Skipf("no shell: %v", err)
		}
		return string(said)
	}
	if got := read(script, `eval "set -- $command"; printf '%s|%s|%s|' "$1" "$HOME" "$TELEX_PROFILE"; eval "set -- $command_args"; printf '%s|' "$@"`); got != strings.Join([]string{odd, odd, odd, "work", "--listen", "--addr", "127.0.0.1:0", "--user", odd, ""}, "|") {
		t.Errorf("OpenRC gets\n%s\nand reads %s", script, got)
	}
	u.path, u.listens = "env", false
	line := strings.ReplaceAll(u.cron(), `\%`, "%") // as cron hands it to the shell
	if strings.Count(u.cron(), "%") != strings.Count(u.cron(), `\%`) {
		t.Errorf("cron ends the command at a %%: %s", u.cron())
	}
	command := strings.Replace(strings.TrimPrefix(line, "* * * * * "), "env work --once >/dev/null", `sh -c 'printf %s "$TELEX_PROFILE"'`, 1)
	if got := read(command, ""); got != odd {
		t.Errorf("cron gets %s and reads %q", line, got)
	}
	if config.EnvProfile != "TELEX_PROFILE" {
		t.Error("the profile has another name")
	}
}
