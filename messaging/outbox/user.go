package outbox

import "strings"

// A User is somebody who makes messages and drafts, or starts or approves a run. Everything in
// it is foreign: clean it before showing it on a terminal.
type User struct {
	Name string
	Host string // the machine that they are at
	// Own says that Name is that person's own, at whichever machine. Else it is that of a
	// login, which means somebody at one Host only.
	Own bool
}

// Is reports whether two users are, or may be, one person. Case and blanks around the names
// do not count. Nobody knows who has no name: such a user may be anybody.
func (u User) Is(other User) bool {
	mine, theirs := strings.TrimSpace(u.Name), strings.TrimSpace(other.Name)
	if mine == "" || theirs == "" {
		return true
	}
	return strings.EqualFold(mine, theirs) && (u.Own || other.Own || strings.EqualFold(u.Host, other.Host))
}

// String is the user as others know them: "ana", or "root at bastion", which [Filter.By] takes;
// "" for nobody knows who.
func (u User) String() string {
	if u.Own || u.Host == "" || u.Name == "" {
		return u.Name
	}
	return u.Name + userAtHost + u.Host
}

// userAtHost is between the name of a login and its host.
const userAtHost = " at "

// betweenUserAndHost is what may be there in what somebody types: "root on bastion" is said
// of broadcasts by an older telex.
var betweenUserAndHost = []string{userAtHost, " on "}

// isNamed reports whether two users have the same name, at whichever hosts; true if one has
// none. One host may have several names in its time, which make nobody another person to
// themselves.
func (u User) isNamed(other User) bool {
	mine, theirs := u.writer(), other.writer()
	return mine == "" || theirs == "" || mine == theirs
}

// writer is the name as drafts have it.
func (u User) writer() string { return strings.ToLower(kept(strings.TrimSpace(u.Name), mostName)) }

// writers are the names of those whose drafts are seen; nil: all.
func (o *Outbox) writers() []any {
	writer := o.options.User.writer()
	if writer == "" && !o.engine.Report().Shared {
		return nil
	}
	return []any{"", writer}
}

// saidOf is what a person does with something, and who that is where another one made it.
func (o *Outbox) saidOf(maker User, what string) string {
	if maker.isNamed(o.options.User) {
		return what
	}
	return what + ", by " + o.options.User.String()
}

// tells reports whether it is worth telling who made something: it was somebody else than
// who uses this outbox, or people of several hosts use it.
func (o *Outbox) tells(maker User) bool {
	return maker.Name != "" && (o.engine.Report().Shared || !maker.isNamed(o.options.User))
}

// user is who uses this outbox, as the database has it.
func (o *Outbox) user() (name, host string, own int) { return o.options.User.columns() }

// columns are by_name, by_host and by_own.
func (u User) columns() (name, host string, own int) {
	return kept(strings.TrimSpace(u.Name), mostName), kept(u.Host, mostName), bit(u.Own)
}
