// Outside is a program of somebody else's, which the checks build outside of the repository
// against a copy that has an address.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/sandbox"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run sends one message to the sandbox, and has it recorded.
func run() error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	box, err := sandbox.New(ctx, sandbox.Config{})
	if err != nil {
		return err
	}
	api, err := box.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	auth, err := messaging.OAuth("sandbox", "sandbox", strings.TrimSuffix(api.BaseURL, sandbox.BasePath)+sandbox.TokenPath)
	if err != nil {
		return err
	}
	client, err := messaging.New(sandbox.DefaultAccountID, auth, messaging.WithBaseURL(api.BaseURL))
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "outside")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	o, err := outbox.Open(ctx, sqlite.At(filepath.Join(folder, "outbox.db")), outbox.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = o.Close() }()
	to, err := number.Parse("(919) 555-0101", "US")
	if err != nil {
		return err
	}
	batch, err := o.Plan(ctx, client, outbox.Plan{Messages: []messaging.Message{{
		From: sandbox.DefaultNumber, To: []string{to.E164}, Text: "Hello", ApplicationID: sandbox.DefaultApplicationID,
	}}})
	if err != nil {
		return err
	}
	result := batch.Send(ctx, 0)
	if result.Err != nil || result.Unrecorded != nil {
		return fmt.Errorf("%w, %w", result.Err, result.Unrecorded)
	}
	fmt.Println("accepted:", strings.Join(result.Receipt.To, " "))
	return nil
}
