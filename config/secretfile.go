package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// maxSecretBytes bounds what is read of a file that should hold one secret.
const maxSecretBytes = 64 << 10

// readSecretFile returns what the file at path holds, without the end of its last
// line, and a warning if somebody else may use it or owns it. The file may be a pipe.
// Errors do not repeat the path, and never hold anything of the content.
func readSecretFile(env Lookup, path string) (secret, warning string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", "", withoutPath(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return "", "", withoutPath(err)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxSecretBytes+1))
	if err != nil {
		return "", "", withoutPath(err)
	}
	if len(content) > maxSecretBytes {
		return "", "", fmt.Errorf("holds more than %d KiB, too long for a secret", maxSecretBytes>>10)
	}
	secret = strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
	if secret == "" {
		return "", "", errors.New("is empty")
	}
	if e := exposure(env, path, info, othersUse); e != nil {
		warning = e.What() + "; " + e.remedy() // callers name the file
	}
	return secret, warning, nil
}

// withoutPath is what went wrong, for callers that name the file themselves.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// secretIn is the secret in a variable, or in the file that the same name with "_FILE"
// behind it names; the empty Secret if neither is set. The error says what is wrong with
// what is there.
func secretIn(env Lookup, name string) (secret Secret, warning string, err error) {
	value, path := env.get(name), env.get(name+fileSuffix)
	switch {
	case value != "" && path != "":
		return Secret{}, "", fmt.Errorf("%[1]s and %[1]s%[2]s are both set; unset one of them", name, fileSuffix)
	case path == "":
		return NewSecret(value), "", nil
	}
	value, warning, err = readSecretFile(env, path)
	if err != nil {
		return Secret{}, "", fmt.Errorf("%s%s %q: %w", name, fileSuffix, path, err)
	}
	if warning != "" {
		warning = fmt.Sprintf("%s%s %q: %s", name, fileSuffix, path, warning)
	}
	return NewSecret(value), warning, nil
}
