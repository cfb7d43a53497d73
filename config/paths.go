package config

import (
	"fmt"
	"path/filepath"
	"runtime"
)

// The folders that programs keep their files in.
// See https://specifications.freedesktop.org/basedir-spec/latest/
const (
	EnvConfigHome = "XDG_CONFIG_HOME"
	EnvDataHome   = "XDG_DATA_HOME"
)

// Path names the file that profiles are in, telex/config.toml in the user's folder
// for configuration. It need not be there.
func Path(env Lookup) (string, error) {
	return inHome(env, EnvConfigHome, ".config", "config.toml")
}

// SecretPath names the encrypted file that secrets are in where there is no keyring,
// telex/credentials.age in the user's folder for data. It need not be there.
func SecretPath(env Lookup) (string, error) {
	return inHome(env, EnvDataHome, filepath.Join(".local", "share"), "credentials.age")
}

// inHome names a file of telex in the folder that the variable names, or else in
// folder under the user's home. A relative name is ignored, as the specification
// says to.
func inHome(env Lookup, variable, folder, name string) (string, error) {
	base := env.get(variable)
	if !filepath.IsAbs(base) {
		home := env.get("HOME")
		if home == "" && runtime.GOOS == "windows" {
			home = env.get("USERPROFILE")
		}
		if !filepath.IsAbs(home) {
			return "", fmt.Errorf("there is no folder for %s: neither %s nor HOME names one; set %[2]s to a folder by its absolute name", name, variable)
		}
		base = filepath.Join(home, folder)
	}
	return filepath.Join(base, "telex", name), nil
}
