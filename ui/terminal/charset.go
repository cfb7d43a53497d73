package terminal

import (
	"runtime"
	"strings"
)

// SpeaksUTF8 reports whether the terminal is sent UTF-8, by the locale: the first of
// LC_ALL, LC_CTYPE and LANG that is set counts. With none of them the locale is C,
// which has ASCII only.
func SpeaksUTF8(environ []string) bool {
	if runtime.GOOS == "windows" { // which has no locale in the environment, and a console of UTF-16
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(Env(environ, name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}
