package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"telex/config"
	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/sandbox"
)

// sandboxAddr is where telex sandbox listens if it is not told otherwise.
const sandboxAddr = "127.0.0.1:8095"

// settings are what flags, environment and defaults say, in this order. With
// --sandbox the environment's account is left alone, so that nothing of it is
// mixed with the sandbox's.
func (a *app) settings(f connectFlags) (config.Settings, error) {
	if f.timeout <= 0 {
		return config.Settings{}, usagef("--timeout %s leaves no time to send; give a longer one, such as 30s", f.timeout)
	}
	if f.sandbox && f.settings.BaseURL != "" {
		return config.Settings{}, usagef("--sandbox and --base-url exclude each other: each says where the API is")
	}
	env := config.FromEnvironment(a.env)
	if f.sandbox {
		env = config.Settings{
			AccountID:     sandbox.DefaultAccountID,
			ApplicationID: sandbox.DefaultApplicationID,
			Numbers:       []string{sandbox.DefaultNumber},
			Region:        env.Region,
		}
	}
	f.settings.Region = strings.ToUpper(f.settings.Region)
	return f.settings.Over(env).Over(config.Default()), nil
}

// identity is who sends: settings and the credentials that go with them.
type identity struct {
	config.Settings
	credentials config.Credentials
	sandbox     bool
}

// commandStatus is the command that needs to know who asks, but not who sends.
const commandStatus = "telex status"

// identity finds the credentials for s, and returns a usageError that lists all
// that is missing, of s too. The flags that could have given it are named only
// for a command that has them.
func (a *app) identity(f connectFlags, s config.Settings, command string) (identity, error) {
	id := identity{Settings: s, sandbox: f.sandbox}
	var missing []string
	what, hint := "nothing can be sent yet; missing:", "to try it without an account: "+command+" --sandbox"
	if command == commandStatus { // which sends nothing
		what, hint = "the API cannot be asked yet; missing:", ""
	} else {
		missing = missingSettings(s, command)
	}
	if s.AccountID == "" {
		missing = append(missing, "an account id: set "+config.EnvAccountID)
	}
	if f.sandbox {
		id.credentials = config.Credentials{
			Kind: config.Basic, ID: sandbox.DefaultUsername, Secret: config.NewSecret(sandbox.DefaultPassword),
		}
	} else {
		found, err := config.FindCredentials(a.env)
		if err != nil {
			missing = append(missing, missingCredentials(err)...)
		}
		id.credentials = found
	}
	if len(missing) > 0 {
		return identity{}, &usageError{what: what, more: missing, hint: hint}
	}
	for _, w := range id.credentials.Warnings {
		a.output.say("warning: %s", w)
	}
	a.output.hide(id.credentials)
	return id, nil
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
func missingCredentials(err error) []string {
	missing := []string{fmt.Sprintf("credentials: set %s and %s, or %s and %s",
		config.EnvClientID, config.EnvClientSecret, config.EnvUsername, config.EnvPassword)}
	none, ok := errors.AsType[*config.NoCredentialsError](err)
	if !ok {
		return append(missing, err.Error())
	}
	for _, l := range none.Looked {
		if l.Broken {
			missing = append(missing, l.Why)
		}
	}
	return missing
}

// link is a way to the API. Close it after the last call.
type link struct {
	*messaging.Client
	mask  func(string) string // takes the secret out of what others said
	close func()
}

// Send is [messaging.Client.Send], without the secret in what is returned: it is
// recorded, and something between here and the API may repeat what it was sent.
func (l link) Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
	receipt, err := l.Client.Send(ctx, m)
	if receipt != nil {
		receipt.ID = l.mask(receipt.ID)
		maskAnswer(receipt.Answer, l.mask)
	}
	if e, ok := errors.AsType[*messaging.Error](err); ok {
		maskError(e, l.mask)
	}
	return receipt, err
}

// connect makes the client for id. With the sandbox it starts that first; it
// outlives ctx, so that a cancelled call ends by itself and not by the sandbox's end.
func (a *app) connect(ctx context.Context, id identity) (link, error) {
	stop := func() {}
	if id.sandbox {
		base, stopSandbox, err := startSandbox(context.WithoutCancel(ctx))
		if err != nil {
			return link{}, err
		}
		id.BaseURL, stop = base, stopSandbox
	}
	client, err := newClient(id)
	if err != nil {
		stop()
		return link{}, err
	}
	return link{client, a.output.masked, stop}, nil
}

// startSandbox serves a sandbox of its own on a free port.
func startSandbox(ctx context.Context) (baseURL string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	box, err := sandbox.New(ctx, sandbox.Config{})
	if err != nil {
		cancel()
		return "", nil, err
	}
	server, err := box.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		cancel()
		box.Close()
		return "", nil, err
	}
	return server.BaseURL, func() {
		cancel()
		_ = server.Wait() // nobody is left to be told
		box.Close()
	}, nil
}

// newClient makes a client. It opens no connection. What it refuses is for the
// user to change.
func newClient(id identity) (*messaging.Client, error) {
	base := messaging.DefaultBaseURL
	if id.BaseURL != "" {
		base = id.BaseURL
	}
	if err := messaging.CheckBaseURL(base); err != nil {
		return nil, &usageError{what: err.Error()}
	}
	auth := messaging.Basic(id.credentials.ID, id.credentials.Secret.Reveal())
	if id.credentials.Kind == config.OAuth {
		token := tokenURL(id.TokenURL, base)
		if err := messaging.CheckBaseURL(token); err != nil {
			return nil, usagef("%s: as an address for tokens: %v", config.EnvTokenURL, err)
		}
		oauth, err := messaging.OAuth(id.credentials.ID, id.credentials.Secret.Reveal(), token)
		if err != nil {
			return nil, err
		}
		auth = oauth
	}
	client, err := messaging.New(id.AccountID, auth,
		messaging.WithBaseURL(base), messaging.WithUserAgent(currentBuild().agent()))
	if err != nil {
		return nil, &usageError{what: err.Error()}
	}
	return client, nil
}

// tokenURL is where tokens come from: the address that was set, that of the host
// itself for a base URL on this machine, else Bandwidth's.
func tokenURL(set, base string) string {
	if set != "" {
		return set
	}
	// Only a loopback address may go without encryption, so this asks for one.
	u, err := url.Parse(base)
	if err == nil && messaging.CheckBaseURL("http://"+u.Host) == nil {
		return u.Scheme + "://" + u.Host + sandbox.TokenPath
	}
	return messaging.DefaultTokenURL
}

// sender reads a number to send from. An alphanumeric sender id is taken as it is.
func (a *app) sender(typed, region, source string) (string, error) {
	if messaging.IsSenderID(typed) {
		return typed, nil
	}
	n, err := number.Parse(typed, region)
	if err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	a.remark(source, typed, n)
	return n.E164, nil
}

// remark says how a number was read, where that is not plain, and what is
// doubtful about it.
func (a *app) remark(source, typed string, n number.Number) {
	if strings.TrimSpace(typed) != n.E164 {
		a.output.say("%s %s is %s", source, typed, n.E164)
	}
	if n.Warning != "" {
		a.output.say("warning: %s %s: %s", source, n.E164, n.Warning)
	}
}
