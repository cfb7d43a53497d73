// Package alertmanager reads what Prometheus Alertmanager posts to a webhook, and makes of
// it a text that fits a message: what fires and where first, then why, then its labels.
//
// Source: prometheus.io/docs/alerting/latest/configuration, webhook_config, version 4.
//
// Nothing here keeps state: every function may be called concurrently.
package alertmanager

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// The statuses of a notification and of an alert.
const (
	Firing   = "firing"
	Resolved = "resolved"
)

// version is the version of the format that is read.
const version = "4"

// mostBytes bounds what is read: some thousand alerts.
const mostBytes = 8 << 20

// A Notification is one about a group of alerts. Its strings are as they came, from whoever
// writes rules, labels and targets.
type Notification struct {
	GroupKey          value            `json:"groupKey"`
	Status            value            `json:"status"` // Firing if any alert does
	Alerts            []Alert          `json:"alerts"`
	Truncated         int              `json:"truncatedAlerts"` // how many were left out
	CommonLabels      map[string]value `json:"commonLabels"`
	CommonAnnotations map[string]value `json:"commonAnnotations"`
	Version           value            `json:"version"`
}

// An Alert is one of a group.
type Alert struct {
	Status      value            `json:"status"`
	Labels      map[string]value `json:"labels"`
	Annotations map[string]value `json:"annotations"`
}

// A value is text, or whatever else stands in its place, as JSON.
type value string

// UnmarshalJSON takes any value.
func (v *value) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*v = value(s)
	return nil
}

// Read reads one notification, which is all that r has. The error says what is wrong with
// it in words that go on after the name of where it came from.
func Read(r io.Reader) (Notification, error) {
	var n Notification
	body, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return n, fmt.Errorf("cannot be read: %w", err)
	}
	if len(body) > mostBytes {
		return n, fmt.Errorf("is larger than %d MiB; max_alerts in webhook_configs makes it smaller", mostBytes>>20)
	}
	if len(body) == 0 {
		return n, errors.New("is empty, where the JSON of an Alertmanager webhook was expected")
	}
	if err := json.Unmarshal(body, &n); err != nil {
		return n, fmt.Errorf("is not the JSON of an Alertmanager webhook: %w", err)
	}
	switch {
	case n.Version != version:
		return n, fmt.Errorf("has version %s, and only version %s of Alertmanager's webhook is understood", strconv.Quote(tidy(string(n.Version), mostName)), version)
	case n.Status != Firing && n.Status != Resolved:
		return n, fmt.Errorf("has status %s, which is neither %s nor %s", strconv.Quote(tidy(string(n.Status), mostName)), Firing, Resolved)
	case n.GroupKey == "":
		return n, errors.New("has no groupKey")
	case len(n.Alerts) == 0:
		return n, errors.New("has no alerts")
	}
	return n, nil
}

// Key is the same for all notifications about one group in one status.
func (n Notification) Key() string { return string(n.GroupKey) + " " + string(n.Status) }

// in are the alerts of a status. What has another one, or none, is as its group.
func (n Notification) in(status value) []Alert {
	return slices.DeleteFunc(slices.Clone(n.Alerts), func(a Alert) bool {
		own := a.Status
		if own != Firing && own != Resolved {
			own = n.Status
		}
		return own != status
	})
}
