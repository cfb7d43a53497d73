//go:build linux

package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"telex/messaging/sandbox"
)

// An api is a sandbox behind TLS.
type api struct {
	way

	at          string // its base URL, as who measures it sees it
	tokenURL    string
	certificate string // the file of who may be trusted
}

// The credentials of the sandbox, which are nobody's.
const (
	username, password     = "measure", "of-nobody"
	clientID, clientSecret = "measure-client", "of-nobody-either"
)

// recipient is one of many numbers that the sandbox delivers to.
func recipient(i int) string { return fmt.Sprintf("+1919555%04d", 1000+i) }

// withAPI has an API for as long as do runs.
func (b *bench) withAPI(ctx context.Context, w way, do func(a *api) error) (err error) {
	box, err := sandbox.New(ctx, sandbox.Config{Username: username, Password: password, ClientID: clientID, ClientSecret: clientSecret})
	if err != nil {
		return fmt.Errorf("start a sandbox: %w", err)
	}
	defer box.Close()
	server := httptest.NewTLSServer(http.Handler(box))
	defer server.Close()
	address, err := url.Parse(server.URL)
	if err != nil {
		return fmt.Errorf("the address of the sandbox: %w", err)
	}
	if w.far {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("listen for the way: %w", err)
		}
		defer func() { _ = listener.Close() }()
		go relay(ctx, listener, address.Host)
		address.Host = listener.Addr().String()
	}
	a := &api{way: w, at: address.String() + sandbox.BasePath, tokenURL: address.String() + sandbox.TokenPath}
	a.certificate = filepath.Join(b.folder, "certificate.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(a.certificate, certificate, 0o600); err != nil {
		return fmt.Errorf("write the certificate: %w", err)
	}
	return do(a)
}

// environment is that of whoever sends to it, with an outbox of this table.
func (a *api) environment(b *bench) ([]string, error) {
	home, err := os.MkdirTemp(b.folder, "home-")
	if err != nil {
		return nil, fmt.Errorf("make a home: %w", err)
	}
	credentials := []string{"BW_USERNAME=" + username, "BW_PASSWORD=" + password}
	if a.tokens {
		credentials = []string{"BW_CLIENT_ID=" + clientID, "BW_CLIENT_SECRET=" + clientSecret, "TELEX_TOKEN_URL=" + a.tokenURL}
	}
	return b.environment(home, append(credentials,
		"SSL_CERT_FILE="+a.certificate, "TELEX_BASE_URL="+a.at, "BW_ACCOUNT_ID="+sandbox.DefaultAccountID,
		"BW_MESSAGING_APPLICATION_ID="+sandbox.DefaultApplicationID, "BW_NUMBER="+sandbox.DefaultNumber,
	)...), nil
}

// messages is where messages are posted to.
func (a *api) messages() string {
	return a.at + "/users/" + sandbox.DefaultAccountID + "/messages"
}

// body is a message as telex sends it.
func (a *api) body() string {
	b, _ := json.Marshal(map[string]any{ // strings always encode
		"applicationId": sandbox.DefaultApplicationID, "from": sandbox.DefaultNumber, "to": []string{recipient(0)}, "text": "Round 0",
	})
	return string(b)
}

// posting are the arguments of nethttp for n messages.
func (a *api) posting(n int) []string {
	args := []string{a.messages(), strconv.Itoa(n)}
	if a.tokens {
		args = append(args, a.tokenURL)
	}
	return args
}

// curl are the arguments of curl for one message.
func (a *api) curl() []string {
	return []string{
		"--silent", "--show-error", "--fail", "--cacert", a.certificate, "--user", username + ":" + password,
		"--header", "Content-Type: application/json", "--data-binary", "@-", a.messages(),
	}
}
