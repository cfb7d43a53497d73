package ui

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"telex/ui/terminal"
	"telex/ui/text"
)

// ZoneDoubt says that the time zone which the environment names is not known, so that
// local times are in UTC; "" if that is not so.
func ZoneDoubt(environ []string) string {
	name := terminal.Env(environ, "TZ")
	file := strings.TrimPrefix(name, ":")
	if file == "" || runtime.GOOS == "windows" { // which has its own setting
		return ""
	}
	var err error
	if strings.HasPrefix(file, "/") {
		_, err = os.Stat(file)
	} else {
		_, err = time.LoadLocation(file)
	}
	if err == nil {
		return ""
	}
	return fmt.Sprintf("the time zone TZ=%s is not known here, so local time is taken as UTC", text.Clean(name))
}
