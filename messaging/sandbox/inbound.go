package sandbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"time"
)

// maxInbound is how many numbers a message that comes in may be for: groups of
// other networks are larger than those the API sends to. The figure is ours.
const maxInbound = 50

// serveInbound lets somebody write to numbers of the account:
//
//	{"from":"+19195551212","to":["+12345678901"],"text":"Hello","media":["https://…"]}
//
// It is answered with 202 and the id of the message. Of several numbers of the
// account in "to" each gets a message and a callback of its own, and the id is
// that of the first. Text or media is needed. No credentials are asked for: this
// is the telephone's side. A web page cannot ask for it, since it has to be JSON.
func (s *Sandbox) serveInbound(x *exchange, r *http.Request) {
	if r.Method != http.MethodPost {
		methodNotAllowed(x, http.MethodPost)
		return
	}
	if !acceptsJSON(x, r) || !sendsJSON(x, r) {
		return
	}
	body, err := readBody(x, r, maxCreateBytes)
	if err != nil {
		refuseCreate(x, fieldError{"body", err.Error()})
		return
	}
	m, own, wrong := s.parseInbound(body)
	if len(wrong) > 0 {
		refuseCreate(x, wrong...)
		return
	}
	now := s.now()
	var id string
	for _, number := range own {
		each := *m
		each.owner = number
		s.keep(&each, now)
		if id == "" {
			id = each.id
		}
	}
	x.note = "received " + id
	x.json(http.StatusAccepted, struct {
		ID string `json:"id"`
	}{id})
}

// parseInbound reads a message that comes in, and which numbers of the account it
// is for.
func (s *Sandbox) parseInbound(body []byte) (m *message, own []string, wrong []fieldError) {
	f, err := readFields(body)
	if err != nil {
		return nil, nil, []fieldError{{"body", err.Error()}}
	}
	m = &message{
		to:    f.recipients("to"),
		from:  f.text("from"),
		text:  f.text("text"),
		media: f.list("media"),
		app:   s.application,
		body:  body,
	}
	if !f.failed("from") && !isE164(m.from) && !isShortCode(m.from) && !isSenderID(m.from) {
		f.failE164("from", m.from)
	}
	for i, n := range m.to {
		switch {
		case !isE164(n) && !isShortCode(n):
			f.failE164("to", n)
		case slices.Contains(m.to[:i], n):
			f.fail("to", "'%s' is given more than once", n)
		case slices.Contains(s.numbers, n):
			own = append(own, n)
		}
	}
	switch {
	case f.failed("to"):
	case len(m.to) > maxInbound:
		f.fail("to", "has %d numbers, and the limit is %d", len(m.to), maxInbound)
	case len(own) == 0:
		f.fail("to", "has no number of this account")
	}
	f.checkContent(m)
	m.cut()
	return m, own, f.errs
}

// replyAfter is how long after the delivery of a message its recipient answers.
const replyAfter = time.Second

// picture is what one recipient answers with: a PNG of one white pixel, in base64.
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="

// pictureDigits end the recipient that answers with a picture.
const pictureDigits = "0014"

// replyOf is what the recipient with these last digits answers; false for one that
// answers nothing.
func replyOf(digits string) (text string, ok bool) {
	switch digits {
	case "0010":
		return "Thanks!", true
	case "0011":
		return "STOP", true
	case "0012":
		return "START", true
	case "0013":
		return "HELP", true
	case pictureDigits:
		return "", true
	default:
		return "", false
	}
}

// reply has those recipients of m answer it that do, replyAfter it was delivered to
// them. To a group they answer the whole group; to a sender id nobody can. media is
// the address of the sandbox's uploads.
func (s *Sandbox) reply(m *message, media string) {
	if isSenderID(m.from) {
		return
	}
	for _, recipient := range m.to {
		digits := magicDigits(recipient)
		text, ok := replyOf(digits)
		steps := m.course(recipient)
		end := steps[len(steps)-1]
		if !ok || end.status != delivered {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(m.to), func(n string) bool { return n == recipient })
		answer := &message{from: recipient, to: append([]string{m.from}, others...), owner: m.from, text: text, app: m.app}
		answer.stamp(end.at.Add(replyAfter))
		if digits == pictureDigits {
			s.attachPicture(answer, media)
		}
		answer.cut()
		if s.messages.await(answer) && s.courier != nil {
			s.courier.planAfter(answer, end.at.Add(replyAfter).Sub(m.created))
		}
	}
}

// attachPicture uploads a picture for m, which comes in, as Bandwidth does with what
// telephones send. If the sandbox holds no more, m says so.
func (s *Sandbox) attachPicture(m *message, media string) {
	content, err := base64.StdEncoding.DecodeString(picture)
	name := m.id + "/0/picture.png"
	if err != nil || !s.media.put(name, upload{content: content, contentType: "image/png", stored: m.created}) {
		m.text = "(the sandbox has no room for the picture)"
		return
	}
	m.media = []string{media + "/" + escapeName(name)}
}
