package postgres

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"telex/messaging/outbox"

	"github.com/jackc/pgx/v5"
)

// connectTime is how long a connection may take, unless the address says so.
const connectTime = 10 * time.Second

// schemes are those of an address.
var schemes = []string{"postgres", "postgresql"}

// parse reads an address, and names the place without what nobody is to see.
func parse(address string) (config *pgx.ConnConfig, name string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != schemes[0] && u.Scheme != schemes[1] { // the error would have the password
		return nil, "", wrong("an address", errors.New("it is not of the form postgres://USER@HOST:PORT/DATABASE"))
	}
	name = nameOf(u)
	if config, err = pgx.ParseConfig(address); err != nil {
		return nil, "", wrong(name, withoutSecrets(u, err))
	}
	if strict := strictly(u, config); strict != "" {
		if config, err = pgx.ParseConfig(strict); err != nil {
			return nil, "", wrong(name, withoutSecrets(u, err))
		}
	}
	config.ConnectTimeout = cmp.Or(config.ConnectTimeout, connectTime)
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "telex"
	}
	return config, name, nil
}

func wrong(name string, err error) error {
	return &outbox.Error{Op: "open the outbox", Path: name, Err: err, Hint: "correct the address; nothing was changed"}
}

// nameOf is an address for people: who, where and which database.
func nameOf(u *url.URL) string {
	name := url.URL{Scheme: schemes[0], Host: u.Host, Path: u.Path}
	if user := u.User.Username(); user != "" {
		name.User = url.User(user)
	}
	shown := url.Values{}
	for _, key := range []string{"host", "port", "dbname", "service", "search_path"} {
		if value := u.Query().Get(key); value != "" {
			shown.Set(key, value)
		}
	}
	name.RawQuery = shown.Encode()
	return name.String()
}

// withoutSecrets is what is wrong with an address, without the address.
func withoutSecrets(u *url.URL, err error) error {
	text := err.Error()
	if inner := errors.Unwrap(err); inner != nil { // pgx's own has the address in its text
		text = inner.Error()
	}
	secrets := []string{u.Query().Get("password"), u.Query().Get("sslpassword")}
	if password, ok := u.User.Password(); ok {
		secrets = append(secrets, password, url.QueryEscape(password), url.PathEscape(password))
	}
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return errors.New(text)
}

// strictly is the address with sslmode=verify-full, where that is what is meant; "" where
// it says what it wants, or leads to this host alone.
func strictly(u *url.URL, config *pgx.ConnConfig) string {
	q := u.Query()
	if q.Has("sslmode") || q.Has("ssl") || os.Getenv("PGSSLMODE") != "" {
		return ""
	}
	away := !isHere(config.Host)
	open := config.TLSConfig == nil // somebody else said so, or it is libpq's default
	for _, f := range config.Fallbacks {
		away = away || !isHere(f.Host)
		open = open || f.TLSConfig == nil
	}
	byService := q.Get("service") != "" || os.Getenv("PGSERVICE") != ""
	if !away || byService && (!open || config.TLSConfig == nil && len(config.Fallbacks) == 0) {
		return ""
	}
	q.Set("sslmode", "verify-full")
	strict := *u
	strict.RawQuery = q.Encode()
	return strict.String()
}

// isHere reports whether a host is this one: a socket or a loopback address.
func isHere(host string) bool {
	if host == "localhost" || strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
