package who

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"telex/messaging"
	"telex/messaging/picture"
	"telex/ui/text"
)

// mostRead is how large a file of this machine may be before it is made to fit.
const mostRead = 64 << 20

// IsFile reports whether what was given as media names a file of this machine, and not an
// address.
func IsFile(media string) bool { return !strings.Contains(media, "://") }

// A File is one of this machine that goes out with a message, ready to be uploaded.
type File struct {
	picture.File
	Path   string // as it was given
	Stored string // its name at Bandwidth
	SHA256 string // of the content, in hexadecimal
}

// Attach reads files of this machine and makes them fit together into what a message from
// a sender may carry; asIs leaves them as they are. Each error is about one of them, and
// names it.
//
// The name that a file is stored by begins with 128 bits of the hash of its content: who
// does not have the file cannot guess it, and a file that is sent twice has one address, by
// which the guard against sending twice knows it.
func Attach(paths []string, from string, budget int, asIs bool) (files []File, wrong []error) {
	contents := make([][]byte, len(paths))
	for i, path := range paths {
		var err error
		if contents[i], err = readFile(path); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", path, err))
		}
	}
	budgets := budgetsOf(contents, from, budget)
	for i, path := range paths {
		if contents[i] == nil {
			continue
		}
		made, err := picture.Prepare(path, contents[i], picture.Options{Budget: budgets[i], AsIs: asIs})
		if err == nil && len(made.Content) > messaging.MaxMediaBytes {
			err = fmt.Errorf("has %d bytes, but a file may have %d at most", len(made.Content), messaging.MaxMediaBytes)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", path, forPath(err, path)))
			continue
		}
		hash := sha256.Sum256(made.Content)
		files = append(files, File{
			File: made, Path: path, SHA256: hex.EncodeToString(hash[:]), Stored: hex.EncodeToString(hash[:16]) + "/" + made.Name,
		})
		contents[i] = nil // a large one is not kept beside what became of it
	}
	return files, wrong
}

// readFile reads a file, whatever it is called.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file; an address begins with https://")
	case err != nil:
		return nil, withoutPath(err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, mostRead+1))
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case len(b) > mostRead:
		return nil, fmt.Errorf("is larger than %s", text.Size(mostRead))
	case len(b) == 0:
		return nil, errors.New("is empty")
	}
	return b, nil
}

// withoutPath is what a call on a file failed with; the path stands before it.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("cannot be read: %w", e.Err)
	}
	return fmt.Errorf("cannot be read: %w", err)
}

// budgetsOf divides what a message may carry among the pictures of it; what is not made
// smaller takes its part first, half of it at most.
func budgetsOf(contents [][]byte, from string, budget int) []int {
	if budget <= 0 {
		budget = messaging.HandsetMediaBytes
	}
	if messaging.KindOfSender(from) == messaging.TollFree {
		budget = min(budget, messaging.TollFreeMediaBytes)
	}
	var sizes, at []int
	others := 0
	for i, b := range contents {
		if picture.Sniff(b).IsPicture() {
			sizes, at = append(sizes, len(b)), append(at, i)
		} else {
			others += len(b)
		}
	}
	budgets := make([]int, len(contents))
	for i, share := range picture.Share(sizes, max(budget-others, budget/2)) {
		budgets[at[i]] = max(share, 1) // 0 would be any number
	}
	return budgets
}

// forPath puts the path of a file into a command that converts it, where no shell needs
// quotes for that.
func forPath(err error, path string) error {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%"
	e, ok := errors.AsType[*picture.Error](err)
	if !ok || strings.Trim(path, plain) != "" || strings.HasPrefix(path, "-") {
		return err
	}
	bare := strings.TrimSuffix(path, filepath.Ext(path))
	return &picture.Error{What: e.What, Do: strings.NewReplacer("FILE.", bare+".", "FILE", path).Replace(e.Do)}
}
