package listen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/ui/cli/service"
)

// The limits of the server; those of a body and of recording are the handler's.
const (
	headerTime = 5 * time.Second
	idleTime   = time.Minute // of a connection kept open, as proxies do
	// Nobody needs longer: a body, the recording, and a short answer.
	answerTime  = callback.BodyTime + callback.ReceiveTime + headerTime
	headerBytes = 16 << 10
	// stopTime is for the callbacks under way when telex is stopped: none takes longer.
	stopTime = callback.BodyTime + callback.ReceiveTime
	// lineTime is for the lines that are not printed yet then.
	lineTime = 2 * time.Second
)

// Run serves the sockets until ctx ends, answers what has begun, and says how it went.
func (l *Listener) Run(ctx context.Context, o *outbox.Outbox) error {
	l.o = o
	server := &http.Server{
		Handler:           l.prober.offer(l.handler),
		ReadHeaderTimeout: headerTime,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		// The context of a request outlives ctx, so that what has begun is recorded.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ErrorLog:    log.New(io.Discard, "", 0),
	}
	l.startFeeds()
	defer func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), lineTime)
		defer cancel()
		l.endFeeds(within.Done())
	}()
	since, err := l.gap(ctx) // before anything is heard
	served := make(chan error, len(l.sockets))
	var addresses []string
	for _, s := range l.sockets {
		addresses = append(addresses, addressOf(s.Addr()))
		go func() { served <- server.Serve(s) }()
	}
	l.introduce(addresses)
	l.tell(ctx, service.Ready+"\nSTATUS=listening")
	besides, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { l.checkGap(besides, since, err) })
	running.Go(func() { l.askOn(besides) })
	running.Go(func() { l.answer(besides) })
	running.Go(func() { l.probe(besides) })
	defer running.Wait()
	defer stop()
	select {
	case err := <-served:
		return errors.Join(fmt.Errorf("listen: %w", err), server.Close())
	case <-ctx.Done():
	}
	last := context.WithoutCancel(ctx)
	l.tell(last, service.Stopping)
	within, cancel := context.WithTimeout(last, stopTime)
	defer cancel()
	if err := server.Shutdown(within); err != nil {
		l.say("warning: some callbacks were cut off before they were recorded; Bandwidth posts them again")
		_ = server.Close() // that is what was said
	}
	return nil
}

// tell tells the service manager, which is no reason not to go on.
func (l *Listener) tell(ctx context.Context, words string) {
	if err := service.Notify(ctx, l.Env, words); err != nil {
		l.say("warning: systemd cannot be told about telex: %v", err)
	}
}

// probe probes the public address, if there is one.
func (l *Listener) probe(ctx context.Context) {
	if l.prober.url == "" {
		return
	}
	_ = l.prober.run(ctx) // it says all
}

// addressOf is a socket's address as people use it.
func addressOf(a net.Addr) string {
	if a.Network() == "tcp" {
		return "http://" + a.String()
	}
	return a.Network() + ":" + a.String()
}
