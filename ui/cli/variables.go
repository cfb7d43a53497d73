package cli

import (
	"telex/config"
	"telex/ui/cli/trace"
	"telex/ui/cli/who"
)

// variables is the table of environment variables that telex reads: its own, then those
// that belong to the system.
func variables() [][2]string {
	return append(ownVariables(), systemVariables()...)
}

func ownVariables() [][2]string {
	return [][2]string{
		{config.EnvProfile, "The profile to use, if --profile is not given."},
		{config.EnvAccountID, "The account that messages are sent for."},
		{config.EnvApplicationID, "The application that the number to send from belongs to."},
		{config.EnvNumber, "The number to send from; several with commas between them, the first is the default."},
		{config.EnvClientID + ", " + config.EnvClientSecret, "OAuth client id and secret. With _FILE behind either, it names a file that holds the value."},
		{config.EnvUsername + ", " + config.EnvPassword, "API username and password, used if there is no client. With _FILE behind either, it names a file that holds the value. Bandwidth retires them on 2 December 2026."},
		{config.EnvBaseURL, "The address of the API. It must be https unless its host is this machine."},
		{config.EnvBaseURLAlso, "The same without /api/v2, as Bandwidth's own tool reads it; used if " + config.EnvBaseURL + " is not set."},
		{config.EnvTokenURL, "The address that exchanges client credentials for tokens. For a base URL on this machine, that host is the default."},
		{config.EnvPassphrase, "The passphrase of the encrypted file, for cron and CI, where nobody can type it. " + config.EnvPassphrase + "_FILE names a file that holds it."},
		{config.EnvListenPassword, "The password that callbacks come with, for telex listen --user. " + config.EnvListenPassword + "_NAME is that of one user name, in capitals and with _ for what is no letter or digit. With _FILE behind either, it names a file that holds the password."},
		{who.EnvUser, "Who you are: it is recorded with what you send, says whose drafts you see, and whose yes a broadcast needs. Without it that is your login and machine."},
		{config.EnvOutbox, "The outbox, instead of that of the profile: the address of a PostgreSQL database, such as postgres://telex@db.example.com/telex, or the absolute path of a file. The sandbox keeps its own file."},
		{config.EnvRegion, "The country of numbers without a country code, such as GB; " + config.DefaultRegion + " if it is not set."},
		{trace.Variable, "With 1, telex tells on standard error what happens below, as --debug does; with numbers, telephone numbers are not masked."},
		{envPanes, "With off, the console has no second panes, as for a slow line."},
	}
}

func systemVariables() [][2]string {
	return [][2]string{
		{config.EnvConfigHome, "The folder below which the profiles are, in telex/config.toml; .config in HOME if not set."},
		{config.EnvDataHome, "The folder below which the encrypted file is, telex/credentials.age; .local/share in HOME if not set."},
		{who.EnvStateHome, "The folder below which messages are recorded, in telex/outbox.db; .local/state in HOME if not set."},
		{"PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE, PGSERVICE, PGSERVICEFILE, PGSSLMODE, PGSSLROOTCERT, PGSSLCERT, PGSSLKEY", "What the address of a database does not say, as for psql; PGPASSWORD is its password."},
		{"HOME, USERPROFILE", "The home of the user who runs telex; the second on Windows."},
		{"SUDO_UID", "Who called sudo: by it telex knows that a folder belongs to somebody else."},
		{"VISUAL, EDITOR", "The editor for the text of a message; the first that is set."},
		{"TERM", "The kind of terminal. With dumb, or without it, the console goes line by line."},
		{envAccessible, "With any value, the console goes line by line, as for a screen reader."},
		{"NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "Colours: any value of the first, or 0 in the second, turns them off; the third turns them on."},
		{"COLORTERM", "With truecolor or 24bit, pictures are drawn in the colours that they have, not in the nearest of 256 or 16."},
		{"LC_ALL, LC_CTYPE, LANG", "The locale; the first that is set says whether the terminal shows more than ASCII."},
		{"TZ", "The time zone of the times that are shown and typed."},
		{"COLUMNS, LINES", "The size of a terminal that does not tell its own."},
		{"TMUX, STY, TERM_PROGRAM, LC_TERMINAL, WT_SESSION, SSH_CONNECTION, SSH_CLIENT, SSH_TTY", "What the terminal runs in: tmux, screen, a program, SSH. They decide how text is copied, how you are called, and what telex doctor says."},
		{"GOGC, GOMEMLIMIT", "When Go collects memory that is used no more, as Go reads them; telex decides if they are not set."},
		{"HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "The proxy, and the hosts that are reached without it; small letters do too."},
		{"SSL_CERT_FILE, SSL_CERT_DIR", "The certificates that are trusted in place of the system's, such as those of a proxy that reads along; not on macOS and Windows."},
		{"ZONEINFO", "A folder or zip file with time zones, used before those of the system."},
		{"TMPDIR", "The folder for a text that is given to an editor while there is no outbox to keep it."},
		{"DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR, DISPLAY, WAYLAND_DISPLAY", "Where the keyring is reached, and whether somebody can answer its question."},
		{"NOTIFY_SOCKET, LISTEN_FDS, LISTEN_PID", "Set by systemd for telex listen and telex work: where it says that it is ready, and a socket that is open already."},
	}
}
