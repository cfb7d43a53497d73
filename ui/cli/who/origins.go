package who

import (
	"fmt"
	"strings"

	"telex/config"
)

// Origins are the places that settings come from, the first of which wins.
type Origins struct {
	flags, Env config.Settings
	Lookup     config.Lookup
	Profile    config.Profile // as the file has it; no name if none is in use
	file       *config.File   // nil: none was read
}

// A Setting is one of the settings, by the names that it has in each place.
type Setting struct {
	Key      string // of a profile in the file
	flag     string // "" if there is none for it
	Variable string
	Of       func(config.Settings) string
}

// AllSettings are the settings, in the order in which people are told of them.
func AllSettings() []Setting {
	return []Setting{
		{"account", "--account-id", config.EnvAccountID, func(s config.Settings) string { return s.AccountID }},
		{"application", "--application-id", config.EnvApplicationID, func(s config.Settings) string { return s.ApplicationID }},
		{"numbers", "--from", config.EnvNumber, func(s config.Settings) string { return strings.Join(s.Numbers, ", ") }},
		{"region", "--region", config.EnvRegion, func(s config.Settings) string { return s.Region }},
		{"base_url", "--base-url", config.EnvBaseURL, func(s config.Settings) string { return s.BaseURL }},
		{"token_url", "", config.EnvTokenURL, func(s config.Settings) string { return s.TokenURL }},
	}
}

// Of says where a setting was set, by its key: a flag, a variable, or a line of the
// file. It is "" if nobody set it.
func (o Origins) Of(key string) string {
	for _, s := range AllSettings() {
		switch {
		case s.Key != key:
		case s.Of(o.flags) != "":
			return s.flag
		case s.Of(o.Env) != "":
			return o.variable(s)
		case s.Of(o.Profile.Settings()) != "":
			return o.file.Where("profiles", o.Profile.Name, key)
		}
	}
	return ""
}

// variable is the one that a setting of the environment comes from.
func (o Origins) variable(s Setting) string {
	if s.Variable == config.EnvBaseURL {
		if value, _ := o.Lookup(config.EnvBaseURL); strings.TrimSpace(value) == "" {
			return config.EnvBaseURLAlso
		}
	}
	return s.Variable
}

// Overruled says which settings of the profile the environment has otherwise, of those
// that decide where a message goes and who pays for it. The environment wins, but who
// named a profile may not think of it.
func (o Origins) Overruled() []string {
	var said []string
	for _, s := range AllSettings() {
		if s.Key == "numbers" || s.Key == "region" {
			continue
		}
		here, there := s.Of(o.Env), s.Of(o.Profile.Settings())
		if s.Of(o.flags) == "" && here != "" && there != "" && here != there {
			said = append(said, fmt.Sprintf("%s is set, and wins over %s of profile %s: it is %s, not %s",
				o.variable(s), s.Key, o.Profile.Name, here, there))
		}
	}
	return said
}

// Because puts the origin of a setting before what is wrong with it.
func (o Origins) Because(key string, err error) error {
	if from := o.Of(key); from != "" {
		return fmt.Errorf("%s: %w", from, err)
	}
	return err
}
