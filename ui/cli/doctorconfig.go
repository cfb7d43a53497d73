package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"telex/config"
	"telex/messaging"
	"telex/messaging/number"
)

// configuration looks at the file of profiles, and at who sends by it.
func (c *checkup) configuration() {
	path, err := config.Path(c.a.env)
	switch {
	case c.flags.sandbox:
		c.skip("profiles", "left alone with --sandbox")
	case err != nil:
		c.warn("file", err.Error(), "")
	case c.readable(path):
		c.permissions(path)
	}
	if c.code != exitOK {
		return
	}
	id, err := c.a.identify(c.flags)
	if err != nil {
		what, more, hint := words(err)
		for _, line := range more {
			what += " " + line
		}
		c.fail(exitUsage, "profile", what, hint)
		return
	}
	c.id, c.known = id, true
	c.profile()
	c.settings()
	c.others()
}

// readable reads the file, and reports whether there is one without a mistake in it.
func (c *checkup) readable(path string) bool {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		c.skip("file", path+" is not there; telex login makes it")
		return false
	}
	file, err := config.Load(path)
	if err != nil {
		for _, problem := range problemsOf(err) {
			c.fail(exitUsage, "file", problem.Error(), "correct it: nothing is sent with a file that cannot be read")
		}
		return false
	}
	c.file = file
	c.ok("file", path)
	for _, problem := range consoleProblems(file) {
		c.warn("file", problem.Error(), "correct it: the console does not start with it; telex send does not mind")
	}
	return true
}

// permissions looks whether others may read or change the file.
func (c *checkup) permissions(path string) {
	if runtime.GOOS == "windows" { // which keeps them elsewhere
		return
	}
	for _, look := range []struct {
		path  string
		right fs.FileMode
	}{{filepath.Dir(path), 0o700}, {path, 0o600}} {
		info, err := os.Stat(look.path)
		switch {
		case err != nil:
			c.warn("permissions", err.Error(), "")
		case info.Mode().Perm()&0o077 != 0:
			c.warn("permissions", fmt.Sprintf("others than you may use %s (mode %04o)", look.path, info.Mode().Perm()),
				fmt.Sprintf("chmod %04o %s", look.right, look.path))
		default:
			c.ok("permissions", fmt.Sprintf("only you may use %s", look.path))
		}
	}
}

// profile says which one is in use, and why.
func (c *checkup) profile() {
	p := c.id.profile
	variable, _ := c.a.env(config.EnvProfile)
	switch {
	case c.id.sandbox:
		return
	case p.Name == "":
		c.skip("profile", "none: the environment says it all; telex login makes one")
		return
	case c.flags.profile != "":
		c.ok("profile", p.Name+", by --profile")
	case variable != "":
		c.ok("profile", p.Name+", by "+config.EnvProfile)
	case c.file != nil && c.file.Default() == p.Name:
		c.ok("profile", p.Name+", the default one")
	default:
		c.ok("profile", p.Name+", the only one")
	}
	if p.Production {
		c.ok("production", "the profile is marked: sending asks once more")
	}
	for _, said := range c.id.origins.overruled() {
		c.warn("profile", said, "unset the variable if that is not what you want")
	}
}

// settings says what each is and where it comes from, and judges it.
func (c *checkup) settings() {
	for _, s := range settings() {
		value, from := s.of(c.id.Settings), c.id.origins.of(s.key)
		switch {
		case s.key == "token_url", s.key == "base_url" && c.id.sandbox: // told with the API
		case value == "" && s.key == "base_url":
			c.ok(s.key, messaging.DefaultBaseURL+", Bandwidth's own")
		case value == "":
			c.fail(exitUsage, s.key, "not set", "set "+s.variable+c.id.orProfile(s.key))
		default:
			if from == "" {
				from = "the default"
			}
			if c.id.sandbox {
				from = "the sandbox's"
			}
			if err := judgeSetting(s.key, c.id.Settings); err != nil {
				c.fail(exitUsage, s.key, fmt.Sprintf("%s (%s): %v", value, from, err), "")
				continue
			}
			c.ok(s.key, value+" ("+from+")")
		}
	}
}

// judgeSetting says what is wrong with one; nil for nothing.
func judgeSetting(key string, s config.Settings) error {
	switch key {
	case "account":
		_, err := messaging.New(s.AccountID, messaging.Basic("", ""))
		return err
	case "base_url":
		return messaging.CheckBaseURL(s.BaseURL)
	case "token_url":
		return messaging.CheckBaseURL(s.TokenURL)
	case "region":
		if !number.IsRegion(s.Region) {
			return fmt.Errorf("%q is no country's code of two letters, such as %s", s.Region, config.DefaultRegion)
		}
	case "numbers":
		for _, typed := range s.Numbers {
			if _, _, err := number.ParseSender(typed, s.Region); err != nil {
				return err
			}
		}
	}
	return nil
}

// others judges the profiles that are not in use. Nothing is sent by them now.
func (c *checkup) others() {
	if c.file == nil {
		return
	}
	for _, name := range c.file.Names() {
		p, err := c.file.Profile(name)
		if err != nil || name == c.id.profile.Name {
			continue
		}
		said := p.Settings().Over(config.Default())
		for _, s := range settings() {
			if s.of(p.Settings()) == "" {
				continue
			}
			if err := judgeSetting(s.key, said); err != nil {
				c.warn("profile "+name, at(c.file, fmt.Errorf("%s: %w", s.key, err), "profiles", name, s.key).Error(), "")
			}
		}
	}
}
