package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// maxSecretBytes bounds what is read of a file that should hold one secret.
const maxSecretBytes = 64 << 10

// readSecretFile returns what the file at path holds, without the end of its last
// line, and a warning if others than its owner may read it. The file may be a pipe.
// Errors do not repeat the path, and never hold anything of the content.
func readSecretFile(path string) (secret, warning string, err error) {
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
		return "", "", fmt.Errorf("holds more than %d KiB, which is no secret", maxSecretBytes>>10)
	}
	secret = strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
	if secret == "" {
		return "", "", errors.New("is empty")
	}
	return secret, permissionWarning(info), nil
}

// permissionWarning says whether others may read a file; "" if only its owner may.
// Pipes have no lasting content, and Windows keeps permissions elsewhere.
func permissionWarning(info fs.FileInfo) string {
	perm := info.Mode().Perm()
	if !info.Mode().IsRegular() || runtime.GOOS == "windows" || perm&0o077 == 0 {
		return ""
	}
	return fmt.Sprintf("others than its owner may use the file (mode %04o); run chmod 600 on it", perm)
}

// withoutPath is what went wrong, for callers that name the file themselves.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
