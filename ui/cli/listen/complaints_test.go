package listen

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"telex/messaging/callback"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// TestComplaints: what goes wrong in the same way a thousand times is said once a minute,
// with how often, and each way for itself.
func TestComplaints(t *testing.T) {
	now := time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	errs := clitest.NewPaper()
	c := &complaints{say: say.NewPrinter(clitest.NewPaper(), errs).Say, now: func() time.Time { return now }, own: "MINE", said: map[int]time.Time{}, unsaid: map[int]int{}}
	post := httptest.NewRequest(http.MethodPost, "/", nil)
	for range 1000 {
		c.answered(post, 401, callback.ErrCredentials)
	}
	full := errors.New("the disk is full")
	for range 3 {
		c.answered(post, 503, full)
	}
	now = now.Add(quiet)
	c.answered(post, 401, callback.ErrCredentials)
	c.answered(httptest.NewRequest(http.MethodGet, "/", nil), 200, nil)
	c.answered(post, 200, nil)
	c.answered(post, 200, nil)
	own := httptest.NewRequest(http.MethodPost, "/", nil)
	own.Header.Set(probeHeader, "MINE")
	now = now.Add(quiet)
	c.answered(own, 401, callback.ErrCredentials)
	c.answered(post, 413, callback.ErrTooLarge)
	c.answered(post, 405, errors.New(`method "PUT" is not served`))
	want := []string{
		"listen: refused a post without the right user name and password (from 192.0.2.1)",
		"  the application's callback credentials have to be those of --user",
		"listen: a callback could not be recorded, so it was refused and comes again: the disk is full (from 192.0.2.1)",
		"listen: refused a post without the right user name and password, and 999 more before (from 192.0.2.1)",
		"  the application's callback credentials have to be those of --user",
		"listen: recording again",
		"listen: refused a post that is too large for callbacks (from 192.0.2.1)",
		`listen: refused: method "PUT" is not served (from 192.0.2.1)`,
	}
	if got := strings.TrimSpace(errs.String()); got != strings.TrimSpace(strings.Join(want, "\n")) {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// TestOutputTakesNothing: while nobody reads what telex prints, callbacks are answered all the
// same, those that are complained of too, and telex ends.
func TestOutputTakesNothing(t *testing.T) {
	stuck, reached := make(chan struct{}), make(chan struct{})
	defer close(stuck)
	l := &Listener{World: &who.World{Home: who.Home{Now: time.Now, Output: say.NewPrinter(stopped{reached, stuck}, clitest.NewPaper())}}}
	l.complaints = &complaints{say: l.say, now: time.Now, own: "MINE", said: map[int]time.Time{}, unsaid: map[int]int{}}
	l.startFeeds()
	l.feed.Add("what was recorded")
	<-reached // the printer is held from now on
	post := httptest.NewRequest(http.MethodPost, "/", nil)
	l.complaints.answered(post, 401, callback.ErrCredentials)
	l.complaints.answered(post, 503, errors.New("the disk is full"))
	l.complaints.answered(post, 200, nil)
	tooLong := make(chan struct{})
	close(tooLong)
	l.endFeeds(tooLong)
}

// stopped is an output that nobody reads, such as a terminal after ctrl+s.
type stopped struct {
	reached chan<- struct{}
	stuck   <-chan struct{}
}

func (s stopped) Write(b []byte) (int, error) {
	close(s.reached)
	<-s.stuck
	return len(b), nil
}
