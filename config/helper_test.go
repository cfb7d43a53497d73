package config

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// What a helper process is told.
const (
	helperVariable   = "CONFIG_HELPER"
	argumentVariable = "CONFIG_ARGUMENT"
)

// TestMain runs the tests, or one of the helper processes that they start.
func TestMain(m *testing.M) {
	usualUmask()
	if name := os.Getenv(helperVariable); name != "" {
		os.Exit(helper(name))
	}
	os.Exit(m.Run())
}

// helpers are what a helper process can do.
var helpers = map[string]func(ctx context.Context, argument string) error{
	"keyring":  helpKeyring,
	"bare":     helpBare,
	"filesize": helpFileSize,
	"writing":  helpWriting,
	"load":     helpLoad,
}

// helper runs one and returns the exit code.
func helper(name string) int {
	if err := helpers[name](context.Background(), os.Getenv(argumentVariable)); err != nil {
		say("error %v", err)
		return 1
	}
	return 0
}

func say(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

// kindOf names the sentinel that err is.
func kindOf(err error) string {
	if err == nil {
		return "ok"
	}
	for _, k := range []error{ErrNotStored, ErrUnavailable, ErrLocked, ErrNoAnswer, ErrNoPassphrase, ErrWrongPassphrase} {
		if errors.Is(err, k) {
			return k.Error()
		}
	}
	return "other"
}

// helpKeyring uses the keyring of this system: the argument is how long it may take
// and what to do, in order. It says of each what came of it.
func helpKeyring(ctx context.Context, argument string) error {
	words := strings.Fields(argument)
	within, err := time.ParseDuration(words[0])
	if err != nil {
		return err
	}
	k := NewKeyring(os.LookupEnv, KeyringOptions{Within: within})
	for _, word := range words[1:] {
		start := time.Now()
		var value string
		switch word {
		case "put":
			_, err = k.Put(ctx, testKey, testUser)
		case "get":
			var c Credentials
			c, err = k.Get(ctx, testKey)
			value = c.Secret.Reveal()
		case "delete":
			_, err = k.Delete(ctx, testKey)
		case "choose":
			var c Choice
			c, err = Stores{Keyring: k, File: NewEncryptedFile(os.LookupEnv, EncryptedFileOptions{})}.Choose(ctx)
			value = string(c.Store.Name()) + ": " + c.Why
		}
		late := time.Since(start) > within+10*time.Second
		say("%s [%s] late=%v value=%q %v", word, kindOf(err), late, value, err)
	}
	return nil
}

// helpBare does what telex must not: it calls go-keyring without looking first.
func helpBare(context.Context, string) error {
	_, err := keyring.Get("telex", "nobody")
	say("bare %v", err)
	return nil
}

// helpWriting stores secrets until it is killed, and says so each time.
func helpWriting(ctx context.Context, _ string) error {
	f := quick(os.LookupEnv, nil)
	in := bufio.NewScanner(os.Stdin)
	for i := 0; ; i++ {
		c := testUser
		c.Secret = NewSecret(strings.Repeat("hush-hush", 1+i%500))
		if _, err := f.Put(ctx, testKey, c); err != nil {
			return err
		}
		say("stored")
		if i == 0 {
			in.Scan() // the test has seen the first
		}
	}
}
