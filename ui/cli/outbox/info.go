package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	engine "telex/messaging/outbox"
	"telex/messaging/outbox/postgres"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
)

func infoCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Say where the outbox is, what it holds and who uses it",
		Long: `Info says where the outbox is and what says so, how much it holds, whether it can
be written, and how many other telex send from it at the moment. Of a database it says
too what its server is, and which machines those are. It makes no outbox and
changes no tables.`,
		Example:           "  telex outbox info\n  telex outbox info --json",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return info(cmd.Context(), o, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o.profileFlag(cmd)
	flags.BoolVar(&f.sandbox, "sandbox", false, "the outbox of --sandbox")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	return cmd
}

// Info is what --json prints of an outbox. It is an API: keys are added, never changed.
type Info struct {
	Engine   string    `json:"engine"`            // sqlite or postgres
	Name     string    `json:"name"`              // the path of the file, or the address of the database without secrets
	From     string    `json:"from,omitempty"`    // what names it: TELEX_OUTBOX, or a line of the file of profiles
	Exists   bool      `json:"exists"`            // the file or the tables are there
	Version  int       `json:"version,omitempty"` // of the tables
	Writable bool      `json:"writable"`          // messages can be recorded, and so sent; of a file that is not there yet false
	Bytes    int64     `json:"bytes"`             // that it takes
	Holds    *Holds    `json:"holds,omitempty"`   // absent if it cannot be read by this telex
	Keeps    *Keeps    `json:"keeps,omitempty"`   // for how long it keeps messages; absent as holds is
	Server   *Server   `json:"server,omitempty"`  // of a database
	Senders  []Process `json:"senders,omitempty"` // those that send from a database at the moment

	keeping engine.Keeping
}

// Holds counts what an outbox holds.
type Holds struct {
	Messages      int `json:"messages"` // those that came in too
	Drafts        int `json:"drafts"`
	Contacts      int `json:"contacts"`
	OptOuts       int `json:"optouts"` // in effect, and those that wait for a decision
	Broadcasts    int `json:"broadcasts"`
	Conversations int `json:"conversations"`
	Others        int `json:"others"` // other telex that send from it at the moment
}

// Keeps is for how long an outbox keeps messages.
type Keeps struct {
	Days int    `json:"days"`         // 0 is forever
	By   string `json:"by,omitempty"` // of a database, who said so with telex outbox keep
	At   string `json:"at,omitempty"` // RFC 3339, UTC: when they did
}

// A Server is what a database says of itself.
type Server struct {
	Version   string  `json:"version"`
	Database  string  `json:"database"`
	Schema    string  `json:"schema,omitempty"`
	Role      string  `json:"role"` // as which telex is there
	TLS       bool    `json:"tls"`
	MayRead   bool    `json:"may_read"`
	MayCreate bool    `json:"may_create"`
	LatencyMS float64 `json:"latency_ms"` // of a question that needs no work
	AheadMS   float64 `json:"ahead_ms"`   // by how much its clock is ahead of this machine's
}

// A Process is one that sends.
type Process struct {
	Host  string `json:"host"` // as it calls itself
	PID   int    `json:"pid"`
	Until string `json:"until"` // RFC 3339, UTC: when it counts as ended if it is not heard of any more
}

// info is telex outbox info.
func info(ctx context.Context, with Options, f flags) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	at, l, err := with.located(f.sandbox)
	if err != nil {
		return err
	}
	found := Info{Engine: "sqlite", Name: at.String(), From: l.From}
	var facts postgres.Facts
	if l.IsDatabase() {
		found.Engine = "postgres"
		if facts, err = found.ofDatabase(ctx, at); err != nil {
			return err
		}
	} else if err := found.ofFile(l.Path); err != nil {
		return err
	}
	if found.Exists && (!l.IsDatabase() || facts.MayRead && facts.Version == facts.Newest) {
		if err := found.open(ctx, with.Home, f.sandbox); err != nil {
			return err
		}
	}
	if f.asJSON {
		return with.Output.Value(found)
	}
	return with.Output.Text(found.lines(facts, with.Now().Location()))
}

// ofDatabase asks a database about itself.
func (i *Info) ofDatabase(ctx context.Context, at engine.Place) (postgres.Facts, error) {
	f, err := postgres.Inspect(ctx, at)
	if err != nil {
		return f, err
	}
	i.Exists, i.Version, i.Writable, i.Bytes = f.Exists, f.Version, f.MayWrite, f.Bytes
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	i.Server = &Server{
		Version: f.Server, Database: f.Database, Schema: f.Schema, Role: f.Role, TLS: f.TLS, MayRead: f.MayRead, MayCreate: f.MayCreate,
		LatencyMS: milliseconds(f.Latency), AheadMS: milliseconds(f.Ahead),
	}
	for _, p := range f.Senders {
		i.Senders = append(i.Senders, Process{p.Host, p.PID, p.Until.UTC().Format(time.RFC3339)})
	}
	return f, nil
}

// ofFile looks at the file and those beside it.
func (i *Info) ofFile(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			if suffix == "" && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("look at the outbox: %w", err)
			}
			continue
		}
		i.Bytes += info.Size()
		i.Exists = i.Exists || suffix == ""
	}
	if version, ok := sqlite.Version(path); ok {
		i.Version = int(version)
	}
	return nil
}

// open counts what it holds.
func (i *Info) open(ctx context.Context, h who.Home, sandbox bool) error {
	o, err := h.OpenOutboxToRead(ctx, sandbox)
	if err != nil {
		return err
	}
	defer h.CloseOutbox(o)
	i.Writable = o.Report().Unwritable == nil
	held, err := o.Holdings(ctx)
	if err != nil {
		return err
	}
	keeps, err := o.Keeping(ctx)
	if err != nil {
		return err
	}
	i.keeping = keeps
	i.Keeps = &Keeps{Days: keeps.Days, By: keeps.By.String()}
	if !keeps.At.IsZero() {
		i.Keeps.At = keeps.At.UTC().Format(time.RFC3339)
	}
	i.Holds = &Holds{held.Messages, held.Drafts, held.Contacts, held.OptOuts, held.Broadcasts, held.Conversations, held.Others}
	return nil
}

// lines are the same for people.
func (i *Info) lines(f postgres.Facts, in *time.Location) string {
	var b strings.Builder
	row := func(label, format string, args ...any) {
		fmt.Fprintf(&b, "%-10s %s\n", label, text.Clean(fmt.Sprintf(format, args...)))
	}
	row("outbox", "%s", i.Name)
	if i.From != "" {
		row("named by", "%s", i.From)
	}
	if s := i.Server; s != nil {
		secure := "without TLS"
		if s.TLS {
			secure = "by TLS"
		}
		row("server", "PostgreSQL %s, %s", s.Version, secure)
		row("database", "%s, schema %s, as %s", s.Database, cmp.Or(s.Schema, "none"), s.Role)
	}
	row("tables", "%s", i.tables(f))
	row("writable", "%s", i.writable(f))
	if i.Exists {
		row("size", "%s", text.Size(i.Bytes))
	}
	if h := i.Holds; h != nil {
		row("holds", "%s, %s, %s, %s, %s, %s", text.Count(h.Messages, "message"), text.Count(h.Conversations, "conversation"), text.Count(h.Drafts, "draft"),
			text.Count(h.Contacts, "contact"), text.Count(h.OptOuts, "opt-out"), text.Count(h.Broadcasts, "broadcast"))
		row("keeps", "%s", who.KeepsFor(i.keeping, in))
		row("others", "%s", i.others())
	}
	return b.String()
}

func (i *Info) tables(f postgres.Facts) string {
	switch {
	case i.Server == nil && !i.Exists:
		return "none yet: the first message makes the file"
	case i.Server == nil:
		return fmt.Sprintf("version %d", i.Version)
	case f.Foreign:
		return "a table messages that is not telex's is there; name a database or a schema (search_path) of its own"
	case !f.Exists:
		return "none yet; telex outbox init makes them"
	case !f.MayRead:
		return "there, but this role may not read all of them"
	case f.Version < f.Newest:
		return fmt.Sprintf("version %d, of an older telex; telex outbox init brings them to %d", f.Version, f.Newest)
	case f.Version > f.Newest:
		return fmt.Sprintf("version %d, and this telex knows %d: use the newer telex", f.Version, f.Newest)
	}
	return fmt.Sprintf("version %d", f.Version)
}

func (i *Info) writable(f postgres.Facts) string {
	switch {
	case i.Writable:
		return "yes"
	case i.Server == nil && !i.Exists:
		return "it is not there yet"
	case f.Standby:
		return "no: the server is a standby, which takes no writes; nothing can be sent"
	}
	return "no: nothing can be recorded, and so nothing sent"
}

// others are those that send besides, with their machines where that is known.
func (i *Info) others() string {
	said := "none sends at the moment"
	if i.Holds.Others > 0 {
		said = fmt.Sprintf("%d send at the moment", i.Holds.Others)
	}
	var hosts []string
	for _, p := range i.Senders {
		hosts = append(hosts, fmt.Sprintf("%s (process %d)", p.Host, p.PID))
	}
	if len(hosts) > 0 {
		said += ": " + strings.Join(hosts, ", ")
	}
	return said
}
