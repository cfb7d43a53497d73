package ui

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// chances is how often something is tried that must not depend on which of several
// channels a select takes when all are ready: by chance it is right once in 2^64.
const chances = 64

// TestSignalAndInputAtOnce: a line that drops ends the input and sends a signal, and the
// signal is what counts.
func TestSignalAndInputAtOnce(t *testing.T) {
	for range chances {
		lines, ends := make(chan string), make(chan os.Signal, 1)
		close(lines)
		ends <- syscall.SIGHUP
		var out lockedBuffer
		p := newPlain(Deps{}, testNow, &out, lines, ends)
		if _, err := p.ask("Text", ""); !errors.Is(err, errGone) || !p.gone {
			t.Fatalf("got %v, gone %v; want %v, and the terminal known to be gone", err, p.gone, errGone)
		}
	}
}

// TestSignalAndOutcomeAtOnce: what came of a message is told, and no other is begun.
func TestSignalAndOutcomeAtOnce(t *testing.T) {
	for range chances {
		events, ends := make(chan runEvent, 1), make(chan os.Signal, 1)
		events <- runEvent{}
		close(events)
		ends <- syscall.SIGTERM
		var out lockedBuffer
		p, b := newPlain(Deps{}, testNow, &out, nil, ends), &batch{cancel: func() {}}
		told := 0
		signalled := p.follow(b, events, func(runEvent) {
			if told++; !b.cancelled {
				t.Error("told of a message while the next one may begin, though the signal is there")
			}
		})
		if told != 1 || !b.cancelled || !errors.Is(signalled, errGone) {
			t.Fatalf("told of %d, cancelled %v, %v; want 1, and the batch ended by the signal", told, b.cancelled, signalled)
		}
	}
}

// TestThereWhenTimeIsOver: what came is taken, however late it is looked at.
func TestThereWhenTimeIsOver(t *testing.T) {
	for range chances {
		over, coming := make(chan time.Time, 1), make(chan int, 1)
		over <- testNow()
		coming <- 7
		if got, ok := within(over, coming); got != 7 || !ok {
			t.Fatalf("got %d, %v; want the 7 that is there", got, ok)
		}
	}
	over := make(chan time.Time, 1)
	over <- testNow()
	if got, ok := within(over, make(chan int)); ok {
		t.Errorf("got %d of a channel that has nothing", got)
	}
}
