package who

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"telex/config"
	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/messaging/sandbox"
	"telex/ui/cli/say"
)

// SandboxAddr is where telex sandbox listens if it is not told otherwise.
const SandboxAddr = "127.0.0.1:8095"

// A Link is a way to the API. Close it after the last call.
type Link struct {
	*messaging.Client
	Close func()
}

// Connect makes the client for id. With the sandbox it starts that first; it
// outlives ctx, so that a cancelled call ends by itself and not by the sandbox's end.
func (w *World) Connect(ctx context.Context, id Identity) (Link, error) {
	return w.connect(ctx, id, nil)
}

// connect is Connect with a sandbox that calls back whoever hears; nil for nobody.
func (w *World) connect(ctx context.Context, id Identity, hears *Ear) (Link, error) {
	stop := func() {}
	if id.Sandbox {
		base, stopSandbox, err := startSandbox(context.WithoutCancel(ctx), hears)
		if err != nil {
			return Link{}, err
		}
		id.BaseURL, id.TokenURL, stop = base, "", stopSandbox // its tokens are its own
	}
	client, err := w.NewClient(id)
	if err != nil {
		stop()
		return Link{}, err
	}
	if hears == nil || !id.Sandbox {
		return Link{client, stop}, nil
	}
	silence := hears.answer(context.WithoutCancel(ctx), outbox.AnswerOptions{API: client, ApplicationID: id.ApplicationID, Own: w.OwnNumbers(id)})
	return Link{client, func() { silence(); stop() }}, nil
}

// StartSandbox serves a sandbox of its own on a free port.
func StartSandbox(ctx context.Context) (baseURL string, stop func(), err error) {
	return startSandbox(ctx, nil)
}

func startSandbox(ctx context.Context, hears *Ear) (baseURL string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var c sandbox.Config
	deaf := func() {}
	if hears != nil {
		if deaf, err = hears.listen(ctx, &c); err != nil {
			cancel()
			return "", nil, err
		}
	}
	box, err := sandbox.New(ctx, c)
	if err != nil {
		cancel()
		deaf()
		return "", nil, err
	}
	server, err := box.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		cancel()
		box.Close()
		deaf()
		return "", nil, err
	}
	return server.BaseURL, func() {
		cancel()
		_ = server.Wait() // nobody is left to be told
		box.Close()
		deaf()
	}, nil
}

// Keyless is id as it is without its secrets: for a client that calls nobody, but says what
// it would send, and by which addresses files are stored.
func (w *World) Keyless(id Identity) Identity {
	id.Credentials.Kind = id.Profile.Auth
	if found, err := config.FindCredentials(w.Env); err == nil {
		id.Credentials.Kind = found.Kind
	}
	if id.Sandbox {
		id.BaseURL, id.TokenURL = "http://"+SandboxAddr+sandbox.BasePath, ""
		id.Credentials.Kind = config.OAuth
	}
	id.Credentials.ID, id.Credentials.Secret = noKey, config.NewSecret(noKey)
	return id
}

// noKey stands where a client has to be made with something.
const noKey = "none"

// NewClient makes a client. It opens no connection. What it refuses is for the
// user to change.
func (w *World) NewClient(id Identity, options ...messaging.Option) (*messaging.Client, error) {
	auth, err := id.authorizer()
	if err != nil {
		return nil, err
	}
	return w.newClient(id, auth, options...)
}

// newClient is NewClient with credentials that others use too.
func (w *World) newClient(id Identity, auth messaging.Authorizer, options ...messaging.Option) (*messaging.Client, error) {
	options = append([]messaging.Option{
		messaging.WithBaseURL(id.Address()), messaging.WithUserAgent(w.Agent), messaging.WithClock(w.Now), messaging.WithTries(w.Trace.Try),
	}, options...)
	client, err := messaging.New(id.AccountID, auth, options...)
	w.traceWay(id)
	if err != nil {
		return nil, &say.UsageError{What: id.Origins.Because("account", err).Error()}
	}
	return client, nil
}

// traceWay tells the trace which way calls for id go, and with whose credentials.
func (w *World) traceWay(id Identity) {
	if !w.Trace.On() {
		return
	}
	w.Trace.Note("API: %s for account %s", id.Address(), id.AccountID)
	if from := id.Credentials.Source; from != "" {
		w.Trace.Note("credentials: %s from %s", id.Credentials.Kind, from)
	}
	if id.Credentials.Kind == config.OAuth {
		w.Trace.Note("tokens: %s", TokenURL(id.TokenURL, id.Address()))
	}
	proxy := "none"
	if r, err := http.NewRequest(http.MethodGet, id.Address(), nil); err == nil { //nolint:noctx // it is not sent
		switch u, err := messaging.EnvironmentProxy(r); {
		case err != nil:
			proxy = err.Error()
		case u != nil:
			proxy = u.Scheme + "://" + u.Host
		}
	}
	w.Trace.Note("proxy: %s", proxy)
}

// authorizer is what puts the credentials of id on requests. It refuses addresses that
// they may not be sent to.
func (id Identity) authorizer() (messaging.Authorizer, error) {
	if err := messaging.CheckBaseURL(id.Address()); err != nil {
		return nil, &say.UsageError{What: id.Origins.Because("base_url", err).Error()}
	}
	if id.Credentials.Kind != config.OAuth {
		return messaging.Basic(id.Credentials.ID, id.Credentials.Secret.Reveal()), nil
	}
	token := TokenURL(id.TokenURL, id.Address())
	if err := messaging.CheckTokenURL(token); err != nil {
		return nil, &say.UsageError{What: id.Origins.Because("token_url", err).Error()}
	}
	return messaging.OAuth(id.Credentials.ID, id.Credentials.Secret.Reveal(), token)
}

// Address is where the API is, without a trailing slash, as [messaging.Client.BaseURL] and
// the rows of the outbox have it.
func (id Identity) Address() string {
	if id.BaseURL == "" {
		return messaging.DefaultBaseURL
	}
	return strings.TrimRight(id.BaseURL, "/")
}

// TokenURL is where tokens come from: the address that was set, that of the host
// itself for a base URL on this machine, else Bandwidth's.
func TokenURL(set, base string) string {
	if set != "" {
		return set
	}
	// Only a loopback address may go without encryption, so this asks for one.
	u, err := url.Parse(base)
	if err == nil && messaging.CheckTokenURL("http://"+u.Host) == nil {
		return u.Scheme + "://" + u.Host + sandbox.TokenPath
	}
	return messaging.DefaultTokenURL
}

// dashboardURL is where Bandwidth tells how the account is set up: on the host that gives
// the tokens for that, and no other gets one.
func dashboardURL(token string) string {
	u, err := url.Parse(token)
	if err != nil || messaging.CheckTokenURL(token) != nil {
		return messaging.DefaultDashboardURL
	}
	return u.Scheme + "://" + u.Host + sandbox.BasePath
}

// Sender reads whom id sends from: a number, a short code or a sender id.
func (h Home) Sender(id Identity, typed string) (string, error) {
	source := id.Origins.Of("numbers")
	sender, n, err := number.ParseSender(typed, id.Region)
	if err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	if n.E164 != "" {
		h.Remark(id, source, typed, n)
	}
	return sender, nil
}

// OwnNumbers are the numbers of the user, in E.164, as far as they are set up: those of id
// and of all profiles.
func (h Home) OwnNumbers(id Identity) []string {
	typed := map[string][]string{id.Region: id.Numbers}
	if file, err := h.Configuration(); err == nil {
		for _, name := range file.Names() {
			if p, err := file.Profile(name); err == nil {
				s := p.Settings().Over(config.Default())
				typed[s.Region] = append(typed[s.Region], s.Numbers...)
			}
		}
	}
	var own []string
	for region, numbers := range typed {
		for _, t := range numbers {
			if sender, n, err := number.ParseSender(t, region); err == nil && n.E164 != "" {
				own = append(own, sender)
			}
		}
	}
	return own
}

// Remark says how a number was read, where that is not plain, and what is doubtful
// about it; of the sandbox's, which are in no numbering plan, nothing is.
func (h Home) Remark(id Identity, source, typed string, n number.Number) {
	if strings.TrimSpace(typed) != n.E164 {
		h.Output.Say("%s %s is %s", source, typed, n.E164)
	}
	if n.Warning != "" && !id.Sandbox {
		h.Output.Say("warning: %s %s: %s", source, n.E164, n.Warning)
	}
}
