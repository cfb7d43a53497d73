package messaging

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

func mediaProblems(media []string) Problems {
	var ps Problems
	if len(media) > MaxMediaFiles {
		ps = append(ps, Problem{FieldMedia, -1, "", fmt.Sprintf("has %d files, but a message takes at most %d", len(media), MaxMediaFiles)})
	}
	for i, s := range media {
		if why := mediaURLProblem(s); why != "" {
			ps = append(ps, Problem{FieldMedia, i, withoutPassword(s), why})
		}
	}
	return ps
}

// mediaURLProblem says why s cannot be a media URL; "" if it can.
func mediaURLProblem(s string) string {
	if n := utf8.RuneCountInString(s); n > MaxMediaURLChars {
		return fmt.Sprintf("has %d characters, %d more than the %d allowed", n, n-MaxMediaURLChars, MaxMediaURLChars)
	}
	if strings.HasSuffix(s, "\r") {
		return "ends in a carriage return, as lists from Windows have it; leave it out"
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return "holds a space or control character; write it as %20 or leave it out"
	}
	if !utf8.ValidString(s) {
		return "is not valid UTF-8"
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "is not a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "is not a link starting with https://; Bandwidth fetches the file from there"
	case u.Hostname() == "":
		return "names no host"
	case u.User != nil:
		return "holds a user name or password, which Bandwidth and the history would keep; use a link that works without"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "has port " + port + ", but ports go from 1 to 65535"
		}
	}
	return ""
}

// withoutPassword is a media URL without the user and password in it, if it has any,
// for they are not to be shown.
func withoutPassword(s string) string {
	scheme, rest, ok := strings.Cut(s, "//")
	if !ok {
		return s
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		return scheme + "//…" + rest[at:]
	}
	return s
}

// mediaURLDoubts are what may keep Bandwidth from getting what s, a valid media URL,
// leads to. They do not look at the network.
func mediaURLDoubts(s string) []string {
	u, err := url.Parse(s)
	if err != nil {
		return nil
	}
	var doubts []string
	add := func(doubt string) {
		if doubt != "" {
			doubts = append(doubts, doubt)
		}
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	add(hostDoubt(host))
	add(pageDoubt(host, u))
	if u.Fragment != "" {
		add("has #" + u.Fragment + ", which is not part of what is fetched")
	}
	if path := s[strings.Index(s, u.Host)+len(u.Host):]; strings.ContainsFunc(path, func(r rune) bool { return r >= utf8.RuneSelf }) {
		add("has characters beyond ASCII in its path; write it as " + u.EscapedPath())
	}
	return doubts
}

// cannotFetch is part of what is said of a host that Bandwidth can never reach.
const cannotFetch = "Bandwidth cannot fetch the file"

// IsOutOfReach reports whether a media URL is of a host that only this machine or network
// has, or nobody, as its address or name says: Bandwidth can never fetch the file. It does
// not look at the network.
func IsOutOfReach(mediaURL string) bool {
	u, err := url.Parse(mediaURL)
	return err == nil && strings.Contains(hostDoubt(strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))), cannotFetch)
}

// hostDoubt says why Bandwidth cannot get at a host, in lower case; "" if it may.
func hostDoubt(host string) string {
	const onlyHere = ": " + cannotFetch + ", which only this machine or network can reach"
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap().WithZone("")
		switch {
		case ip.IsLoopback():
			return "is on a loopback address" + onlyHere
		case ip.IsPrivate(), sharedSpace.Contains(ip):
			return "is on a private address" + onlyHere
		case ip.IsLinkLocalUnicast():
			return "is on a link-local address" + onlyHere
		case !ip.IsGlobalUnicast():
			return "is on an address of no host on the internet: " + cannotFetch
		}
		return ""
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	switch {
	case strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }):
		return "has characters beyond ASCII in its host; write that in Punycode (xn--…)"
	case strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x"):
		return "has no host name nor address in the usual form; Bandwidth may not find it"
	case last == "localhost":
		return "is on a loopback address" + onlyHere
	case len(labels) == 1:
		return "is on a host without a domain" + onlyHere
	}
	for _, end := range localDomains {
		if strings.HasSuffix(host, end) {
			return "is on a " + end + " host" + onlyHere
		}
	}
	return ""
}

// localDomains are the domains that the internet does not have. Sources: RFC 6761,
// RFC 6762 and its appendix G, RFC 8375, RFC 2606, and ICANN's reservation of internal.
var localDomains = []string{".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".home.arpa", ".private", ".test", ".invalid"}

// sharedSpace is what providers use behind their own translation. Source: RFC 6598.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// pageDoubt recognises the page about a file that some stores give in place of the
// file; "" if it is none that is known.
func pageDoubt(host string, u *url.URL) string {
	switch {
	case host == "drive.google.com" && (strings.HasPrefix(u.Path, "/file/") || strings.HasPrefix(u.Path, "/open")),
		host == "docs.google.com", host == "photos.google.com", host == "photos.app.goo.gl":
		return "is a page of Google about the file, not the file itself"
	case (host == "www.dropbox.com" || host == "dropbox.com") && u.Query().Get("dl") != "1" && u.Query().Get("raw") != "1":
		return "is a page of Dropbox about the file; with dl=1 in place of dl=0 it is the file itself"
	case host == "1drv.ms", host == "onedrive.live.com", host == "www.icloud.com" && strings.HasPrefix(u.Path, "/iclouddrive"):
		return "is a page about the file, not the file itself"
	}
	return ""
}
