package config

import "context"

// EnvPassphrase is the environment variable that holds the passphrase of the encrypted
// file, for runs that nobody attends. With "_FILE" behind it, it names a file that
// holds the passphrase.
const EnvPassphrase = "TELEX_PASSPHRASE"

// passphraseTries is how often a passphrase is asked for before it is given up.
const passphraseTries = 3

// A PassphraseQuestion is what is asked when the encrypted file is to be opened or made.
type PassphraseQuestion struct {
	Path  string // of the file
	New   bool   // there is no file yet: what is answered becomes its passphrase, so ask for it twice
	Again bool   // the answer before was wrong
}

// AskPassphrase asks the user. An error means that there is no answer, and says why.
type AskPassphrase func(ctx context.Context, q PassphraseQuestion) (Secret, error)

// unattended is the passphrase from the environment; the empty Secret if it has none.
// The error says what is wrong with what it has.
func unattended(env Lookup) (passphrase Secret, warning string, err error) {
	return secretIn(env, EnvPassphrase)
}
