package doctor

import (
	"context"
	"fmt"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/postgres"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

const (
	// mostAhead is by how much the clocks of this machine and of the database may differ before
	// it makes a warning: rows of several machines lie by their clocks.
	mostAhead = 2 * time.Second
	// slowDatabase is which latency makes a warning: a message waits for a few questions.
	slowDatabase = 200 * time.Millisecond
)

// database looks whether messages can be recorded in a database. It makes no tables.
func (c *checkup) database(ctx context.Context, at outbox.Place, l who.Location) {
	f, err := postgres.Inspect(ctx, at)
	if err != nil {
		what, _, hint := say.Parts(err)
		c.fail(say.CodeOf(err), "database", what, "nothing can be sent until then; "+hint)
		return
	}
	c.ok("database", at.String()+" ("+l.From+")")
	secure := "without TLS"
	if f.TLS {
		secure = "by TLS"
	}
	c.ok("server", "PostgreSQL "+f.Server+", "+secure)
	c.tables(f)
	c.rights(f)
	c.clocks(f)
	if f.Latency > slowDatabase {
		c.warn("latency", f.Latency.Round(time.Millisecond).String(), "each message waits for it a few times; a database nearer by makes sending faster")
	} else {
		c.ok("latency", shortly(f.Latency))
	}
	if f.Exists && f.MayRead && f.Version == f.Newest {
		c.within(ctx, at)
	}
}

// tables says whether the tables are there, and of which telex.
func (c *checkup) tables(f postgres.Facts) {
	switch {
	case f.Foreign:
		c.fail(say.ExitFailed, "tables", "a table messages that is not telex's is in schema "+f.Schema, "name a database or a schema (search_path) of its own")
	case !f.Exists && f.MayCreate:
		c.skip("tables", "none yet; the first message, or telex outbox init, makes them")
	case !f.Exists:
		c.fail(say.ExitFailed, "tables", "none yet, and role "+f.Role+" may not make them", "have the owner of the database call telex outbox init")
	case !f.MayRead:
		c.fail(say.ExitFailed, "tables", "role "+f.Role+" may not read all of them", "have the owner of the database grant it that")
	case f.Version > f.Newest:
		c.fail(say.ExitFailed, "tables", fmt.Sprintf("version %d, and this telex knows %d", f.Version, f.Newest), "use the newer telex")
	case f.Version < f.Newest && f.MayCreate:
		c.warn("tables", fmt.Sprintf("version %d, of an older telex", f.Version), fmt.Sprintf("the next telex brings them to %d; older ones can use them no more then", f.Newest))
	case f.Version < f.Newest:
		c.fail(say.ExitFailed, "tables", fmt.Sprintf("version %d, and this telex wants %d", f.Version, f.Newest), "have the owner of the database call telex outbox init")
	default:
		c.ok("tables", fmt.Sprintf("version %d, %s", f.Version, bytesOf(f.Bytes)))
	}
}

// rights says what the role may do.
func (c *checkup) rights(f postgres.Facts) {
	if !f.Exists {
		return
	}
	said := "role " + f.Role + " may read"
	switch {
	case f.Standby:
		c.fail(say.ExitFailed, "rights", "the server is a standby, which takes no writes: the history can be read, and nothing sent", "name the server that takes writes; target_session_attrs=read-write in the address finds it among several")
	case !f.MayRead:
	case !f.MayWrite:
		c.warn("rights", said+" alone: the history can be read, and nothing sent", "if it is to send, have the owner of the database grant it INSERT, UPDATE and DELETE")
	case !f.MayCreate:
		c.ok("rights", said+" and write; tables of a newer telex somebody else has to make")
	default:
		c.ok("rights", said+", write and make tables")
	}
}

// clocks compares the clocks.
func (c *checkup) clocks(f postgres.Facts) {
	ahead := f.Ahead.Round(time.Millisecond)
	switch {
	case ahead > mostAhead:
		c.warn("clock", fmt.Sprintf("the database is %s ahead of this machine", ahead), "have both set by NTP: what several machines record lies by their clocks")
	case -ahead > mostAhead:
		c.warn("clock", fmt.Sprintf("the database is %s behind this machine", -ahead), "have both set by NTP: what several machines record lies by their clocks")
	default:
		c.ok("clock", "that of the database and this one differ by "+shortly(ahead.Abs()))
	}
}

// within looks for what there is to look after.
func (c *checkup) within(ctx context.Context, at outbox.Place) {
	options := c.OutboxOptions()
	options.ToRead = true
	o, err := outbox.Open(ctx, at, options)
	if err != nil {
		what, _, hint := say.Parts(err)
		c.fail(say.CodeOf(err), "tables", what, hint)
		return
	}
	defer c.CloseOutbox(o)
	c.leftOver(ctx, o)
	c.worker(ctx, o)
	keeps, err := o.Keeping(ctx)
	if err != nil {
		what, _, hint := say.Parts(err)
		c.fail(say.CodeOf(err), "kept", what, hint)
		return
	}
	c.ok("kept", c.kept(keeps, options))
	if options.Keep > 0 {
		c.skip("keep", fmt.Sprintf("keep = %d under [outbox] of your file of profiles is for a file of yours, and not for this database: telex outbox keep is", options.Keep))
	}
}

// shortly is a time as people say it.
func shortly(d time.Duration) string {
	if d < time.Millisecond {
		return "less than 1ms"
	}
	return d.Round(time.Millisecond).String()
}
