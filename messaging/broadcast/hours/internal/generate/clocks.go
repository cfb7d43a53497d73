package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// lately are rules that the time zone database has since a release, 2026b, that is younger than
// the copy of it in the Go that this is made with. British Columbia no longer sets its clocks back, and
// Moldova sets its own with the rest of Europe.
var lately = map[string]string{
	"America/Vancouver": "MST7",
	"Europe/Chisinau":   "EET-2EEST,M3.5.0/3,M10.5.0/4",
}

// clocks are the rules by which zones set their clocks from now on, in the form of POSIX, as
// Go's own copy of the time zone database has them at the end of each file. Go generate
// says where that is.
// Source: RFC 9636, 3.3.
func clocks(goroot string, names map[string]bool) (map[string]string, error) {
	archive, err := zip.OpenReader(filepath.Join(goroot, "lib", "time", "zoneinfo.zip"))
	if err != nil {
		return nil, fmt.Errorf("reading the time zone database: %w", err)
	}
	defer func() { _ = archive.Close() }()
	rules := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		file, err := archive.Open(name)
		if err != nil {
			return nil, fmt.Errorf("the zone %s: %w", name, err)
		}
		text, err := io.ReadAll(file)
		_ = file.Close() // it was only read
		if err != nil {
			return nil, fmt.Errorf("the zone %s: %w", name, err)
		}
		text = bytes.TrimSuffix(text, []byte("\n"))
		rule := string(text[bytes.LastIndexByte(text, '\n')+1:])
		if rule == "" || strings.ContainsAny(rule, " \x00") {
			return nil, fmt.Errorf("the zone %s has no rule for the time to come", name)
		}
		if younger, ok := lately[name]; ok {
			if younger == rule {
				return nil, fmt.Errorf("this Go knows the rule of %s: take it out of lately", name)
			}
			rule = younger
		}
		rules[name] = rule
	}
	return rules, nil
}
