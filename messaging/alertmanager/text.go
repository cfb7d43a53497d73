package alertmanager

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"telex/messaging/blank"
	"telex/messaging/segment"
)

// How much of a notification is in its text, in characters and pieces. Who is woken needs to
// know what to look at; Alertmanager has the rest.
const (
	mostName    = 40  // of a name or a value of a label
	mostWhy     = 200 // of an annotation
	mostKinds   = 3   // alerts of different names
	mostTargets = 2   // of one name
	mostWhys    = 2
	mostLabels  = 4
	mostText    = 2048 // of all of it, which is as much as the API takes
)

// targets are the labels that say where something is wrong, best first.
func targets() []string {
	return []string{"instance", "host", "hostname", "nodename", "node", "pod", "device", "service", "job"}
}

// whys are the annotations that say what is wrong, best first.
func whys() []string { return []string{"summary", "message", "title", "description"} }

// dull are labels that say how an alert came here, and not what it is about.
func dull() []string {
	return []string{"alertname", "prometheus", "prometheus_replica", "replica", "monitor", "endpoint", "container", "metrics_path", "alertgroup"}
}

// Text is the notification in few words: "FIRING DiskFull on db1, db2 (+3): /var is 91%
// full. severity=critical", or "RESOLVED DiskFull on db1". What still fires goes first. It is
// one line of at most 2,048 characters, and of those that have an equal in GSM-7 it has that.
func (n Notification) Text() string {
	var sentences []string
	if firing := n.in(Firing); len(firing) > 0 {
		said := "FIRING " + named(firing)
		if why := n.why(firing); why != "" { // of what is over it would be no longer true
			said += ": " + why
		}
		sentences = append(sentences, said)
	}
	if resolved := n.in(Resolved); len(resolved) > 0 {
		sentences = append(sentences, "RESOLVED "+named(resolved))
	}
	if n.Truncated > 0 {
		sentences = append(sentences, fmt.Sprintf("+%d alerts", n.Truncated))
	}
	if labels := n.labels(); labels != "" {
		sentences = append(sentences, labels)
	}
	text := sentences[0]
	for _, s := range sentences[1:] {
		text = strings.TrimSuffix(text, ".") + ". " + s
	}
	if cheaper := segment.Replace(text); utf8.RuneCountInString(cheaper) <= mostText {
		return cheaper
	}
	return text
}

// named names alerts: "DiskFull on db1, db2 (+3), CPUHot on web1 (+2 alerts)".
func named(alerts []Alert) string {
	var names []string
	of := map[string][]Alert{}
	for _, a := range alerts {
		name := cmp.Or(tidy(string(a.Labels["alertname"]), mostName), "an alert without a name")
		if of[name] == nil {
			names = append(names, name)
		}
		of[name] = append(of[name], a)
	}
	var said []string
	left := 0
	for i, name := range names {
		if i >= mostKinds {
			left += len(of[name])
			continue
		}
		said = append(said, name+where(of[name]))
	}
	text := strings.Join(said, ", ")
	if left > 0 {
		text += fmt.Sprintf(" (+%d alerts)", left)
	}
	return text
}

// where says where alerts of one name are: " on db1, db2 (+3)", or how many there are if
// nothing says it.
func where(alerts []Alert) string {
	var all []string
	for _, a := range alerts {
		if on := target(a); on != "" && !slices.Contains(all, on) {
			all = append(all, on)
		}
		if len(all) > maxTargetsCounted {
			break
		}
	}
	switch n := len(all); {
	case n == 0 && len(alerts) == 1:
		return ""
	case n == 0:
		return fmt.Sprintf(" x%d", len(alerts))
	case n > maxTargetsCounted: // it does not matter how many
		return fmt.Sprintf(" on %s (+%d or more)", strings.Join(all[:mostTargets], ", "), maxTargetsCounted-mostTargets)
	case n > mostTargets:
		return fmt.Sprintf(" on %s (+%d)", strings.Join(all[:mostTargets], ", "), n-mostTargets)
	}
	return " on " + strings.Join(all, ", ")
}

// maxTargetsCounted bounds the work of telling targets apart.
const maxTargetsCounted = 1000

// target says where an alert is, by the first label that gives a name, else by one that
// gives an address. A port is left out.
func target(a Alert) string {
	address := ""
	for _, label := range targets() {
		on := tidy(string(a.Labels[label]), mostName)
		if host, port, err := net.SplitHostPort(on); err == nil && host != "" {
			if _, err := strconv.ParseUint(port, 10, 16); err == nil {
				on = host
			}
		}
		switch _, err := netip.ParseAddr(on); {
		case on == "":
		case err != nil:
			return on
		default:
			address = cmp.Or(address, on)
		}
	}
	return address
}

// why says what is wrong: what all alerts say, or what the first few do.
func (n Notification) why(firing []Alert) string {
	if common := annotation(n.CommonAnnotations); common != "" {
		return common
	}
	var all []string
	for _, a := range firing {
		if why := annotation(a.Annotations); why != "" && !slices.Contains(all, why) {
			all = append(all, why)
		}
		if len(all) == mostWhys {
			break
		}
	}
	return strings.Join(all, "; ")
}

// annotation is the one that says what is wrong.
func annotation(all map[string]value) string {
	for _, name := range whys() {
		if why := tidy(string(all[name]), mostWhy); why != "" {
			return why
		}
	}
	return ""
}

// labels are those that all alerts have and that are not said already, the severity first.
func (n Notification) labels() string {
	const severity = "severity"
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(n.CommonLabels)), func(name string) bool {
		return name == severity || strings.HasPrefix(name, "__") || slices.Contains(targets(), name) || slices.Contains(dull(), name)
	})
	var said []string
	for _, name := range append([]string{severity}, names...) {
		label, v := tidy(name, mostName), tidy(string(n.CommonLabels[name]), mostName)
		if label != "" && v != "" && len(said) < mostLabels {
			said = append(said, label+"="+v)
		}
	}
	return strings.Join(said, ", ")
}

// tidy is what a message may have of a foreign text: what is seen of it, in one line of at
// most so many characters.
func tidy(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case blank.IsSpace(r), unicode.IsControl(r):
			return ' '
		case blank.IsHidden(r), r == utf8.RuneError, unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, bounded(s))
	s = strings.Join(strings.Fields(segment.Replace(s)), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:most-len(segment.Ellipsis)])) + segment.Ellipsis
}

// bounded is the beginning of a text that may be megabytes: what can be seen of it is taken
// from there.
func bounded(s string) string {
	const most = 16 << 10
	return s[:min(len(s), most)]
}
