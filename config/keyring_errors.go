package config

import (
	"errors"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"

	"github.com/zalando/go-keyring"
)

// What keyrings say, in the words of whoever has to do something about it.

const (
	storeIt     = "store the secret: telex login"
	useFile     = "to keep it in a file: telex login --store file"
	orFile      = ", or keep it in a file: telex login --store file"
	unlockFirst = "unlock it on the desktop of this machine" + orFile
	// there is what to do where a secret is to go: no other store can take it away.
	there = "its secret can be removed only where the keyring can be used, or by the system's own program for it"
)

// named is a failure of a store with the profile in the command that it leads to.
func named(err error, key Key) error {
	e, ok := errors.AsType[*StoreError](err)
	if !ok || key.Profile == "" {
		return err
	}
	for _, command := range []string{storeIt, useFile, orFile} {
		if strings.HasSuffix(e.Next, command) {
			e.Next += " --profile " + key.Profile
			break
		}
	}
	return err
}

// A blocked keyring is one that is not to be called now.
type blocked struct {
	what, next string
	err        error
}

func (e *blocked) Error() string { return e.what }
func (e *blocked) Unwrap() error { return e.err }

// explain says what a failed call of the keyring of a system means and what to do,
// and returns the sentinel for it, or the error itself if there is none.
func explain(system string, err error) (what, next string, cause error) {
	if b, ok := errors.AsType[*blocked](err); ok {
		return b.what, b.next, b.err
	}
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return "it holds nothing for this profile and account", storeIt, ErrNotStored
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return "the secret is too long for it", useFile, err
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return "telex cannot use this system's keyring", useFile, ErrUnavailable
	case errors.Is(err, errNotKept):
		return "it took the secret but does not return it", useFile, err
	case errors.Is(err, errNonsense):
		return errNonsense.Error(), useFile, err
	}
	switch system {
	case "darwin":
		return explainKeychain(err)
	case "windows":
		return explainWindows(err)
	}
	if strings.Contains(err.Error(), "failed to unlock correct collection") {
		return "it is locked, and was not unlocked when it asked for its password", unlockFirst, ErrLocked
	}
	return "it failed: " + err.Error(), useFile, err
}

// explainKeychain explains the exit codes of macOS's security program, which are the
// low bytes of the codes in
// https://developer.apple.com/documentation/security/security-framework-result-codes
func explainKeychain(err error) (what, next string, cause error) {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound) {
			return "the program security of macOS is not there", useFile, ErrUnavailable
		}
		return "it failed: " + err.Error(), useFile, err
	}
	switch exit.ExitCode() {
	case 36: // errSecInteractionNotAllowed
		return "it is locked, as it is in SSH sessions", "run security unlock-keychain and try again" + orFile, ErrLocked
	case 44: // errSecItemNotFound
		return "it holds nothing for this profile and account", storeIt, ErrNotStored
	case 51: // errSecAuthFailed
		return "it refused: the password was wrong, or the entry is not telex's to use",
			"allow it in Keychain Access, under the access control of the entry" + orFile, ErrLocked
	case 128: // userCanceledErr
		return "its question was answered No", "try again and allow it" + orFile, ErrLocked
	}
	return "the program security of macOS failed: " + exit.String(), useFile, err
}

// noLogonSession is Windows' ERROR_NO_SUCH_LOGON_SESSION.
const noLogonSession = syscall.Errno(1312)

// explainWindows explains what Windows' credential manager says.
func explainWindows(err error) (what, next string, cause error) {
	if errors.Is(err, noLogonSession) || strings.Contains(err.Error(), "logon session does not exist") {
		return "this session has no credential manager, as is usual over SSH with a key",
			"log on with a password or at the desktop" + orFile, ErrUnavailable
	}
	return "it failed: " + err.Error(), useFile, err
}
