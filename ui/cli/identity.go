package cli

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
)

// identity is who sends and to where: what flags, environment, the profile and the
// defaults say, in this order, and the credentials once they were found.
type identity struct {
	config.Settings
	profile     config.Profile // in use, with the account that is in effect; no name if there is none
	origins     origins
	credentials config.Credentials
	sandbox     bool
}

// identify is who sends, without credentials. With --sandbox environment and profiles
// are left alone, so that nothing of an account is mixed with the sandbox's.
func (h home) identify(f connectFlags) (identity, error) {
	if f.timeout <= 0 {
		return identity{}, say.Usagef("--timeout %s leaves no time to send; give a longer one, such as 30s", f.timeout)
	}
	f.settings.Region = strings.ToUpper(f.settings.Region)
	id := identity{sandbox: f.sandbox, origins: origins{flags: f.settings, env: config.FromEnvironment(h.env), lookup: h.env}}
	switch {
	case f.sandbox && f.settings.BaseURL != "":
		return identity{}, say.Usagef("--sandbox and --base-url exclude each other: each says where the API is")
	case f.sandbox && f.profile != "":
		return identity{}, say.Usagef("--sandbox and --profile exclude each other: the sandbox has an account of its own")
	case f.sandbox:
		id.origins.env = config.Settings{
			AccountID:     sandbox.DefaultAccountID,
			ApplicationID: sandbox.DefaultApplicationID,
			Numbers:       []string{sandbox.DefaultNumber},
			Region:        id.origins.env.Region,
		}
	default:
		file, p, err := h.profileInUse(f.profile)
		if err != nil {
			return identity{}, err
		}
		id.profile, id.origins.file, id.origins.profile = p, file, p
	}
	id.Settings = f.settings.Over(id.origins.env).Over(id.profile.Settings()).Over(config.Default())
	id.profile.AccountID = id.AccountID
	return id, nil
}

// warnings are what is odd about where and by whom something is sent.
func (id identity) warnings() []string {
	said := id.origins.overruled()
	if w := messaging.BaseURLWarning(id.baseURL()); w != "" {
		said = append(said, w)
	}
	return said
}

// commandStatus is the command that needs to know who asks, but not who sends.
const commandStatus = "telex status"

// missing says what an identity lacks to be one that can send, or for telex status
// ask. The flags that could have given it are named only for a command that has them.
func (id identity) missing(command string) []string {
	var missing []string
	if command != commandStatus {
		missing = missingSettings(id.Settings, command)
	}
	if id.AccountID == "" {
		missing = append(missing, "an account id: set "+config.EnvAccountID+id.orProfile("account"))
	}
	return missing
}

// orProfile is where else a setting may be given.
func (id identity) orProfile(key string) string {
	if id.profile.Name == "" {
		return ""
	}
	return ", or " + key + " in profile " + id.profile.Name
}

// authorise finds the credentials of an identity. It returns a [say.UsageError] that lists
// all that is missing, of the settings too: only if these are complete is anybody
// asked for a secret.
func (w *sphere) authorise(ctx context.Context, id *identity, command string, whom ask.Asker) error {
	missing := id.missing(command)
	if id.sandbox {
		id.credentials = sandboxCredentials()
	} else {
		if len(missing) > 0 {
			whom = ask.Asker{}
		}
		// The environment is the first place, and looked at even if the user gave up
		// already: then what is said of each message comes from the sending.
		found, err := config.FindCredentials(w.env)
		if err != nil {
			found, err = w.chain(whom).Find(ctx, id.profile)
		}
		if err != nil && ctx.Err() != nil {
			return say.ErrCancelled
		}
		if err != nil {
			missing = append(missing, missingCredentials(err, id.profile)...)
		}
		id.credentials = found
	}
	if len(missing) > 0 {
		return id.incomplete(command, missing)
	}
	for _, warning := range id.credentials.Warnings {
		w.output.Say("warning: %s", warning)
	}
	w.output.Hide(id.credentials)
	return nil
}

// sandboxCredentials are those that every sandbox takes if it is not told otherwise.
func sandboxCredentials() config.Credentials {
	return config.Credentials{Kind: config.OAuth, ID: sandbox.DefaultClientID, Secret: config.NewSecret(sandbox.DefaultClientSecret)}
}

// incomplete is the error for what is missing.
func (id identity) incomplete(command string, missing []string) error {
	e := &say.UsageError{What: "nothing can be sent yet; missing:", More: missing, Hint: "to try it without an account: " + command + " --sandbox"}
	switch {
	case command == commandStatus: // which sends nothing
		e.What, e.Hint = "the API cannot be asked yet; missing:", "telex login asks for all of it; telex doctor looks closer"
	case id.profile.Name != "":
		e.Hint = "telex doctor looks closer; telex login --profile " + id.profile.Name + " asks for it"
	case !id.sandbox:
		e.Hint = "to set all of it up: telex login; " + e.Hint
	}
	return e
}

// missingSettings says what a message lacks that belongs to the sender.
func missingSettings(s config.Settings, command string) []string {
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
