package who

import (
	"sync"
	"time"

	"telex/config"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/trace"
)

// A Home is what is the user's: the file of profiles, which the environment leads to, and
// the outbox. It may be copied.
type Home struct {
	Env    config.Lookup
	Now    func() time.Time
	Output *say.Printer
	Trace  *trace.Trace // nil tells nothing
	Run    *Run         // nil is the zero value
}

// A World is what it takes to find out who sends, and to reach the API for them. It is
// for one run.
type World struct {
	Home
	Keyring config.Store
	Work    int // of an encrypted file that is written; see [config.EncryptedFileOptions]
	Asks    ask.Terminal
	Agent   string // how telex names itself to the API
	// Unlocked is the passphrase of the encrypted file, once the console's user gave it.
	Unlocked Unlocked
}

// An Unlocked is the passphrase that the user gave in this run, so that it is asked for
// once. It stays in memory. Safe for concurrent use.
type Unlocked struct {
	mu         sync.Mutex
	passphrase config.Secret
}

func (u *Unlocked) get() config.Secret {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.passphrase
}

// Set keeps what the user gave.
func (u *Unlocked) Set(passphrase config.Secret) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.passphrase = passphrase
}
