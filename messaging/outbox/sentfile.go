package outbox

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A SentFile is a file of the sender's machine that was uploaded for a message, as it was then.
type SentFile struct {
	URL    string `json:"url"`    // of the upload, as the message's media have it
	Path   string `json:"path"`   // as it was given; from others, it may drive a terminal
	Bytes  int    `json:"bytes"`  // of what was uploaded, which may have been made smaller
	SHA256 string `json:"sha256"` // of that, in hexadecimal
}

// filesOf are those of files that are among media, as the database has them; "" for none.
func filesOf(media []string, files []SentFile) string {
	var of []SentFile
	for _, f := range files {
		if slices.Contains(media, f.URL) {
			of = append(of, f)
		}
	}
	if len(of) == 0 {
		return ""
	}
	b, err := json.Marshal(of)
	if err != nil {
		return "" // texts and numbers always encode
	}
	return string(b)
}

// readFiles reads what filesOf made.
func readFiles(stored string) (files []SentFile, err error) {
	if stored == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(stored), &files); err != nil {
		return nil, fmt.Errorf("read the files of the message: %w", err)
	}
	return files, nil
}
