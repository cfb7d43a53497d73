package cli

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"telex/messaging/outbox/outboxtest/sample"
)

// Every link of every page leads to a file that is there and, behind a #, to one of its
// headings. Of a link to another host only the form is looked at: nothing is fetched.
func TestLinks(t *testing.T) {
	root := filepath.Join("..", "..")
	pages := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "dist"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".md"):
			text, err := os.ReadFile(path)
			pages[path] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for path, text := range pages {
		for _, link := range linksOf(text) {
			links++
			if fault := leadsNowhere(root, path, link, pages); fault != "" {
				t.Errorf("%s: the link %s %s", path, link, fault)
			}
		}
	}
	if links < 20 {
		t.Errorf("found %d links, want all of them", links)
	}
}

// TestLinksInPackages: a page that comes with a package leads to what comes with it too,
// in each kind of archive and in the packages of Linux.
func TestLinksInPackages(t *testing.T) {
	sample.Whole(t)
	release := repositoryText(t, ".goreleaser.yaml")
	for kind, part := range map[string]string{
		"archives":          firstGroup(t, `(?s)\n    files: &files\n(.*?)\n  - id: `, release),
		"archives, Windows": firstGroup(t, `(?s)\n    ids: \[windows\]\n(.*?)\n\S`, release),
		"packages of Linux": firstGroup(t, `(?s)\nnfpms:\n(.*?)\n\S`, release),
	} {
		held, pages := map[string]bool{}, 0
		for _, m := range regexp.MustCompile(`(?m)^ +- src: (\S+)$`).FindAllStringSubmatch(part, -1) {
			files, err := filepath.Glob(filepath.Join("..", "..", m[1]))
			if err != nil || len(files) == 0 && !strings.HasPrefix(m[1], "generated/") {
				t.Errorf("%s: %s is nowhere (%v)", kind, m[1], err)
			}
			for _, file := range files {
				held[file] = true
			}
		}
		for page := range held {
			if !strings.HasSuffix(page, ".md") {
				continue
			}
			pages++
			for _, link := range linksOf(fileText(t, page)) {
				if u, err := url.Parse(link); err != nil || u.IsAbs() || u.Path == "" {
					continue
				} else if target := filepath.Join(filepath.Dir(page), filepath.FromSlash(u.Path)); !held[target] {
					t.Errorf("%s: %s leads to %s, which does not come with it", kind, page, link)
				}
			}
		}
		if pages < 15 {
			t.Errorf("%s: got %d pages, want all that README.md leads to", kind, pages)
		}
	}
}

// TestFilesOfTheTour: every file of Go that CONTRIBUTING.md names by itself is somewhere.
func TestFilesOfTheTour(t *testing.T) {
	root := filepath.Join("..", "..")
	tour, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		there[filepath.Base(path)] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([a-z_0-9]+\\.go)`").FindAllStringSubmatch(string(tour), -1)
	for _, file := range named {
		if !there[file[1]] {
			t.Errorf("CONTRIBUTING.md names %s, which is nowhere", file[1])
		}
	}
	if len(named) < 20 {
		t.Errorf("found %d files, want all that are named", len(named))
	}
}

// TestLinksNowhere: what TestLinks would find.
func TestLinksNowhere(t *testing.T) {
	root := t.TempDir()
	page := filepath.Join(root, "docs", "a.md")
	pages := map[string]string{page: "# An `a` page, with: marks!\n\n```\n## Not this\n```\n\n## Twice\n\n## Twice\n"}
	if err := os.MkdirAll(filepath.Dir(page), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte(pages[page]), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"a.md":                         "",
		"#an-a-page-with-marks":        "",
		"a.md#twice-1":                 "",
		"b.md":                         "leads to no file",
		"a.md#not-this":                "leads to no heading",
		"../../a.md":                   "leads out of the repository",
		"/docs/a.md":                   "begins with /",
		"http://example.com/":          "is not encrypted",
		"https://example.com/a":        "",
		"http://127.0.0.1:8096/":       "",
		"mailto:somebody@example.com":  "",
		"https:///nobody":              "names no host",
		"ftp://example.com/":           "is of the kind ftp",
		"a.md#Twice":                   "leads to no heading",
		"https://example.com/%zz":      "cannot be read",
		"a.md#an-`a`-page-with-marks!": "leads to no heading",
	} {
		if got := leadsNowhere(root, page, link, pages); got == "" && want != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q", link, got, want)
		}
	}
	text := "[a](b.md) ![c](d.svg \"title\") `[no](e.md)`\n```sh\n[no](f.md)\n```\n[g]: h.md\n<https://example.com/>\n"
	if got, want := fmt.Sprint(linksOf(text)), "[b.md d.svg h.md https://example.com/]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

var (
	anyLink   = regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)|(?m:^\[[^\]]+\]:\s+(\S+))|<(https?://[^>]+)>`)
	anyFenced = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
)

// linksOf are the targets of the links of a page, without those that are shown as code.
func linksOf(text string) []string {
	var links []string
	text = inlineCode.ReplaceAllString(anyFenced.ReplaceAllString(text, ""), "")
	for _, m := range anyLink.FindAllStringSubmatch(text, -1) {
		links = append(links, m[1]+m[2]+m[3])
	}
	return links
}

// leadsNowhere is what is wrong with a link of a page; "" is nothing.
func leadsNowhere(root, page, link string, pages map[string]string) string {
	u, err := url.Parse(link)
	if err != nil {
		return "cannot be read"
	}
	switch u.Scheme {
	case "":
	case "https", "http":
		host := u.Hostname()
		switch {
		case host == "":
			return "names no host"
		case u.Scheme == "http" && host != "127.0.0.1" && host != "localhost":
			return "is not encrypted"
		}
		return ""
	case "mailto":
		return ""
	default:
		return "is of the kind " + u.Scheme
	}
	target := page
	if u.Path != "" {
		if strings.HasPrefix(u.Path, "/") {
			return "begins with /"
		}
		target = filepath.Join(filepath.Dir(page), filepath.FromSlash(u.Path))
	}
	if inside, err := filepath.Rel(root, target); err != nil || strings.HasPrefix(inside, "..") {
		return "leads out of the repository"
	}
	if _, err := os.Stat(target); err != nil {
		return "leads to no file"
	}
	if u.Fragment != "" && !headings(pages[target])[u.Fragment] {
		return "leads to no heading"
	}
	return ""
}

// headings are the names by which a page's headings are linked to on GitHub: in small
// letters, without marks, blanks as hyphens, and numbered if there are several.
func headings(text string) map[string]bool {
	names, seen := map[string]bool{}, map[string]int{}
	for line := range strings.SplitSeq(anyFenced.ReplaceAllString(text, ""), "\n") {
		heading := strings.TrimLeft(line, "#")
		if heading == line || !strings.HasPrefix(heading, " ") {
			continue
		}
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(heading))
		if n := seen[name]; n > 0 {
			names[fmt.Sprintf("%s-%d", name, n)] = true
		} else {
			names[name] = true
		}
		seen[name]++
	}
	return names
}
