package account

import (
	"context"
	"io"

	"telex/messaging"
)

// Sender creates messages.
type Sender interface {
	Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error)
}

// Lister tells what became of messages.
type Lister interface {
	List(ctx context.Context, q messaging.Query) (*messaging.Page, error)
}

// Files are those that Bandwidth stores for an account.
type Files interface {
	// MediaName is the name of a file by its address; ok is false for an address that is
	// not of this account.
	MediaName(address string) (name string, ok bool)
	// Download writes a file to w, 5 MB of it at most.
	Download(ctx context.Context, name string, w io.Writer) (contentType string, err error)
}

// Uploads are how files get to Bandwidth for an account.
type Uploads interface {
	// MediaURL is the address of a file by its name, whether it is there or not.
	MediaURL(name string) string
	// Upload stores a file.
	Upload(ctx context.Context, name, contentType string, content []byte) error
}

// A Link is a way to the API for one account.
type Link struct {
	Sender  Sender
	Lister  Lister                                  // nil: deliveries are not followed
	Curl    func(messaging.Message) (string, error) // the shell command equal to a send, without its secret
	Files   Files                                   // nil: none can be fetched
	Uploads Uploads                                 // nil: files of this machine cannot be sent
	BaseURL string
	// Warnings are told once; they need not be clean.
	Warnings []string
	// Close ends what was started for the link; nil if there is nothing to end.
	Close func()
}

// Stores reports whether the address of a file is that of one which the account has there.
func (l Link) Stores(address string) bool {
	if l.Files == nil {
		return false
	}
	_, ok := l.Files.MediaName(address)
	return ok
}

// Typed is what somebody typed that is secret. A function hides it from whatever
// prints what holds it. Nil is nothing.
type Typed func() string

// Value is what was typed; "" for nothing.
func (t Typed) Value() string {
	if t == nil {
		return ""
	}
	return t()
}

// An AskError means that a link needs something that only a person knows: a
// passphrase, or a secret that is kept nowhere. The call that failed with it may be
// made again with what was typed.
type AskError struct {
	What string // that is asked for: "the passphrase of …"; it need not be clean
	Why  string // what was wrong with what was typed before; "" if nothing was
}

func (e *AskError) Error() string {
	if e.Why != "" {
		return e.What + " is needed: " + e.Why
	}
	return e.What + " is needed"
}
