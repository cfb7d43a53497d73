package who

import (
	"os"
	"os/user"
	"strings"

	"telex/messaging/outbox"
)

// EnvUser says who somebody is, where several people have one login.
const EnvUser = "TELEX_USER"

// User is who uses this telex: by the environment, else by login and machine. Its name is
// empty if neither tells.
func (h Home) User() outbox.User {
	u := outbox.User{}
	u.Host, _ = os.Hostname() // without it there is none to compare
	if name, _ := h.Env(EnvUser); strings.TrimSpace(name) != "" {
		u.Name, u.Own = strings.TrimSpace(name), true
		return u
	}
	if login, err := user.Current(); err == nil {
		u.Name = login.Username
	}
	return u
}
