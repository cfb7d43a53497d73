package ui

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/setup"
	"telex/ui/widget"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A view is a screen as golden files and pictures have it: what becomes of what is sent,
// and the way there.
type view struct {
	name string
	send func(context.Context, messaging.Message) (*messaging.Receipt, error)
	walk func(d *driver)
}

// views are the screens of the console, each by the way to it.
var views = []view{
	{"compose", accept, func(d *driver) { d.typeText("Hello, world") }},
	{"compose-ucs2", accept, func(d *driver) {
		d.paste("Über “quotes”, dashes — and 日本語.\nA second line that is long enough to be wrapped at eighty columns, and at forty twice.")
		d.press("tab")
		d.typeText("order 7")
		d.press("tab", "tab")
		d.typeText("2h")
	}},
	{"recipients", accept, func(d *driver) {
		d.typeText("Hi")
		d.press("ctrl+n")
		d.paste("(919) 555-1212\n+44 20 7946 0958\n+49 30 901820, 555, banana\n")
		d.press("tab", "tab")
	}},
	{"recipients-many", accept, func(d *driver) {
		toRecipients(d, manyNumbers(202)+"+442079460018\n911\ncall me\n")
		d.press("tab", "tab", "i", "shift+tab")
	}},
	{"media", accept, func(d *driver) {
		d.press("ctrl+n", "ctrl+n")
		d.paste("https://example.com/cat.png\nhttps://example.com/slow.gif\nhttps://example.com/gone.mp4")
		d.press("tab")
	}},
	{"media-picture", accept, func(d *driver) { viewPicture(d, "sun.png", asPNG(d.t, sun())) }},
	{"review", accept, func(d *driver) { d.write("Hello, world", "+19195551212") }},
	{"review-problems", accept, func(d *driver) { d.write("", five[0], five[1], "12") }},
	{"review-json", accept, func(d *driver) { d.write("Say \"hi\" & <bye>", "+19195551212"); d.press("j") }},
	{"dialog", accept, func(d *driver) { d.typeText("It’s “so” — fine… 日"); d.press("ctrl+r") }},
	{"help", accept, func(d *driver) { d.press("f1") }},
	{"sending", hang, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.advance(2*time.Second + time.Millisecond)
	}},
	{"response", accept, func(d *driver) {
		d.write("Hello, world", "+19195551212")
		d.enterOnReview()
		d.advance(90 * time.Minute)
	}},
	{"response-raw", accept, func(d *driver) { d.write("Hello", "+19195551212"); d.enterOnReview(); d.press("j") }},
	{
		"response-error", refuse(messaging.FieldError{Name: "to[0]", Description: "'+1919555' must be a telephone number"}),
		func(d *driver) { d.write("Hi", "+19195551212"); d.enterOnReview() },
	},
	{"response-unknown", hang, func(d *driver) { d.write("Hi", "+19195551212"); d.enterOnReview(); d.press("esc", "esc") }},
	{"history", refuseSome, func(d *driver) {
		d.write("Lunch at noon?", five[0])
		d.enterOnReview()
		d.advance(time.Second)
		d.press("n")
		sendFive(d)
		d.advance(time.Second)
		d.press("f2", "down")
		d.advance(3 * time.Second) // past the answer to the first question, two seconds after the send
	}},
	{"history-mailing", refuseSome, func(d *driver) { sendFive(d); d.press("f2", "enter", "down"); d.advance(time.Second) }},
	{"history-search", refuseSome, func(d *driver) {
		sendFive(d)
		d.press("f2", "left", "left", "left", "/")
		d.typeText("hi")
		d.advance(time.Second)
	}},
	{"history-open", refuseSome, func(d *driver) { sendFive(d); d.press("f2", "enter", "down", "down", "down", "enter") }},
	{"broadcasts", accept, func(d *driver) {
		broadcastOf(d, "parents of the first year.csv", 1200)
		if err := d.a.store.PauseRun(d.t.Context(), broadcastOf(d, "people.csv", 8), outbox.Reason{Kind: outbox.ReasonCredentials}); err != nil {
			d.t.Fatal(err)
		}
		d.advance(newsEvery)
		d.press("f6")
		d.advance(time.Second)
	}},
	{"conversations", accept, func(d *driver) { talks(d); d.press("down"); d.advance(time.Second) }},
	{"conversation", accept, func(d *driver) { talks(d); d.press("enter"); d.typeText("Glad you like it") }},
	{"people", accept, func(d *driver) { peoples(d); d.press("down") }},
	{"people-held", accept, func(d *driver) { peoples(d); d.press("left") }},
	{"recipients-named", accept, func(d *driver) {
		peoples(d)
		d.press("f7", "ctrl+n")
		d.typeText("Ben Sample, Zoe")
		d.press("enter")
		d.typeText("ru")
	}},
	{"conversation-no-reply", accept, func(d *driver) {
		hears(d, "Your code is 482913", "BANK")
		d.press("f5", "enter")
	}},
	{"conversation-held", accept, func(d *driver) {
		hears(d, "Please take me off your list, I never signed up for this", five[0])
		d.press("f5", "enter")
		d.advance(newsEvery)
	}},
	{"figures", refuseSome, func(d *driver) {
		sendFive(d)
		d.advance(time.Second)
		d.press("f8", "b", "b")
	}},
	{"setup-first", accept, func(d *driver) { useFirst(d); d.press("f4", "down") }},
	{"setup-form", accept, func(d *driver) {
		useFirst(d)
		d.press("f4")
		fillAccount(d, "hush-hush")
		d.press("shift+tab", "shift+tab")
	}},
	{"setup-wrong", accept, func(d *driver) { useFirst(d); d.press("f4", "down", "enter", "ctrl+s") }},
	{"setup-keeping", accept, func(d *driver) {
		useFirst(d).found = []account.Finding{
			{Name: "location", Verdict: account.Trouble, Found: "the application is linked to none: messages are accepted (202) and never delivered, with no error"},
			{Name: "+19195550100", Verdict: account.Unchecked, Found: "cannot be checked: role missing"},
		}
		d.press("f4")
		fillAccount(d, "hush-hush")
		d.press("ctrl+s")
		d.typeText("sesame")
	}},
	{"drafts", accept, func(d *driver) {
		d.typeText("Half a message that is long enough to be cut somewhere")
		d.press("ctrl+n")
		d.typeText(five[0])
		d.press("enter")
		d.advance(time.Second)
		if err := d.a.store.LeaveDraft(d.t.Context(), d.a.keeper.ID()); err != nil {
			d.t.Fatal(err)
		}
		d.a.reset()
		d.a.keeper.Begin(&d.a.form)
		d.press("f3")
	}},
	{"response-several", refuseSome, sendFive},
	{"sending-several", hang, func(d *driver) { sendFive(d); d.advance(2*time.Second + time.Millisecond) }},
	{"commands", accept, func(d *driver) { d.press("ctrl+x"); d.typeText("c") }},
	{"recent", refuseSome, func(d *driver) {
		d.write("Lunch at noon?", five[0])
		d.enterOnReview()
		d.advance(time.Minute)
		d.press("n")
		sendFive(d)
		d.advance(time.Minute)
		d.press("n", "ctrl+y", "down")
	}},
	{"question", accept, func(d *driver) { d.writeMany("Doors open at seven", 21); d.enterOnReview() }},
	{"unlock", accept, func(d *driver) {
		d.write("Hi", five[0])
		ask := &account.AskError{What: "the passphrase of credentials.age", Why: "that was not it"}
		d.a.show(newUnlock(ask, d.a.keymap.Question, func(account.Typed) tea.Cmd { return nil }))
		d.typeText("open")
	}},
	{"notices", accept, func(d *driver) {
		d.a.add(untoldNotices([]outbox.Entry{{ID: 7, State: outbox.Unknown, Message: messaging.Message{To: five[:1]}}}, time.UTC, "History (f2)", "History (f2)")...)
		d.a.add(notice{text: asciiWords, rank: aboutLater})
	}},
}

// useFirst gives the console accounts to set up, of which there are none.
func useFirst(d *driver) *fakeAccounts {
	t, ok := d.t.(*testing.T)
	if !ok {
		d.t.Fatal("not in a test")
	}
	_, accounts := firstDeps(t, nil)
	accounts.keeping = account.Keeping{Where: "the encrypted file ~/.local/share/telex/credentials.age", Why: "there is no keyring here", Passphrase: true, New: true}
	a := d.a
	a.deps.Accounts, a.deps.Use = accounts, accounts.Use
	a.setup = setup.New(a.ctx, accounts, a.deps.Region, setup.InUse{Profile: a.deps.Profile, Sandbox: a.deps.Sandbox}, a.keymap)
	a.setup.Resize(a.layout.W, a.layout.BodyH)
	a.screens[page.Setup] = a.setup
	return accounts
}

// sendFive sends one message to each of five recipients.
func sendFive(d *driver) {
	d.write("Hi", five...)
	d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
	d.enterOnReview()
}

func refuseSome(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
	if m.To[0] == five[1] {
		return refuse(messaging.FieldError{Name: "to", Description: "is blocked"})(ctx, m)
	}
	return accept(ctx, m)
}

func viewDeps(send func(context.Context, messaging.Message) (*messaging.Receipt, error)) Deps {
	deps := testDeps(&fakeSender{send: send})
	deps.Link.Lister = &fakeLister{list: records(messaging.StatusDelivered)}
	deps.LookAtMedia = func(_ context.Context, url string) (messaging.MediaFacts, error) {
		switch {
		case strings.HasSuffix(url, "png"):
			return messaging.MediaFacts{Status: 200, Type: "image/png", Size: 34_567}, nil
		case strings.HasSuffix(url, "gif"):
			return messaging.MediaFacts{Status: 200, Type: "image/gif", Size: 5_000_000}, nil
		}
		return messaging.MediaFacts{}, context.DeadlineExceeded
	}
	deps.Link.Curl = func(messaging.Message) (string, error) { return "curl --user \"$BW_USERNAME:$BW_PASSWORD\" …", nil }
	return deps
}

// TestGolden compares what every screen shows with testdata; -update rewrites it. The text
// is compared as it is, how it looks in colour and without, and in ASCII: of one walk, for
// a theme changes nothing but the look.
func TestGolden(t *testing.T) {
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) {
			sizes := unlessQuick([2]int{80, 24}, [2]int{40, 12}, [2]int{160, 45})
			atOnce := len(sizes)
			if v.name == "setup-keeping" { // which says less in a large terminal, for all is on the screen
				atOnce = 1
			}
			for some := range slices.Chunk(sizes, atOnce) {
				goldens(t, v, some)
			}
		})
	}
}

// goldens compares a view with its golden files: one that was walked to at the first of the
// sizes, and is the same at each other as if it had been walked to there.
func goldens(t *testing.T, v view, sizes [][2]int) {
	t.Helper()
	drive(t, viewDeps(v.send), func(d *driver) {
		for i, size := range sizes {
			d.size(size[0], size[1])
			if i == 0 {
				v.walk(d)
			}
			checkFits(t, d, size[0], size[1])
			golden(t, fmt.Sprintf("%s-%dx%d", v.name, size[0], size[1]), d)
		}
	})
}

func golden(t *testing.T, name string, d *driver) {
	t.Helper()
	var b strings.Builder
	plain := d.lines()
	for _, l := range plain {
		b.WriteString("│" + strings.TrimRight(l, " ") + "\n")
	}
	if c := d.a.View().Cursor; c != nil {
		fmt.Fprintf(&b, "cursor at column %d of line %d\n", c.X, c.Y)
	} else {
		b.WriteString("no cursor\n")
	}
	b.WriteString(looks(t, d, plain))
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./ui -update writes it", err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// checkFits demands exactly h lines of at most w cells, and the cursor among them.
func checkFits(t *testing.T, d *driver, w, h int) {
	t.Helper()
	v := d.a.View()
	if w == 0 || h == 0 {
		return
	}
	lines := strings.Split(v.Content, "\n")
	if len(lines) != h && (w >= widget.MinWidth && h >= widget.MinHeight || len(lines) > h) {
		t.Errorf("%dx%d: got %d lines, want %d:\n%s", w, h, len(lines), h, d.screen())
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got > w {
			t.Errorf("%dx%d: got line %d of %d cells, want %d at most: %q", w, h, i, got, w, l)
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.X >= w || c.Y < 0 || c.Y >= h) {
		t.Errorf("%dx%d: got the cursor at %d,%d, want it on the screen", w, h, c.X, c.Y)
	}
}

// TestEverySize resizes every screen to every small size and some large ones; where it is
// not to be thorough to fewer, for every line and column more is the same again.
func TestEverySize(t *testing.T) {
	sample.Whole(t)
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) {
			drive(t, viewDeps(v.send), func(d *driver) {
				v.walk(d)
				check := func(w, h int) {
					d.handle(tea.WindowSizeMsg{Width: w, Height: h})
					checkFits(t, d, w, h)
				}
				wider, higher, widths, heights := 4, 3, []int{61, 79, 80, 81, 120, 250}, []int{12, 17, 18, 24, 50, 80}
				switch {
				case sample.Quick():
					wider, higher, widths, heights = 7, 3, []int{61, 120, 250}, []int{17, 24, 80}
				case sample.Thorough():
					wider, higher = 1, 1
				}
				for w := 0; w <= 60; w += wider {
					for h := 0; h <= 20; h += higher {
						check(w, h)
					}
				}
				for _, w := range widths {
					for _, h := range heights {
						check(w, h)
					}
				}
			})
		})
	}
}

// TestWalkAtEverySize presses every key at a few sizes, in and out of range.
func TestWalkAtEverySize(t *testing.T) {
	sample.Whole(t)
	sizes := [][2]int{{41, 13}, {2, 30}, {250, 80}, {0, 0}, {1, 1}, {40, 12}, {60, 17}}
	for _, size := range sizes[:sample.Rounds(1, 2, len(sizes))] { // TestEverySize is at the others, without the keys
		for _, v := range views {
			drive(t, viewDeps(v.send), func(d *driver) {
				v.walk(d)
				d.size(size[0], size[1])
				for _, k := range []string{"down", "up", "pgdown", "pgup", "end", "home", "right", "left", "j", "u", "down", "tab", "x", "shift+tab", "f1", "end", "home", "esc", "ctrl+r", "esc"} {
					d.press(k)
					checkFits(t, d, size[0], size[1])
				}
			})
		}
	}
}
