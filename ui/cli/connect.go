package cli

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"telex/config"
	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/sandbox"
	"telex/ui/cli/say"
)

// sandboxAddr is where telex sandbox listens if it is not told otherwise.
const sandboxAddr = "127.0.0.1:8095"

// link is a way to the API. Close it after the last call.
type link struct {
	*messaging.Client
	close func()
}

// connect makes the client for id. With the sandbox it starts that first; it
// outlives ctx, so that a cancelled call ends by itself and not by the sandbox's end.
func (w *sphere) connect(ctx context.Context, id identity) (link, error) {
	stop := func() {}
	if id.sandbox {
		base, stopSandbox, err := startSandbox(context.WithoutCancel(ctx))
		if err != nil {
			return link{}, err
		}
		id.BaseURL, id.TokenURL, stop = base, "", stopSandbox // its tokens are its own
	}
	client, err := w.newClient(id, messaging.WithClock(w.now))
	if err != nil {
		stop()
		return link{}, err
	}
	return link{client, stop}, nil
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
func (w *sphere) newClient(id identity, options ...messaging.Option) (*messaging.Client, error) {
	base := id.baseURL()
	if err := messaging.CheckBaseURL(base); err != nil {
		return nil, &say.UsageError{What: id.origins.because("base_url", err).Error()}
	}
	auth := messaging.Basic(id.credentials.ID, id.credentials.Secret.Reveal())
	if id.credentials.Kind == config.OAuth {
		token := tokenURL(id.TokenURL, base)
		if err := messaging.CheckTokenURL(token); err != nil {
			return nil, &say.UsageError{What: id.origins.because("token_url", err).Error()}
		}
		oauth, err := messaging.OAuth(id.credentials.ID, id.credentials.Secret.Reveal(), token)
		if err != nil {
			return nil, err
		}
		auth = oauth
	}
	options = append([]messaging.Option{messaging.WithBaseURL(base), messaging.WithUserAgent(w.agent)}, options...)
	client, err := messaging.New(id.AccountID, auth, options...)
	if err != nil {
		return nil, &say.UsageError{What: id.origins.because("account", err).Error()}
	}
	return client, nil
}

// baseURL is where the API is.
func (id identity) baseURL() string {
	if id.BaseURL == "" {
		return messaging.DefaultBaseURL
	}
	return id.BaseURL
}

// tokenURL is where tokens come from: the address that was set, that of the host
// itself for a base URL on this machine, else Bandwidth's.
func tokenURL(set, base string) string {
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

// sender reads whom id sends from: a number, a short code or a sender id.
func (h home) sender(id identity, typed string) (string, error) {
	source := id.origins.of("numbers")
	sender, n, err := number.ParseSender(typed, id.Region)
	if err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	if n.E164 != "" {
		h.remark(id, source, typed, n)
	}
	return sender, nil
}

// remark says how a number was read, where that is not plain, and what is doubtful
// about it; of the sandbox's, which are in no numbering plan, nothing is.
func (h home) remark(id identity, source, typed string, n number.Number) {
	if strings.TrimSpace(typed) != n.E164 {
		h.output.Say("%s %s is %s", source, typed, n.E164)
	}
	if n.Warning != "" && !id.sandbox {
		h.output.Say("warning: %s %s: %s", source, n.E164, n.Warning)
	}
}
