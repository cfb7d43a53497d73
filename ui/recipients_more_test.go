package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSheetPastedInRecipients: of rows of a sheet the numbers are taken, and neither headers nor
// names are refused, however few rows there are.
func TestSheetPastedInRecipients(t *testing.T) {
	for _, between := range []string{",", ";", "\t"} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.press("ctrl+n")
			rows := []string{"Name,Phone", "Ana Ruiz," + five[0], "Bo Test," + five[1]}
			d.paste(strings.ReplaceAll(strings.Join(rows, "\r\n"), ",", between) + "\r\n")
			d.see("2 added")
			if f := d.a.form; !slices.Equal(f.To, five[:2]) || len(f.Refused) > 0 || f.NewTo != "" {
				t.Errorf("%q: got %q added, %q refused, %q in the field", between, f.To, f.Refused, f.NewTo)
			}
		})
	}
}

// TestRefusedRowsAfterResize: as many of what was refused are shown after a resize as before.
func TestRefusedRowsAfterResize(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("ctrl+n")
		var bad []string
		for i := range 9 {
			bad = append(bad, fmt.Sprintf("1%d", i))
		}
		d.paste(strings.Join(append(bad, five[:2]...), "\n"))
		d.advance(time.Second)
		before := d.screen()
		d.size(40, 12)
		d.size(80, 24)
		if after := d.screen(); after != before {
			t.Errorf("after two resizes got\n%s\nwant\n%s", after, before)
		}
		d.size(200, 50)
		d.see(bad...)
		if got := d.screen(); strings.Contains(got, "9  1-") {
			t.Errorf("got\n%s\nwant all of the 9 in sight", got)
		}
	})
}

// TestNoListInRecipients: what is a path, or a name, is not taken for a number with letters.
func TestNoListInRecipients(t *testing.T) {
	folder := t.TempDir()
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("ctrl+n")
		for typed, want := range map[string]string{
			folder:                           "is a folder",
			folder + "/":                     "is a folder",
			filepath.Join(folder, "no-such"): "no such file",
			"Ana Ruis":                       "no contact is called",
		} {
			d.typeText(typed)
			d.press("enter")
			d.advance(time.Second)
			d.see(strings.Fields(want)...)
			d.seeNot("has letters")
			if len(d.a.form.To) > 0 {
				t.Errorf("%q added %q", typed, d.a.form.To)
			}
			d.press("ctrl+u")
			d.a.form.Refused, d.a.form.NewTo = nil, ""
		}
	})
}

// TestMediaPathWithSpaces: a path that names a file as it stands is one path.
func TestMediaPathWithSpaces(t *testing.T) {
	folder := t.TempDir()
	spaced := filepath.Join(folder, "pic one.png")
	for _, path := range []string{spaced, filepath.Join(folder, "pic")} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := ownFiles{attach: func([]string, string) ([]Attached, []error) { return nil, nil }, home: folder}
	for typed, want := range map[string][]string{
		spaced:                                    {spaced},
		"~/pic one.png":                           {"~/pic one.png"},
		spaced + "\n" + folder + "/pic":           {spaced, folder + "/pic"},
		quotePath(spaced):                         {spaced},
		"'" + spaced + "' " + folder + "/x":       {spaced, folder + "/x"},
		folder + "/pic two.png":                   {folder + "/pic", "two.png"},
		"https://a.example/x https://b.example/y": {"https://a.example/x", "https://b.example/y"},
	} {
		if got := o.split(typed); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}
