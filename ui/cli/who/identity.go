package who

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"telex/config"
	"telex/messaging"
	"telex/messaging/sandbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// Identity is who sends and to where: what flags, environment, the profile and the
// defaults say, in this order, and the credentials once they were found.
type Identity struct {
	config.Settings
	Profile     config.Profile // in use, with the account that is in effect; no name if there is none
	Origins     Origins
	Credentials config.Credentials
	Sandbox     bool
	Shell       words.Shell // where commands are pasted that are printed
}

// Identify is who sends, without credentials. With --sandbox environment and profiles
// are left alone, so that nothing of an account is mixed with the sandbox's.
func (h Home) Identify(f Flags) (Identity, error) {
	if f.Timeout <= 0 {
		return Identity{}, say.Usagef("--timeout %s leaves no time to send; give a longer one, such as 30s", f.Timeout)
	}
	f.Settings.Region = strings.ToUpper(f.Settings.Region)
	id := Identity{Sandbox: f.Sandbox, Shell: words.Shell{Sandbox: f.Sandbox}, Origins: Origins{flags: f.Settings, Env: config.FromEnvironment(h.Env), Lookup: h.Env}}
	switch {
	case f.Sandbox && f.Settings.BaseURL != "":
		return Identity{}, say.Usagef("--sandbox and --base-url cannot be used together: each says where the API is")
	case f.Sandbox && f.Profile != "":
		return Identity{}, say.Usagef("--sandbox and --profile cannot be used together: the sandbox has its own account")
	case f.Sandbox:
		id.Origins.Env = config.Settings{
			AccountID:     sandbox.DefaultAccountID,
			ApplicationID: sandbox.DefaultApplicationID,
			Numbers:       []string{sandbox.DefaultNumber},
			Region:        id.Origins.Env.Region,
		}
	default:
		file, p, err := h.ProfileInUse(f.Profile)
		if err != nil {
			return Identity{}, err
		}
		id.Profile, id.Origins.file, id.Origins.Profile = p, file, p
		if unnamed, err := file.Choose("", h.Env); err == nil {
			id.Shell.Profile = unnamed.Name
		}
		id.Shell.Outbox = h.outboxOf(f.Profile)
	}
	id.Settings = f.Settings.Over(id.Origins.Env).Over(id.Profile.Settings()).Over(config.Default())
	id.Profile.AccountID = id.AccountID
	return id, nil
}

// Warnings are what is odd about where and by whom something is sent.
func (id Identity) Warnings() []string {
	said := id.Origins.Overruled()
	if w := messaging.BaseURLWarning(id.Address()); w != "" {
		said = append(said, w)
	}
	return said
}

// The commands that need to know whose account it is, but not who sends: one asks, and what
// the other sends has its senders already.
const (
	CommandStatus = "telex status"
	CommandWork   = "telex work"
)

// Missing says what an identity lacks to be one that can send, or for telex status
// ask. The flags that could have given it are named only for a command that has them.
func (id Identity) Missing(command string) []string {
	var missing []string
	if command != CommandStatus && command != CommandWork {
		missing = MissingSettings(id.Settings, command)
	}
	if id.AccountID == "" {
		missing = append(missing, "an account id: set "+config.EnvAccountID+id.OrProfile("account"))
	}
	return missing
}

// OrProfile is where else a setting may be given.
func (id Identity) OrProfile(key string) string {
	if id.Profile.Name == "" {
		return ""
	}
	return ", or " + key + " in profile " + id.Profile.Name
}

// Authorise finds the credentials of an identity. It returns a [say.UsageError] that lists
// all that is missing, of the settings too: only if these are complete is anybody
// asked for a secret.
func (w *World) Authorise(ctx context.Context, id *Identity, command string, whom ask.Asker) error {
	missing := id.Missing(command)
	if id.Sandbox {
		id.Credentials = SandboxCredentials()
	} else {
		if len(missing) > 0 {
			whom = ask.Asker{}
		}
		// The environment is the first place, and looked at even if the user gave up
		// already: then what is said of each message comes from the sending.
		found, err := config.FindCredentials(w.Env)
		if err != nil {
			found, err = w.Chain(whom).Find(ctx, id.Profile)
		}
		if err != nil && ctx.Err() != nil {
			return say.ErrCancelled
		}
		if err != nil {
			missing = append(missing, missingCredentials(err, id.Profile)...)
		}
		id.Credentials = found
	}
	if len(missing) > 0 {
		return id.Incomplete(command, missing)
	}
	for _, warning := range id.Credentials.Warnings {
		w.Output.Say("warning: %s", warning)
	}
	w.Output.Hide(id.Credentials)
	return nil
}

// SandboxCredentials are those that every sandbox takes if it is not told otherwise.
func SandboxCredentials() config.Credentials {
	return config.Credentials{Kind: config.OAuth, ID: sandbox.DefaultClientID, Secret: config.NewSecret(sandbox.DefaultClientSecret)}
}

// Incomplete is the error for what is missing.
func (id Identity) Incomplete(command string, missing []string) error {
	e := &say.UsageError{What: "nothing can be sent yet; missing:", More: missing, Hint: "to try it without an account: " + command + " --sandbox"}
	switch {
	case command == CommandStatus: // which sends nothing
		e.What, e.Hint = "the API cannot be asked yet; missing:", id.Shell.CommandOf(id.Profile.Name, "login")+" asks for all of it; "+id.Shell.CommandOf(id.Profile.Name, "doctor")+" says why"
	case id.Profile.Name != "":
		e.Hint = id.Shell.CommandOf(id.Profile.Name, "doctor") + " says why; telex login --profile " + id.Profile.Name + " asks for it"
	case !id.Sandbox:
		e.Hint = "to set all of it up: telex login; " + e.Hint
	}
	return e
}

// MissingSettings says what a message lacks that belongs to the sender.
func MissingSettings(s config.Settings, command string) []string {
	var missing []string
	from := "set "
	if command == "telex send" {
		from = "give --from or set "
	}
	if len(s.Numbers) == 0 {
		missing = append(missing, "a number to send from: "+from+config.EnvNumber)
	}
	if s.ApplicationID == "" {
		missing = append(missing, "the application it belongs to: give --application-id or set "+config.EnvApplicationID)
	}
	return missing
}

// missingCredentials says what to set, and what is wrong with what is there.
func missingCredentials(err error, p config.Profile) []string {
	what := fmt.Sprintf("credentials: set %s and %s, or %s and %s",
		config.EnvClientID, config.EnvClientSecret, config.EnvUsername, config.EnvPassword)
	if p.Name != "" {
		what = "the secret of profile " + p.Name
	}
	missing := []string{what}
	none, ok := errors.AsType[*config.NoCredentialsError](err)
	if !ok {
		return append(missing, err.Error())
	}
	for _, l := range none.Looked {
		switch {
		case p.Name != "":
			missing = append(missing, l.Where+": "+l.Why)
		case l.Broken:
			missing = append(missing, l.Why)
		}
	}
	return missing
}
