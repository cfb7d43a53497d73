package alertmanager

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"telex/messaging/segment"
)

// posted is what Alertmanager 0.25 posted of two alerts that fire and one that is over.
const posted = `{"receiver":"sms","status":"firing","alerts":[
{"status":"firing","labels":{"alertname":"DiskFull","cluster":"eu","instance":"db1:9100","severity":"critical"},"annotations":{"summary":"/var is 91% full"},"startsAt":"2026-11-26T03:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus:9090/graph","fingerprint":"58f6f1ef5bcc64b7"},
{"status":"firing","labels":{"alertname":"DiskFull","cluster":"eu","instance":"db2:9100","severity":"critical"},"annotations":{"summary":"/var is 95% full"},"startsAt":"2026-11-26T03:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"af4b5b4d1bdbb4a5"},
{"status":"resolved","labels":{"alertname":"DiskFull","cluster":"eu","instance":"db3:9100","severity":"critical"},"annotations":{"summary":"/var is 90% full"},"startsAt":"2026-11-26T02:00:00Z","endsAt":"2026-11-26T03:00:00Z","generatorURL":"","fingerprint":"bf4b5b4d1bdbb4a5"}],
"groupLabels":{"alertname":"DiskFull"},"commonLabels":{"alertname":"DiskFull","cluster":"eu","severity":"critical"},"commonAnnotations":{},"externalURL":"http://alertmanager:9093","version":"4","groupKey":"{}:{alertname=\"DiskFull\"}","truncatedAlerts":0}`

func read(t *testing.T, body string) Notification {
	t.Helper()
	n, err := Read(strings.NewReader(body))
	if err != nil {
		t.Fatalf("Read(%s) = %v, want nil", body, err)
	}
	return n
}

func TestPosted(t *testing.T) {
	t.Parallel()
	n := read(t, posted)
	want := "FIRING DiskFull on db1, db2: /var is 91% full; /var is 95% full. RESOLVED DiskFull on db3. severity=critical, cluster=eu"
	if got := n.Text(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if n.Key() != `{}:{alertname="DiskFull"} firing` {
		t.Errorf("its key is %q, want that of the group, and its status", n.Key())
	}
}

// labelled is a notification of alerts with labels, in a status.
func labelled(status string, common string, alerts ...string) string {
	for i, a := range alerts {
		alerts[i] = `{"status":"` + status + `","labels":{` + a + `},"annotations":{"summary":"it hurts"}}`
	}
	return `{"version":"4","groupKey":"k","status":"` + status + `","commonLabels":{` + common + `},"alerts":[` + strings.Join(alerts, ",") + `]}`
}

func TestText(t *testing.T) {
	t.Parallel()
	on := func(name, instance string) string {
		t.Helper()
		both, err := json.Marshal([]string{name, instance})
		if err != nil {
			t.Fatal(err)
		}
		return `"alertname":` + strings.Replace(strings.Trim(string(both), "[]"), `,`, `,"instance":`, 1)
	}
	for name, test := range map[string]struct{ body, want string }{
		"one":              {labelled(Firing, "", on("Down", "web1:80")), "FIRING Down on web1: it hurts"},
		"five":             {labelled(Firing, "", on("Down", "a"), on("Down", "b"), on("Down", "c"), on("Down", "d"), on("Down", "e")), "FIRING Down on a, b (+3): it hurts"},
		"one target twice": {labelled(Firing, "", on("Down", "a:1"), on("Down", "a:2")), "FIRING Down on a: it hurts"},
		"several names":    {labelled(Firing, "", on("A", "x"), on("B", "y"), on("A", "z"), on("C", "x"), on("D", "x"), on("E", "x")), "FIRING A on x, z, B on y, C on x (+2 alerts): it hurts"},
		"no target":        {labelled(Firing, "", `"alertname":"A"`, `"alertname":"A"`), "FIRING A x2: it hurts"},
		"no name":          {labelled(Firing, "", `"x":"y"`), "FIRING an alert without a name: it hurts"},
		"a pod, not an IP": {labelled(Firing, "", `"alertname":"Loop","instance":"10.0.0.7:8080","pod":"web-1"`), "FIRING Loop on web-1: it hurts"},
		"only an IP":       {labelled(Firing, "", on("Down", "10.0.0.7:8080")), "FIRING Down on 10.0.0.7: it hurts"},
		"IPv6":             {labelled(Firing, "", `"alertname":"Down","instance":"[2001:db8::1]:80"`), "FIRING Down on 2001:db8::1: it hurts"},
		"over":             {labelled(Resolved, `"severity":"page"`, on("Down", "a")), "RESOLVED Down on a. severity=page"},
		"labels":           {labelled(Firing, `"zone":"z","alertname":"Down","b":"1","c":"2","severity":"page","job":"x","d":"","__x":"1"`, on("Down", "a")), "FIRING Down on a: it hurts. severity=page, b=1, c=2, zone=z"},
		"numbers":          {labelled(Firing, `"n":5`, `"alertname":7,"instance":null`), "FIRING 7: it hurts. n=5"},
		"hostile":          {labelled(Firing, "", on("Do\u202ewn\u001b(2J\x7f", "a\nb\u200b")), "FIRING Down (2J on a b: it hurts"},
		"quotes":           {labelled(Firing, `"note":"it’s “on” – fire…"`, on("Down", "a")), `FIRING Down on a: it hurts. note=it's "on" - fire...`},
		"left out":         {strings.Replace(labelled(Firing, "", on("Down", "a")), `{"version"`, `{"truncatedAlerts":12,"version"`, 1), "FIRING Down on a: it hurts. +12 alerts"},
	} {
		if got := read(t, test.body).Text(); got != test.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, test.want)
		}
	}
}

func TestMostIsLeftOut(t *testing.T) {
	t.Parallel()
	var alerts []string
	for i := range 5000 {
		alerts = append(alerts, fmt.Sprintf(`"alertname":"%[2]d%[1]s","instance":"%[3]d%[4]s"`, strings.Repeat("n", 100), i%5, i, strings.Repeat("i", 100)))
	}
	got := read(t, labelled(Firing, `"severity":"`+strings.Repeat("…", 5000)+`"`, alerts...)).Text()
	if c := segment.Of(got); c.Segments > 5 || !strings.Contains(got, "(+2000 alerts)") || !strings.Contains(got, "nnn... on 0iii") {
		t.Errorf("got %d segments, want few\n%s", c.Segments, got)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"":            "is empty",
		"{":           "is not the JSON of an Alertmanager webhook",
		"[]":          "is not the JSON",
		"null":        "version",
		"{}":          "version",
		"FIRING":      "is not the JSON",
		posted + "{}": "is not the JSON",
		strings.Replace(posted, `"version":"4"`, `"version":"5\u001b[2J"`, 1):               `has version "5 [2J"`,
		strings.Replace(posted, `"status":"firing","alerts"`, `"status":"odd","alerts"`, 1): `has status "odd"`,
		strings.Replace(posted, `"groupKey"`, `"key"`, 1):                                   "has no groupKey",
		`{"version":"4","groupKey":"k","status":"firing","alerts":[]}`:                      "has no alerts",
		strings.Repeat(" ", mostBytes+1):                                                    "max_alerts",
	} {
		if _, err := Read(strings.NewReader(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%.60q) = %v, want %q", body, err, want)
		}
	}
}

// FuzzText: whatever comes, the text fits a message, is one line, and drives no terminal.
func FuzzText(f *testing.F) {
	f.Add(posted)
	f.Add(labelled(Resolved, `"severity":"…"`, `"alertname":"A"`, `"instance":"\u202e"`))
	f.Add(`{"version":"4","groupKey":"k","status":"firing","truncatedAlerts":9223372036854775807,"alerts":[{}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		n, err := Read(strings.NewReader(body))
		if err != nil {
			if !json.Valid([]byte(body)) && strings.Contains(err.Error(), "version") {
				t.Errorf("no JSON at all is refused for its version: %v", err)
			}
			return
		}
		text := n.Text()
		if utf8.RuneCountInString(text) > mostText || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || strings.TrimSpace(text) == "" {
			t.Errorf("got %d characters: %q", utf8.RuneCountInString(text), text)
		}
		if !strings.HasPrefix(text, "FIRING ") && !strings.HasPrefix(text, "RESOLVED ") {
			t.Errorf("%q does not begin with what happened", text)
		}
	})
}
