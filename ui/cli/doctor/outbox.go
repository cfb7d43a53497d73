package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// lowOnDisk is how little room makes a warning.
const lowOnDisk = 100 << 20

// outbox looks whether messages can be recorded.
func (c *checkup) outbox(ctx context.Context) {
	l, err := c.Locate(c.flags.Sandbox)
	var at outbox.Place
	if err == nil {
		at, err = c.Place(c.flags.Sandbox)
	}
	if err != nil {
		what, _, hint := say.Parts(err)
		c.fail(say.CodeOf(err), "database", what, hint)
		return
	}
	if l.IsDatabase() {
		c.database(ctx, at, l)
		return
	}
	path := l.Path
	options := c.OutboxOptions()
	options.ToRead = true
	o, err := outbox.Open(ctx, at, options)
	if err != nil {
		what, _, hint := say.Parts(err)
		c.fail(say.CodeOf(err), "database", what, hint)
		c.disk(path)
		return
	}
	if err := o.Report().Unwritable; err != nil {
		what, _, hint := say.Parts(err)
		c.fail(say.CodeOf(err), "database", what+"; it can be read", hint)
	} else {
		c.ok("database", path+" opens")
	}
	if aside := o.Report().SetAside; aside != "" {
		c.warn("database", "it was damaged; the old one is kept as "+aside+", and a new one was started",
			"the history lacks the messages recorded in it, and "+words.LostOptOuts(words.Shell{}))
	}
	c.leftOver(ctx, o)
	c.worker(ctx, o)
	c.CloseOutbox(o)
	if o.Report().Unwritable == nil {
		c.writable(path)
	}
	c.facts(path, options)
}

// leftOver says whether there is something to look after. It is told in full by the
// next telex that is not a doctor.
func (c *checkup) leftOver(ctx context.Context, o *outbox.Outbox) {
	unknown := 0
	err := who.Pages(ctx, o, outbox.Filter{State: outbox.Unknown}, 0, func(entries []outbox.Entry) error {
		unknown += len(entries)
		return nil
	})
	switch {
	case err != nil && ctx.Err() == nil:
		c.fail(say.CodeOf(err), "messages", say.Plain(err), "")
	case unknown > 0:
		in := c.Shell(c.flags.Sandbox)
		do := in.CommandOf(c.flags.Profile, "status") + " looks for them at Bandwidth"
		if in.Sandbox {
			do = in.Command("history", "--state", string(outbox.Unknown)) + " lists them"
		}
		c.warn("messages", "the outcome of "+text.Count(unknown, "message")+" is unknown", do)
	}
}

// worker says whether something does what is due, and what waits for it.
func (c *checkup) worker(ctx context.Context, o *outbox.Outbox) {
	works, err := o.Working(ctx)
	due, failed := o.Due(ctx)
	if err = errors.Join(err, failed); err != nil {
		c.skip("worker", "whether telex work runs is not to be found out: "+say.Plain(err))
		return
	}
	scheduled := 0
	for _, d := range due {
		scheduled += d.N
	}
	waits := "nothing is scheduled"
	if scheduled > 0 {
		waits = text.Count(scheduled, "message") + " scheduled"
	}
	switch {
	case works:
		c.ok("worker", "telex work is running; "+waits)
	case scheduled > 0:
		c.warn("worker", waits+", and telex work is not running", "telex work install has it started; a console that is open sends them too")
	default:
		c.skip("worker", "telex work is not running; "+waits)
	}
}

// writable tries whether the files and their folder can be written, and whether there is room
// for a message.
func (c *checkup) writable(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = writeTrial(filepath.Dir(path))
	}
	if err != nil {
		c.fail(say.ExitFailed, "writable", err.Error(), "free some space, make it and its folder writable for this user, or set "+who.EnvStateHome+" to another folder")
		return
	}
	c.ok("writable", "yes")
}

// trial is how many bytes are written where messages are recorded: one takes some pages of
// 4 KiB, in the database and in its log.
const trial = 64 << 10

// writeTrial writes a file into a folder, as far as the disk, and removes it. An empty one can
// be made on a disk that is full.
func writeTrial(folder string) error {
	f, err := os.CreateTemp(folder, ".doctor-*")
	if err != nil {
		return err //nolint:wrapcheck // it names the file
	}
	_, err = f.Write(make([]byte, trial))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

// facts says how the outbox is.
func (c *checkup) facts(path string, o outbox.Options) {
	var size int64
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + suffix); err == nil {
			size += info.Size()
		}
	}
	version := ""
	if n, ok := sqlite.Version(path); ok {
		version = fmt.Sprintf("version %d, ", n)
	}
	c.ok("size", version+bytesOf(size)+"; "+c.kept(outbox.Keeping{Days: o.Keep}, o))
	c.disk(path)
}

// kept says how long messages are kept, and what of them. Options that were guessed, for
// the file of profiles cannot be used, are not told as the user's choice.
func (c *checkup) kept(keeps outbox.Keeping, o outbox.Options) string {
	if _, err := c.Configuration(); err != nil {
		return "how long messages are kept cannot be read from the file of profiles; until it can, nothing is deleted and no text is recorded"
	}
	kept := "messages are kept " + who.KeepsFor(keeps, c.Now().Location())
	if o.OmitText {
		kept += ", without their texts"
	}
	return kept
}

// disk says what the files are on, or would be: the first folder above that is there.
func (c *checkup) disk(path string) {
	folder := filepath.Dir(path)
	for folder != filepath.Dir(folder) {
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			break
		}
		folder = filepath.Dir(folder)
	}
	on := ""
	if kind := sqlite.FileSystem(folder); kind != "" {
		on = " on " + kind
	}
	free, err := freeDisk(folder)
	switch {
	case err != nil:
		c.skip("disk", "its free space is unknown: "+err.Error())
	case free < lowOnDisk:
		c.warn("disk", bytesOf(int64(min(free, 1<<62)))+" free"+on, "free some space: a message that cannot be recorded is not sent")
	default:
		c.ok("disk", bytesOf(int64(min(free, 1<<62)))+" free"+on)
	}
}

// bytesOf is an amount as people say it: "12.3 MiB".
func bytesOf(n int64) string {
	size, unit := float64(n), "bytes"
	for _, larger := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if size < 1024 {
			break
		}
		size, unit = size/1024, larger
	}
	if unit == "bytes" {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", size, unit)
}
