package cli

import (
	"sync"
	"time"

	"telex/config"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
)

// A home is what is the user's: the file of profiles, which the environment leads to, and
// the outbox. It may be copied.
type home struct {
	env    config.Lookup
	now    func() time.Time
	output *say.Printer
}

// A sphere is what it takes to find out who sends, and to reach the API for them. It is
// for one run.
type sphere struct {
	home
	keyring config.Store
	asks    ask.Terminal
	agent   string // how telex names itself to the API
	// unlocked is the passphrase of the encrypted file, once the console's user gave it.
	unlocked unlocked
}

// An unlocked is the passphrase that the user gave in this run, so that it is asked for
// once. It stays in memory. Safe for concurrent use.
type unlocked struct {
	mu         sync.Mutex
	passphrase config.Secret
}

func (u *unlocked) get() config.Secret {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.passphrase
}

func (u *unlocked) set(passphrase config.Secret) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.passphrase = passphrase
}
