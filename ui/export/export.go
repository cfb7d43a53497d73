// Package export writes messages to a file for a spreadsheet.
package export

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// A Written is the end of writing messages to a file.
type Written struct {
	Path string
	N    int // how many
	Err  error
}

// Words tell of it on the status line.
func (m Written) Words() page.Intent {
	if m.Err != nil {
		return page.Failed("not exported: " + text.Clean(m.Err.Error()))
	}
	return page.Done(text.Count(m.N, "message") + " written to " + text.Clean(m.Path))
}

// Name is what a file that is written at a time is called.
func Name(now time.Time) string { return "telex-" + now.Format("20060102-150405") + ".csv" }

// CSV writes messages to a new file that only the user may read, which it takes away
// again where that fails. Next gives some of them at a time, and none at the end. The error
// is [fs.ErrExist] if there is a file of that name.
func CSV(ctx context.Context, name string, zone *time.Location, next func() ([]outbox.Entry, error)) Written {
	path, err := place(name)
	if err != nil {
		return Written{Path: path, Err: err}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Written{Path: path, Err: err}
	}
	return fill(ctx, f, path, zone, next)
}

// Over is CSV in the place of a file, which stays as it is where that fails.
func Over(ctx context.Context, name string, zone *time.Location, next func() ([]outbox.Entry, error)) Written {
	path, err := place(name)
	if err != nil {
		return Written{Path: path, Err: err}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".telex-*.csv") // 0600
	if err != nil {
		return Written{Path: path, Err: err}
	}
	m := fill(ctx, f, f.Name(), zone, next)
	if m.Err == nil {
		if m.Err = os.Rename(f.Name(), path); m.Err != nil {
			m.Err = errors.Join(m.Err, os.Remove(f.Name()))
		}
	}
	m.Path = path
	return m
}

// place is the file that a name means: "~/" is the home of the user. What stands there and
// is no file of its own, as a folder or a device, is not written to.
func place(name string) (string, error) {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return name, err //nolint:wrapcheck // it says all
		}
		name = filepath.Join(home, rest)
	}
	if strings.TrimSpace(name) == "" {
		return name, errors.New("give the file a name")
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return name, err //nolint:wrapcheck // it says all
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return path, fmt.Errorf("%s is a folder or a device: give the file another name", path)
	}
	return path, nil
}

// fill writes messages to a file and closes it. It is taken away where that fails.
func fill(ctx context.Context, f *os.File, path string, zone *time.Location, next func() ([]outbox.Entry, error)) Written {
	m := Written{Path: path}
	w := csv.NewWriter(f)
	m.Err = w.Write([]string{"id", "created_at", "state", "from", "to", "text", "tag", "segments", "error_code", "error", "message_id"})
	for m.Err == nil {
		var entries []outbox.Entry
		if entries, m.Err = next(); m.Err != nil || len(entries) == 0 {
			break
		}
		for _, e := range entries {
			m.N++
			m.Err = errors.Join(m.Err, w.Write(record(e, zone)))
		}
		m.Err = errors.Join(m.Err, ctx.Err())
	}
	w.Flush()
	if m.Err = errors.Join(m.Err, w.Error(), f.Close()); m.Err != nil {
		m.Err = errors.Join(m.Err, os.Remove(path))
	}
	return m
}

// record is a message as a row of the file.
func record(e outbox.Entry, zone *time.Location) []string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	m := e.Message
	to := make([]string, len(m.To))
	for i, n := range m.To {
		to[i] = list.GuardNumber(n)
	}
	return []string{
		fmt.Sprint(e.ID), e.Created.In(zone).Format(time.RFC3339), words.State(e), list.GuardNumber(m.From), strings.Join(to, " "),
		list.Guard(m.Text), list.Guard(m.Tag), number(e.SegmentCount), number(e.ErrorCode), list.Guard(e.Error), list.Guard(e.MessageID),
	}
}
