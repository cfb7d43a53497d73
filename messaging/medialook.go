package messaging

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// MediaFacts are what a media URL answered when it was looked at.
type MediaFacts struct {
	Status int
	Type   string // media type without parameters, in lower case; "" if not told
	Size   int64  // bytes; -1 if not told
}

// mediaLookLimit bounds one look, redirects included.
const mediaLookLimit = 8 * time.Second

// maxMediaRedirects is how many redirects a look follows.
const maxMediaRedirects = 5

// LookAtMedia asks for the head of a media file, with no credentials and no Referer,
// following a few redirects as Bandwidth does when it fetches the file. It proves little:
// the file may be reachable from Bandwidth and not from here, or the other way round.
// Agent is the User-Agent; "" is telex.
//
// The address that somebody typed may be one of this machine or network. But once a look
// has been at a public address it goes to no other kind: a stranger's redirect, or a name
// that changes its address meanwhile, must not make telex knock at what only this network
// can reach. That is judged by the addresses that are dialled. Where a proxy does the
// dialling, it is judged by what the URL says. A URL with a user name or password is
// refused, for it would be stored and shown.
func LookAtMedia(ctx context.Context, address, agent string) (MediaFacts, error) {
	return newMediaLook(agent).at(ctx, address)
}

// A mediaLook is one look at a URL, by one goroutine at a time.
type mediaLook struct {
	client  *http.Client
	agent   string
	inner   func(netip.Addr) bool // not for the public; isInner
	dialer  net.Dialer
	public  atomic.Bool // a public address was dialled
	proxied atomic.Bool // the request under way goes through a proxy
}

func newMediaLook(agent string) *mediaLook {
	if agent == "" {
		agent = defaultAgent
	}
	l := &mediaLook{agent: agent, inner: isInner, client: NewHTTPClient()}
	l.dialer = net.Dialer{Timeout: mediaLookLimit, Control: l.mayDial}
	t, _ := l.client.Transport.(*http.Transport) // as NewHTTPClient says
	t.DialContext, t.DisableKeepAlives = l.dial, true
	t.Proxy = l.proxy
	l.client.CheckRedirect = l.redirect
	return l
}

// dial is the dialer as it is when the look begins.
func (l *mediaLook) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return l.dialer.DialContext(ctx, network, addr) //nolint:wrapcheck // *net.OpError says all
}

// at looks at address.
func (l *mediaLook) at(ctx context.Context, address string) (MediaFacts, error) {
	ctx, cancel := context.WithTimeout(ctx, mediaLookLimit)
	defer cancel()
	facts, err := l.once(ctx, http.MethodHead, address)
	if err == nil && (facts.Status == http.StatusMethodNotAllowed || facts.Status == http.StatusNotImplemented || facts.Status == http.StatusForbidden) {
		return l.once(ctx, http.MethodGet, address) // some stores sign for GET only
	}
	return facts, err
}

func (l *mediaLook) once(ctx context.Context, method, address string) (MediaFacts, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return MediaFacts{}, errors.New("that is not a URL")
	}
	if err := checkMediaURL(r.URL); err != nil {
		return MediaFacts{}, err
	}
	r.Header.Set("User-Agent", l.agent)
	resp, err := l.client.Do(r)
	if err != nil {
		var proxy Hidden
		return MediaFacts{}, requestMask(proxy, l.client, r).plainError(plainCause(ctx, err))
	}
	_ = resp.Body.Close() // the head is all we want
	facts := MediaFacts{Status: resp.StatusCode, Size: resp.ContentLength}
	if t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil {
		facts.Type = t
	}
	return facts, nil
}

// checkMediaURL says why an address is not looked at, without what it holds.
func checkMediaURL(u *url.URL) error {
	switch {
	case u.User != nil:
		return errors.New("the address holds a user name or password, which would be stored and shown; take it out")
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return errors.New("that is not a web address")
	}
	return nil
}

// errInner is a redirect from a public address to one that is not.
var errInner = errors.New("it leads from a public address to one of this machine or network, where telex does not follow")

// redirect judges the next address. Nobody there needs to know where we come from.
func (l *mediaLook) redirect(next *http.Request, before []*http.Request) error {
	if len(before) > maxMediaRedirects {
		return fmt.Errorf("it redirects more than %d times", maxMediaRedirects)
	}
	if err := checkMediaURL(next.URL); err != nil {
		return fmt.Errorf("it redirects, and %w", err)
	}
	next.Header.Del("Referer")
	if l.public.Load() && l.innerHost(next.URL.Hostname()) {
		return errInner
	}
	return nil
}

// proxy notes whether it is the proxy that dials.
func (l *mediaLook) proxy(r *http.Request) (*url.URL, error) {
	through, err := EnvironmentProxy(r)
	l.proxied.Store(through != nil)
	if through != nil && !l.innerHost(r.URL.Hostname()) {
		l.public.Store(true)
	}
	return through, err
}

// innerHost reports whether a host says by itself that it is not public.
func (l *mediaLook) innerHost(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return l.inner(ip)
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// mayDial is asked about each address after its name was looked up.
func (l *mediaLook) mayDial(_, address string, _ syscall.RawConn) error {
	if l.proxied.Load() {
		return nil // the address is the proxy's
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("that is not a readable address: %w", err)
	}
	switch inner := l.inner(to.Addr()); {
	case inner && l.public.Load():
		return errInner
	case !inner:
		l.public.Store(true)
	}
	return nil
}

// isInner reports whether an address is not one of the public internet: of this machine,
// of a private network, of a link, or kept for other ends (RFC 6890 and IANA's special
// registries).
func isInner(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return true
	}
	// An IPv4 address within: a translator's (RFC 6052) and 6to4's (RFC 3056).
	switch whole := ip.As16(); {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(ip):
		return isInner(netip.AddrFrom4([4]byte(whole[12:])))
	case netip.MustParsePrefix("2002::/16").Contains(ip):
		return isInner(netip.AddrFrom4([4]byte(whole[2:6])))
	}
	for _, special := range specialNetworks() {
		if special.Contains(ip) {
			return true
		}
	}
	return false
}

// specialNetworks are those that netip does not know.
func specialNetworks() []netip.Prefix {
	var networks []netip.Prefix
	for _, network := range []string{
		"0.0.0.0/8",       // this network
		"100.64.0.0/10",   // shared by a carrier's customers
		"192.0.0.0/24",    // protocols
		"192.0.2.0/24",    // documentation, as the next two
		"198.51.100.0/24", //
		"203.0.113.0/24",  //
		"198.18.0.0/15",   // benchmarks
		"240.0.0.0/4",     // reserved
		"64:ff9b:1::/48",  // a translator's, of this network
		"2001::/32",       // Teredo: the other end of a tunnel
		"2001:db8::/32",   // documentation
		"fec0::/10",       // site-local, of old
	} {
		networks = append(networks, netip.MustParsePrefix(network))
	}
	return networks
}

// Limits of MMS media that Bandwidth and the carriers name, for all files of a message
// together.
// Source: Bandwidth support, 12823216.
const (
	// HandsetMediaBytes reaches most handsets.
	HandsetMediaBytes = 500_000
	// TollFreeMediaBytes is the most from a toll-free number (4411).
	TollFreeMediaBytes = 525_000
)

const (
	carriersBytes = 1_000_000 // in all, where the first large carrier stops
)

// Warnings says what may keep a file from arriving. Size is judged by itself.
func (m MediaFacts) Warnings() []string {
	var w []string
	if m.Status != http.StatusOK && m.Status != http.StatusPartialContent {
		return []string{fmt.Sprintf("answers HTTP %d; Bandwidth may get the same", m.Status)}
	}
	switch {
	case m.Size > MaxMediaBytes:
		w = append(w, fmt.Sprintf("is over Bandwidth's %.1f MB for a file", MaxMediaBytes/1e6))
	case m.Size > carriersBytes:
		w = append(w, "is over 1 MB, which some carriers refuse")
	case m.Size > HandsetMediaBytes:
		w = append(w, "is over 500 KB, which some handsets refuse")
	case m.Size < 0:
		w = append(w, "its size is unknown")
	}
	safe := []string{"image/jpeg", "image/jpg", "image/png", "image/gif"}
	switch {
	case m.Type == "":
		w = append(w, "its type is unknown")
	case strings.HasPrefix(m.Type, "text/html"):
		w = append(w, "is a web page, not a file")
	case !slices.Contains(safe, m.Type):
		w = append(w, "may not open on every phone; jpeg, png and gif do")
	}
	return w
}
