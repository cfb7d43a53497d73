package cli

import (
	"fmt"
	"strings"

	"telex/config"
)

// origins are the places that settings come from, the first of which wins.
type origins struct {
	flags, env config.Settings
	lookup     config.Lookup
	profile    config.Profile // as the file has it; no name if none is in use
	file       *config.File   // nil: none was read
}

// A setting is one of the settings, by the names that it has in each place.
type setting struct {
	key      string // of a profile in the file
	flag     string // "" if there is none for it
	variable string
	of       func(config.Settings) string
}

// settings are all of them, in the order in which people are told of them.
func settings() []setting {
	return []setting{
		{"account", "--account-id", config.EnvAccountID, func(s config.Settings) string { return s.AccountID }},
		{"application", "--application-id", config.EnvApplicationID, func(s config.Settings) string { return s.ApplicationID }},
		{"numbers", "--from", config.EnvNumber, func(s config.Settings) string { return strings.Join(s.Numbers, ", ") }},
		{"region", "--region", config.EnvRegion, func(s config.Settings) string { return s.Region }},
		{"base_url", "--base-url", config.EnvBaseURL, func(s config.Settings) string { return s.BaseURL }},
		{"token_url", "", config.EnvTokenURL, func(s config.Settings) string { return s.TokenURL }},
	}
}

// of says where a setting was set, by its key: a flag, a variable, or a line of the
// file. It is "" if nobody set it.
func (o origins) of(key string) string {
	for _, s := range settings() {
		switch {
		case s.key != key:
		case s.of(o.flags) != "":
			return s.flag
		case s.of(o.env) != "":
			return o.variable(s)
		case s.of(o.profile.Settings()) != "":
			return o.file.Where("profiles", o.profile.Name, key)
		}
	}
	return ""
}

// variable is the one that a setting of the environment comes from.
func (o origins) variable(s setting) string {
	if s.variable == config.EnvBaseURL {
		if value, _ := o.lookup(config.EnvBaseURL); strings.TrimSpace(value) == "" {
			return config.EnvBaseURLAlso
		}
	}
	return s.variable
}

// overruled says which settings of the profile the environment has otherwise, of those
// that decide where a message goes and who pays for it. The environment wins, but who
// named a profile may not think of it.
func (o origins) overruled() []string {
	var said []string
	for _, s := range settings() {
		if s.key == "numbers" || s.key == "region" {
			continue
		}
		here, there := s.of(o.env), s.of(o.profile.Settings())
		if s.of(o.flags) == "" && here != "" && there != "" && here != there {
			said = append(said, fmt.Sprintf("%s is set, and wins over %s of profile %s: it is %s, not %s",
				o.variable(s), s.key, o.profile.Name, here, there))
		}
	}
	return said
}

// because puts the origin of a setting before what is wrong with it.
func (o origins) because(key string, err error) error {
	if from := o.of(key); from != "" {
		return fmt.Errorf("%s: %w", from, err)
	}
	return err
}
