package ui

import (
	"errors"
	"os"
	"slices"
	"testing"
	"testing/synctest"

	"telex/messaging/broadcast/template"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// kept are the templates of the tests.
func kept(t *testing.T) func() ([]Template, error) {
	t.Helper()
	parse := func(text string) *template.Template {
		parsed, err := template.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	all := []Template{
		{Name: "reminder", Parsed: parse("Hi {{first name|there}},\nsee you at {{time}}, {{place|}}."), Tag: "clinic", Media: []string{"https://example.org/a.png"}},
		{Name: "closed", Parsed: parse("We are closed today.")},
		{Name: "broken", Err: errors.New("config.toml:7: templates.broken.text: line 1, character 1: it is not closed")},
	}
	return func() ([]Template, error) { return all, nil }
}

// TestTemplateInCompose: one is picked, its fields are asked for, and what stays open is a
// problem on Review until it is filled in.
func TestTemplateInCompose(t *testing.T) {
	deps := viewDeps(accept)
	deps.Templates = kept(t)
	drive(t, deps, func(d *driver) {
		d.typeText("half a text")
		d.press("ctrl+g")
		d.see("Templates", "reminder  Hi {{first name|there}}, …", "closed    We are closed today.", "enter use this template")
		d.typeText("x") // types nothing
		d.press("enter")
		d.see("Fill in reminder", "first name", "time", "(left out)", "enter next field", "esc cancel")
		d.see("Empty, it is “there”.")
		d.press("down")
		d.see("(there)")
		d.press("shift+tab")
		d.typeText("Ana")
		d.press("tab")
		d.see("What stays empty is a problem on Review until it is filled in.")
		d.press("down")
		d.see("Empty, it is left out.", "enter insert")
		d.press("enter")
		d.at("Compose")
		d.see("{{time}} is to be filled in still")
		if f := d.a.form; f.Text != "Hi Ana,\nsee you at {{time}}, ." || f.Tag != "clinic" || !slices.Equal(f.Media, []string{"https://example.org/a.png"}) || f.Template != "reminder" {
			t.Errorf("got %+v", f)
		}
		d.press("ctrl+n")
		d.typeText("+19195551212")
		d.press("enter", "ctrl+n", "ctrl+n")
		d.at("Review")
		d.see("1 problem", "> Text {{time}}: not filled in: write a value in its place")
		d.enterOnReview()
		d.at("Compose")
		d.press("ctrl+home", "down", "end", "left", "left", "left")
		for range len("{{time}}") {
			d.press("backspace")
		}
		d.typeText("noon")
		d.press("ctrl+n", "ctrl+n", "ctrl+n")
		d.at("Review")
		d.see("READY TO SEND")
		if got := d.a.form.Text; got != "Hi Ana,\nsee you at noon, ." {
			t.Errorf("got text %q", got)
		}
	})
}

// TestTemplateWithAFile: a file of this machine that a template names is read as one that
// somebody typed.
func TestTemplateWithAFile(t *testing.T) {
	deps, _, folder := withFiles(t, &fakeSender{send: accept})
	parsed, err := template.Parse("The menu")
	if err != nil {
		t.Fatal(err)
	}
	deps.Templates = func() ([]Template, error) {
		return []Template{{Name: "menu", Parsed: parsed, Media: []string{folder + "/menu.jpg", "https://example.org/a.png"}}}, nil
	}
	drive(t, deps, func(d *driver) {
		d.press("ctrl+g", "enter")
		d.settle()
		if f := d.a.form; f.Text != "The menu" || len(f.Media) != 2 || len(f.OwnFiles()) != 1 || f.OwnFiles()[0].Name() != "menu.jpg" || f.Reading != 0 {
			t.Errorf("got %+v", f)
		}
	})
}

// TestTemplateTakenBack: undo brings back what was there, and without text nothing is of a
// template any more.
func TestTemplateTakenBack(t *testing.T) {
	deps := viewDeps(accept)
	deps.Templates = kept(t)
	drive(t, deps, func(d *driver) {
		d.typeText("half a text")
		d.press("ctrl+g", "down", "enter")
		d.at("Compose")
		d.see("ctrl+_ brings back what you had written")
		if f := d.a.form; f.Text != "We are closed today." || f.Template != "closed" || f.Tag != "" {
			t.Errorf("got %+v", f)
		}
		d.press("ctrl+_")
		if got := d.a.form.Text; got != "half a text" {
			t.Errorf("got text %q, want what was written before", got)
		}
		d.press("ctrl+u")
		if f := d.a.form; f.Text != "" || f.Template != "" {
			t.Errorf("got %+v, want nothing left of the template", f)
		}
		d.press("ctrl+g", "enter", "esc") // left while filling in
		d.at("Compose")
		d.press("ctrl+g", "down", "down", "enter")
		d.see("templates.broken.text", "Templates")
		d.press("esc")
		if f := d.a.form; f.Text != "" {
			t.Errorf("got text %q, want none", f.Text)
		}
	})
}

// TestTemplateByCommands: it stands among the commands, and why there is none is said.
func TestTemplateByCommands(t *testing.T) {
	deps := viewDeps(accept)
	deps.Templates = func() ([]Template, error) { return nil, nil }
	drive(t, deps, func(d *driver) {
		d.press("ctrl+x")
		d.typeText("template")
		d.see("insert a template")
		d.press("enter")
		d.see("no template is kept: telex templates --help shows how to write one")
	})
	deps.Templates = func() ([]Template, error) { return nil, errors.New("config.toml:3: is\x1b[2J broken") }
	drive(t, deps, func(d *driver) {
		d.press("ctrl+g")
		d.see("config.toml:3: is", "broken")
	})
	deps.Templates = nil
	drive(t, deps, func(d *driver) {
		d.press("ctrl+g")
		d.seeNot("template")
		d.typeText("{{name}}")
		d.press("ctrl+n")
		d.typeText("+19195551212")
		d.press("enter", "ctrl+n", "ctrl+n")
		d.see("READY TO SEND", "holds {{name}}, which goes out as it stands")
	})
}

// TestFillInManyFields: on the smallest terminal, too, the field under the cursor is seen.
func TestFillInManyFields(t *testing.T) {
	sample.Whole(t)
	deps := viewDeps(accept)
	var text string
	for c := 'a'; c <= 'z'; c++ {
		text += "{{field " + string(c) + "}}"
	}
	parsed, err := template.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	deps.Templates = func() ([]Template, error) { return []Template{{Name: "long", Parsed: parsed}}, nil }
	for _, size := range [][2]int{{40, 12}, {80, 24}, {200, 50}} {
		drive(t, deps, func(d *driver) {
			d.size(size[0], size[1])
			d.press("ctrl+g", "enter")
			for c := 'a'; c <= 'z'; c++ {
				d.see("field " + string(c))
				d.typeText(string(c - 'a' + 'A'))
				d.see(string(c - 'a' + 'A'))
				d.press("enter")
			}
			d.at("Compose")
			if got := d.a.form.Text; got != "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
				t.Errorf("at %v: got text %q", size, got)
			}
		})
	}
}

// TestPlainTemplates: the same line by line.
func TestPlainTemplates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		deps.Templates = kept(t)
		d := startPlain(t, deps)
		want(t, d.say(""), "just ? for recent ones, just ! for templates")
		want(t, d.say("!"), "reminder: Hi {{first name|there}}, …", "broken: ! config.toml:7", "Name of the template to use")
		want(t, d.say("none"), "Text; end it with a line")
		want(t, d.say("!", "rem"), "first name [there]:")
		want(t, d.say(""), "time:")
		want(t, d.say(""), "place:")
		want(t, d.say("here"), "characters", "Problem: Text {{time}}: not filled in")
		want(t, d.say("!", "reminder", "", "noon", ""), "characters", "To, one number")
		d.say(five[0], "", "", "", "")
		want(t, d.say("text"), "Hi there,", "see you at noon, .")
		d.ends <- os.Interrupt
		_ = d.end()
	})
}
