package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows are the packages that each package may import, of this module and without it
// in the name. There are no others, and none of them leads back.
var arrows = map[string][]string{
	".":                            {"ui/cli"},
	"config":                       {"config/slip"},
	"config/slip":                  {},
	"messaging":                    {"messaging/blank", "messaging/internal/netjson"},
	"messaging/alertmanager":       {"messaging/blank", "messaging/segment"},
	"messaging/blank":              {},
	"messaging/broadcast":          {"messaging", "messaging/broadcast/hours", "messaging/broadcast/list", "messaging/broadcast/price", "messaging/broadcast/template", "messaging/number", "messaging/segment"},
	"messaging/broadcast/hours":    {"messaging/wallclock"},
	"messaging/broadcast/list":     {"messaging/blank", "messaging/number"},
	"messaging/broadcast/price":    {"messaging", "messaging/number", "messaging/segment"},
	"messaging/broadcast/template": {"messaging/blank", "messaging/segment"},
	"messaging/callback":           {"messaging", "messaging/internal/netjson"},
	"messaging/internal/netjson":   {},
	"messaging/number":             {"messaging", "messaging/blank"},
	"messaging/optout":             {"messaging/blank"},
	"messaging/outbox":             {"messaging", "messaging/blank", "messaging/callback", "messaging/optout", "messaging/segment", "messaging/wallclock"},
	"messaging/outbox/copying":     {"messaging/outbox"},
	"messaging/outbox/outboxtest":  {"messaging", "messaging/callback", "messaging/outbox", "messaging/outbox/outboxtest/sample"},
	"messaging/outbox/postgres":    {"messaging/outbox", "messaging/outbox/internal/grams", "messaging/outbox/internal/group"},
	"messaging/outbox/sqlite":      {"messaging/outbox", "messaging/outbox/internal/grams", "messaging/outbox/internal/group", "messaging/outbox/sqlite/internal/disk"},
	"messaging/picture":            {},
	"messaging/sandbox":            {"messaging/segment"},
	"messaging/segment":            {"messaging/blank"},
	"messaging/wallclock":          {},
	"ui/account":                   {"messaging", "messaging/number", "ui/text", "ui/words"},
	"ui/account/accounttest":       {"ui/account"},
	"ui/broadcasts":                {"messaging", "messaging/outbox", "ui/draft", "ui/keys", "ui/page", "ui/text", "ui/widget", "ui/words"},
	"ui/conversations":             {"messaging", "messaging/outbox", "ui/account", "ui/draft", "ui/keys", "ui/page", "ui/text", "ui/widget", "ui/words"},
	"ui/draft":                     {"messaging", "messaging/broadcast/hours", "messaging/broadcast/list", "messaging/broadcast/price", "messaging/broadcast/template", "messaging/number", "messaging/outbox", "messaging/segment", "messaging/wallclock", "ui/text", "ui/words"},
	"ui/export":                    {"messaging/broadcast/list", "messaging/outbox", "ui/page", "ui/text", "ui/words"},
	"ui/figures":                   {"messaging", "messaging/outbox", "ui/draft", "ui/keys", "ui/page", "ui/text", "ui/widget", "ui/words"},
	"ui/history":                   {"messaging", "messaging/outbox", "ui/account", "ui/draft", "ui/export", "ui/keys", "ui/page", "ui/palette", "ui/text", "ui/widget", "ui/words"},
	"ui/keys":                      {},
	"ui/page":                      {"messaging", "messaging/outbox", "ui/draft", "ui/text", "ui/widget", "ui/words"},
	"ui/palette":                   {},
	"ui/people":                    {"messaging", "messaging/number", "messaging/outbox", "ui/draft", "ui/keys", "ui/page", "ui/text", "ui/widget", "ui/words"},
	"ui/screenshot":                {"ui/text"},
	"ui/setup":                     {"messaging", "ui/account", "ui/draft", "ui/keys", "ui/page", "ui/text", "ui/widget", "ui/words"},
	"ui/terminal":                  {"messaging/picture", "ui/text", "ui/widget"},
	"ui/text":                      {"messaging"},
	"ui/text/texttest":             {},
	"ui/widget":                    {"ui/keys", "ui/text"},
	"ui/words":                     {"messaging", "messaging/broadcast/price", "messaging/callback", "messaging/outbox", "messaging/picture", "messaging/segment", "messaging/wallclock", "ui/text"},
	"ui": {
		"messaging", "messaging/broadcast/hours", "messaging/broadcast/price", "messaging/broadcast/template", "messaging/number", "messaging/outbox", "messaging/picture", "messaging/segment",
		"ui/account", "ui/broadcasts", "ui/conversations", "ui/draft", "ui/export", "ui/figures", "ui/history", "ui/keys", "ui/page", "ui/palette", "ui/people", "ui/setup", "ui/terminal", "ui/text", "ui/widget", "ui/words",
	},
	"ui/cli/account": {
		"config", "messaging", "ui/account", "ui/cli/ask", "ui/cli/say", "ui/cli/who", "ui/text",
	},
	"ui/cli/ask": {"config", "ui/cli/say", "ui/text"},
	"ui/cli/send": {
		"config", "messaging", "messaging/alertmanager", "messaging/broadcast/hours", "messaging/broadcast/price", "messaging/broadcast/template", "messaging/number", "messaging/outbox", "messaging/sandbox", "messaging/segment",
		"ui/cli/ask", "ui/cli/say", "ui/cli/who", "ui/draft", "ui/text", "ui/words",
	},
	"ui/cli/who": {
		"config", "messaging", "messaging/broadcast/hours", "messaging/broadcast/price", "messaging/broadcast/template", "messaging/callback", "messaging/number", "messaging/outbox", "messaging/outbox/postgres", "messaging/outbox/sqlite", "messaging/picture", "messaging/sandbox",
		"ui/account", "ui/cli/ask", "ui/cli/say", "ui/cli/trace", "ui/draft", "ui/text", "ui/words",
	},
	"ui/cli/broadcast": {
		"messaging", "messaging/broadcast", "messaging/broadcast/hours", "messaging/broadcast/list", "messaging/broadcast/price", "messaging/broadcast/template",
		"messaging/number", "messaging/outbox", "messaging/segment",
		"ui/cli/ask", "ui/cli/rejects", "ui/cli/say", "ui/cli/who", "ui/draft", "ui/text", "ui/words",
	},
	"ui/cli/clitest": {"messaging/outbox/outboxtest/sample", "messaging/outbox/postgres/postgrestest", "messaging/sandbox"},
	"ui/cli/contacts": {
		"messaging", "messaging/broadcast/list", "messaging/number", "messaging/outbox", "ui/cli/ask", "ui/cli/rejects", "ui/cli/say", "ui/cli/who", "ui/text",
	},
	"ui/cli/rejects": {"messaging/broadcast/list", "ui/cli/say"},
	"ui/cli/doctor": {
		"config", "messaging", "messaging/outbox", "messaging/outbox/postgres", "messaging/outbox/sqlite", "ui/account", "ui/cli/ask", "ui/cli/say", "ui/cli/who", "ui/text", "ui/words",
	},
	"ui/cli/listen": {
		"config", "messaging", "messaging/callback", "messaging/outbox",
		"ui/cli/ask", "ui/cli/say", "ui/cli/service", "ui/cli/who", "ui/text", "ui/words",
	},
	"ui/cli/service": {"config", "ui/cli/say"},
	"ui/cli/work": {
		"config", "messaging", "messaging/outbox",
		"ui/cli/ask", "ui/cli/broadcast", "ui/cli/listen", "ui/cli/say", "ui/cli/service", "ui/cli/who", "ui/text", "ui/words",
	},
	"ui/cli/messages": {
		"config", "messaging", "messaging/outbox",
		"ui/cli/ask", "ui/cli/say", "ui/cli/who", "ui/draft", "ui/text", "ui/words",
	},
	"ui/cli/optouts": {
		"messaging", "messaging/broadcast/list", "messaging/number", "messaging/outbox",
		"ui/cli/ask", "ui/cli/rejects", "ui/cli/say", "ui/cli/who", "ui/text", "ui/words",
	},
	"ui/cli/outbox": {
		"config", "messaging/outbox", "messaging/outbox/copying", "messaging/outbox/postgres", "messaging/outbox/sqlite",
		"ui/cli/ask", "ui/cli/say", "ui/cli/who", "ui/text",
	},
	"ui/cli/scheduled": {
		"messaging", "messaging/broadcast/hours", "messaging/outbox",
		"ui/cli/messages", "ui/cli/say", "ui/cli/who", "ui/draft", "ui/text", "ui/words",
	},
	"ui/cli/templates": {"ui/cli/say", "ui/cli/who", "ui/words"},
	"ui/cli/threads": {
		"messaging", "messaging/number", "messaging/outbox", "ui/cli/messages", "ui/cli/say", "ui/cli/who", "ui/text", "ui/words",
	},
	"ui/cli/trace": {"messaging"},
	"ui/cli/say":   {"config", "config/slip", "messaging", "messaging/outbox", "ui/text"},
	"ui/cli": {
		"config", "messaging", "messaging/outbox", "messaging/sandbox", "ui", "ui/account",
		"ui/cli/account", "ui/cli/ask", "ui/cli/broadcast", "ui/cli/contacts", "ui/cli/doctor", "ui/cli/listen", "ui/cli/messages", "ui/cli/optouts", "ui/cli/outbox", "ui/cli/say", "ui/cli/scheduled", "ui/cli/send", "ui/cli/templates", "ui/cli/threads", "ui/cli/trace", "ui/cli/who", "ui/cli/work",
		"ui/draft", "ui/keys", "ui/widget", "ui/words",
	},
	"messaging/sandbox/sandboxtest":               {"messaging", "messaging/sandbox"},
	"messaging/outbox/outboxtest/sample":          {"messaging", "messaging/callback", "messaging/outbox"},
	"messaging/outbox/internal/grams":             {"messaging/outbox"},
	"messaging/outbox/internal/group":             {"messaging/outbox"},
	"messaging/outbox/postgres/postgrestest":      {"messaging/outbox/outboxtest/sample"},
	"messaging/outbox/sqlite/internal/disk":       {},
	"messaging/outbox/sqlite/sqlitetest":          {"messaging/outbox", "messaging/outbox/outboxtest/sample", "messaging/outbox/sqlite", "messaging/outbox/sqlite/internal/disk"},
	"ui/cli/e2e/measure":                          {"messaging/sandbox"},
	"ui/cli/e2e/measure/floor/bubbletea":          {},
	"ui/cli/e2e/measure/floor/journal":            {},
	"ui/cli/e2e/measure/floor/nethttp":            {},
	"ui/cli/e2e/measure/floor/raw":                {},
	"messaging/broadcast/hours/internal/generate": {},
	"messaging/number/internal/generate":          {},
}

// screenless are packages of ui that know no terminal's loop, so that commands which
// only want a sentence do not link a console for it.
var screenless = []string{
	"ui/account", "ui/draft", "ui/text", "ui/words",
	"ui/cli/account", "ui/cli/ask", "ui/cli/broadcast", "ui/cli/contacts", "ui/cli/doctor", "ui/cli/listen", "ui/cli/messages", "ui/cli/optouts", "ui/cli/outbox", "ui/cli/rejects", "ui/cli/say", "ui/cli/scheduled", "ui/cli/send", "ui/cli/service", "ui/cli/templates", "ui/cli/threads", "ui/cli/trace", "ui/cli/who", "ui/cli/work",
}

// TestArrows: imports go the way of the arrows, and no package stands beside them.
func TestArrows(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != root, d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir(), !strings.HasSuffix(name, ".go"), strings.HasSuffix(name, "_test.go"):
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		seen[folder] = true
		return followArrows(t, name, folder)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range screenless {
		for _, other := range arrows[folder] {
			if strings.HasPrefix(other, "ui") && !slices.Contains(screenless, other) {
				t.Errorf("%s knows no screens, but an arrow leads to %s", folder, other)
			}
		}
	}
	for folder := range arrows {
		if !seen[folder] {
			t.Errorf("%s has arrows, but no file", folder)
		}
	}
}

// followArrows checks the imports of one file.
func followArrows(t *testing.T, name, folder string) error {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	allowed, known := arrows[folder]
	if !known {
		t.Errorf("%s is in a package without arrows", name)
	}
	for _, i := range file.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return err
		}
		if inside, ours := strings.CutPrefix(imported, "telex/"); ours && !slices.Contains(allowed, inside) {
			t.Errorf("%s imports %s, which no arrow leads to", name, imported)
		}
		if slices.Contains(screenless, folder) && path.Dir(path.Dir(imported)) == "charm.land" {
			t.Errorf("%s imports %s, and %s knows no screens", name, imported, folder)
		}
	}
	return nil
}
