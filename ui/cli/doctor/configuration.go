package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"telex/config"
	"telex/messaging"
	"telex/ui/account"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// configuration looks at the file of profiles, and at who sends by it.
func (c *checkup) configuration() {
	path, err := config.Path(c.Env)
	switch {
	case c.flags.Sandbox:
		c.skip("profiles", "left alone with --sandbox")
	case err != nil:
		c.warn("file", err.Error(), "")
	case c.readable(path):
		c.permissions(path)
	}
	if c.code != say.ExitOK {
		return
	}
	id, err := c.Identify(c.flags)
	if err != nil {
		what, more, hint := say.Parts(err)
		for _, line := range more {
			what += " " + line
		}
		c.fail(say.ExitUsage, "profile", what, hint)
		return
	}
	c.id, c.known = id, true
	c.profile()
	c.credentialID(id.Profile, "profile")
	c.settings()
	c.others()
}

// readable reads the file, and reports whether there is one without a mistake in it.
func (c *checkup) readable(path string) bool {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		c.skip("file", path+" is not there; telex login makes it")
		return false
	}
	file, err := config.Load(c.Env, path)
	if err != nil {
		for _, problem := range who.ProblemsOf(err) {
			if e, ok := errors.AsType[*config.Exposure](problem); ok {
				c.fail(say.ExitUsage, "file", e.Path+" "+e.What()+": nothing is sent, because anyone who can change it decides what telex runs", "")
				c.mend(e)
				continue
			}
			c.fail(say.ExitUsage, "file", problem.Error(), "correct it: nothing is sent with a file that cannot be read")
		}
		return false
	}
	c.file = file
	c.ok("file", path)
	for _, problem := range c.Problems(file) {
		c.warn("file", problem.Error(), "correct it: the console will not start until then; telex send still works")
	}
	for _, problem := range c.TemplateProblems(file) {
		c.warn("file", problem.Error(), "correct it: nothing is sent by that template until then")
	}
	for _, problem := range who.PacingProblems(file) {
		c.warn("file", problem.Error(), "correct it: no broadcast is started, and nothing scheduled is sent, by that until then")
	}
	_, wrong := who.CampaignsOf(file, config.Default().Region)
	for _, problem := range wrong {
		c.warn("file", problem.Error(), "correct it: no broadcast is started until then")
	}
	return true
}

// mend says what to do about what was noted last.
func (c *checkup) mend(e *config.Exposure) {
	last := &c.findings[len(c.findings)-1]
	last.Do, last.whole = e.Do(), true
}

// permissions looks whether others may read the file or its folder. One that they may
// change was refused before.
func (c *checkup) permissions(path string) {
	if runtime.GOOS == "windows" { // which keeps them elsewhere
		return
	}
	exposed := config.Exposed(c.Env, path)
	for _, e := range exposed {
		c.warn("permissions", e.Path+" "+e.What(), "")
		c.mend(e)
	}
	if len(exposed) == 0 {
		c.ok("permissions", fmt.Sprintf("only you may use %s and its folder", path))
	}
}

// profile says which one is in use, and why.
func (c *checkup) profile() {
	p := c.id.Profile
	variable, _ := c.Env(config.EnvProfile)
	switch {
	case c.id.Sandbox:
		return
	case p.Name == "":
		c.noProfile()
		return
	case c.flags.Profile != "":
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
	for _, said := range c.id.Origins.Overruled() {
		c.warn("profile", said, "unset the variable if that is not what you want")
	}
}

// noProfile says what takes its place.
func (c *checkup) noProfile() {
	if c.nothingSet() {
		c.note(FindingSkipped, "profile", "nothing is set up yet", "run telex login: it asks for everything; to try telex without an account: telex --sandbox")
		return
	}
	c.skip("profile", "no profile; using environment variables")
}

// nothingSet reports whether neither a profile nor the environment says who sends.
func (c *checkup) nothingSet() bool {
	if c.id.Profile.Name != "" || c.id.Sandbox {
		return false
	}
	for _, s := range who.AllSettings() {
		if s.Key != "region" && s.Key != "base_url" && s.Key != "token_url" && s.Of(c.id.Settings) != "" {
			return false
		}
	}
	return true
}

// settings says what each is and where it comes from, and judges it.
func (c *checkup) settings() {
	for _, s := range who.AllSettings() {
		value, from := s.Of(c.id.Settings), c.id.Origins.Of(s.Key)
		switch {
		case s.Key == "token_url", s.Key == "base_url" && c.id.Sandbox: // told with the API
		case value == "" && s.Key == "base_url":
			c.ok(s.Key, messaging.DefaultBaseURL+", Bandwidth's own")
		case value == "":
			do := "set " + s.Variable + c.id.OrProfile(s.Key)
			if c.nothingSet() {
				do = "" // telex login does, and was named
			}
			c.fail(say.ExitUsage, s.Key, "not set", do)
		default:
			if from == "" {
				from = "the default"
			}
			if c.id.Sandbox {
				from = "the sandbox's"
			}
			if err := who.JudgeSetting(s.Key, c.id.Settings); err != nil {
				c.fail(say.ExitUsage, s.Key, fmt.Sprintf("%s (%s): %v", value, from, err), "")
				continue
			}
			if why := who.DoubtSetting(s.Key, c.id.Settings); why != "" {
				c.warn(s.Key, fmt.Sprintf("%s (%s): %s", value, from, why), "")
				continue
			}
			c.ok(s.Key, value+" ("+from+")")
		}
	}
}

// others judges the profiles that are not in use. Nothing is sent by them now.
func (c *checkup) others() {
	if c.file == nil {
		return
	}
	for _, name := range c.file.Names() {
		p, err := c.file.Profile(name)
		if err != nil || name == c.id.Profile.Name {
			continue
		}
		c.credentialID(p, "profile "+name)
		said := p.Settings().Over(config.Default())
		for _, s := range who.AllSettings() {
			if s.Of(p.Settings()) == "" {
				continue
			}
			if err := who.JudgeSetting(s.Key, said); err != nil {
				c.warn("profile "+name, c.file.At(fmt.Errorf("%s: %w", s.Key, err), "profiles", name, s.Key).Error(), "")
			}
		}
	}
}

// credentialID looks at the client id or username of a profile, which is none of the
// settings. The API may refuse it, so it is a warning.
func (c *checkup) credentialID(p config.Profile, name string) {
	key := "client_id"
	if p.Auth == config.Basic {
		key = "username"
	}
	if p.ID() == "" {
		return
	}
	if err := who.Judge(account.ID, who.AccountOf(p)); err != nil {
		err = c.file.At(fmt.Errorf("%s: %w", key, err), "profiles", p.Name, key)
		c.warn(name, err.Error(), "type it again in the file")
	}
}
