package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"telex/ui/cli/say"

	"github.com/spf13/cobra"
)

// Set by the linker when a release is built: -X telex/ui/cli.version=1.2.3.
var version, commit, date string

// build is what this binary was made of. Unknown fields are empty.
type build struct {
	version string // "1.2.3", or "devel"
	commit  string
	date    string // of the commit, RFC 3339
}

// currentBuild is what the linker was told, or else what the toolchain noted.
var currentBuild = sync.OnceValue(func() build {
	if version != "" {
		return build{version, commit, date}
	}
	b := build{version: "devel"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.version = strings.TrimPrefix(v, "v")
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value[:min(len(s.Value), 12)]
		case "vcs.time":
			b.date = s.Value
		}
	}
	return b
})

// String is one line: "telex 1.2.3 (0123abcd, 2026-01-31T18:00:00Z, go1.26.0 linux/amd64)".
func (b build) String() string {
	var parts []string
	for _, part := range []string{b.commit, b.date, runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return fmt.Sprintf("telex %s (%s)", b.version, strings.Join(parts, ", "))
}

// agent is how telex names itself to the API.
func (b build) agent() string { return "telex/" + b.version }

// versionCommand is telex version.
func versionCommand(out *say.Printer) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version and what it was built from",
		Example: "  telex version",
		Args:    say.NoArguments,
		RunE:    func(*cobra.Command, []string) error { return printVersion(out) },
	}
}

func printVersion(out *say.Printer) error { return out.Line("%s", currentBuild()) }
