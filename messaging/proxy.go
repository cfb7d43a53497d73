package messaging

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// ErrProxy marks a variable of the environment that names no proxy. Its name stands
// before it.
var ErrProxy = errors.New("is not the address of a proxy")

// EnvironmentProxy is [http.ProxyFromEnvironment], but for a variable that names no
// proxy: that is an error in place of no proxy, so that nothing goes another way than
// the one that was asked for. The error names the variable and never what it holds,
// which may be a password.
func EnvironmentProxy(r *http.Request) (*url.URL, error) {
	name, value := proxyVariable(r.URL.Scheme, os.Getenv)
	if value != "" && !exempt(r.URL, os.Getenv) {
		if why := proxyFault(value); why != "" {
			return nil, fmt.Errorf("%s %w: %s; it looks like http://proxy.example:3128", name, ErrProxy, why)
		}
	}
	return http.ProxyFromEnvironment(r) //nolint:wrapcheck // says all
}

// proxyVariable is the variable that is about a scheme.
func proxyVariable(scheme string, getenv func(string) string) (name, value string) {
	for _, name := range []string{strings.ToUpper(scheme) + "_PROXY", strings.ToLower(scheme) + "_proxy"} {
		if value := getenv(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

// proxyFault is why a value cannot be a proxy's address, without any part of it; "" if
// it can.
func proxyFault(value string) string {
	if !strings.Contains(value, "://") {
		value = "http://" + value // net/http takes host:port too
	}
	u, err := url.Parse(value)
	if err != nil {
		return "it cannot be read as a URL"
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return "its scheme is not http, https, socks5 or socks5h"
	}
	if u.Hostname() == "" || strings.ContainsAny(u.Hostname(), " ,;") {
		return "it names no host"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "its port is not one"
		}
	}
	return ""
}

// exempt reports whether NO_PROXY, or that it is this machine, keeps an address from
// going through a proxy, by the rules of net/http.
func exempt(u *url.URL, getenv func(string) string) bool {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	ip, err := netip.ParseAddr(host)
	isIP := err == nil
	if host == "localhost" || isIP && ip.IsLoopback() {
		return true
	}
	list := getenv("NO_PROXY")
	if list == "" {
		list = getenv("no_proxy")
	}
	for entry := range strings.SplitSeq(strings.ToLower(list), ",") {
		entry = strings.TrimSpace(entry)
		if network, err := netip.ParsePrefix(entry); err == nil {
			if isIP && network.Contains(ip.Unmap()) {
				return true
			}
			continue
		}
		name, only, err := net.SplitHostPort(entry)
		if err != nil {
			name, only = strings.Trim(entry, "[]"), ""
		}
		if name == "" || only != "" && only != port {
			continue
		}
		domain := strings.TrimPrefix(name, "*")
		switch {
		case entry == "*", name == host:
			return true
		case !isIP && strings.HasSuffix(host, "."+strings.TrimPrefix(domain, ".")):
			return true
		}
	}
	return false
}

// proxyOf is the proxy that a request goes through; nil if there is none, or none that
// can be told.
func proxyOf(transport http.RoundTripper, r *http.Request) *url.URL {
	t, ok := transportWithin(transport).(*http.Transport)
	if !ok || t.Proxy == nil {
		return nil
	}
	proxy, err := t.Proxy(r)
	if err != nil {
		return nil
	}
	return proxy
}

// transportWithin looks through transports that name what they wrap, by Unwrap.
func transportWithin(transport http.RoundTripper) http.RoundTripper {
	for {
		inner, ok := transport.(interface{ Unwrap() http.RoundTripper })
		if !ok {
			return transport
		}
		transport = inner.Unwrap()
	}
}
