package outbox

import (
	"slices"
	"testing"
	"time"
)

// TestSchedule: who asks when it is time asks at these ages, and then no more.
func TestSchedule(t *testing.T) {
	var want []time.Duration
	for _, s := range []string{
		"2s", "5s", "10s", "20s", "40s", "1m", "2m", "3m", "4m", "5m", "6m", "7m", "8m", "9m", "10m",
		"20m", "30m", "40m", "50m", "1h", "1h10m", "1h20m", "1h30m", "1h40m", "1h50m", "2h", "2h10m", "2h20m", "6h",
		"24h", "48h", "72h", "96h", "120h", "144h", "168h", "192h", "216h", "240h", "264h", "288h", "312h", "335h",
	} {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, d)
	}
	var got []time.Duration
	for age := time.Duration(0); ; {
		next, ok := NextAsk(age)
		if !ok {
			break
		}
		if next <= age {
			t.Fatalf("after %s comes %s", age, next)
		}
		got, age = append(got, next), next
	}
	if !slices.Equal(got, want) {
		t.Errorf("asked at\n%v, want\n%v", got, want)
	}
}

// TestScheduleOffMark: who asks at another age goes on with the next mark that is not as
// good as reached.
func TestScheduleOffMark(t *testing.T) {
	for _, test := range []struct{ age, want time.Duration }{
		{-time.Hour, 2 * time.Second}, // the clock was put back
		{1400 * time.Millisecond, 2 * time.Second},
		{1600 * time.Millisecond, 5 * time.Second},
		{3 * time.Second, 5 * time.Second},
		{9 * time.Minute, 10 * time.Minute},
		{9*time.Minute + 50*time.Second, 20 * time.Minute},
		{2*time.Hour + 19*time.Minute, 6 * time.Hour},
		{5 * time.Hour, 6 * time.Hour},
		{5*time.Hour + 30*time.Minute, day},
		{13 * day, 14*day - time.Hour},
		{14*day - time.Hour, 0},
		{400 * day, 0},
	} {
		if got, ok := NextAsk(test.age); got != test.want || ok != (test.want != 0) {
			t.Errorf("NextAsk(%s) = %s, %t, want %s", test.age, got, ok, test.want)
		}
	}
}

// TestSpacing: beside a run that is sent, questions take a tenth of the time at most, but none
// is late for longer than longestSpacing.
func TestSpacing(t *testing.T) {
	a := &asking{Asker: &Asker{outbox: &Outbox{}}}
	if got := a.spacing(time.Minute); got != askSpacing {
		t.Errorf("with no run it rests for %v, want %v", got, askSpacing)
	}
	a.outbox.drains.Add(1)
	for took, want := range map[time.Duration]time.Duration{0: askSpacing, 500 * time.Millisecond: 4500 * time.Millisecond, time.Minute: longestSpacing} {
		if got := a.spacing(took); got != want {
			t.Errorf("beside a run it rests for %v after %v, want %v", got, took, want)
		}
	}
}
