package terminal

import (
	"runtime"

	"telex/ui/text"
)

// SpeaksUTF8 reports whether the terminal is sent UTF-8, by the [text.Locale].
func SpeaksUTF8(environ []string) bool {
	if runtime.GOOS == "windows" { // which has no locale in the environment, and a console of UTF-16
		return true
	}
	_, _, utf8 := text.Locale(func(name string) (string, bool) { return Env(environ, name), true })
	return utf8
}
