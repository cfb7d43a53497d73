package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestHours(t *testing.T) {
	f := loaded(t, configFile(t, `[profiles.a]
account = "1"
rate = "5/s"
hours = "09:00-20:00"
countries = ["us", "CA"]

[hours.by]
TX = ["Mon-Sat 09:00-21:00", "Sun 12:00-21:00"]
919 = "10:00-12:00"
`))
	p, err := f.Profile("a")
	if err != nil || p.Rate != "5/s" || p.Hours != "09:00-20:00" || !reflect.DeepEqual(p.Countries, []string{"US", "CA"}) {
		t.Errorf("the profile is %+v, %v", p, err)
	}
	want := map[string][]string{"TX": {"Mon-Sat 09:00-21:00", "Sun 12:00-21:00"}, "919": {"10:00-12:00"}}
	got := f.HoursBy()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got["TX"][0] = "changed"
	if !reflect.DeepEqual(f.HoursBy(), want) {
		t.Error("the caller can change the file's hours")
	}
	if where := f.Where("hours", "by", "919"); !strings.HasSuffix(where, ":9") {
		t.Errorf("the row is at %s, want line 9", where)
	}
}

func TestHoursRefusedWithTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"hours = \"08:00-21:00\"":                 `:1: hours is a text; allowed: a table, [hours]`,
		"[hours]\nby = 1":                         `:2: hours.by is a whole number without quotes; allowed: a table, [hours.by]`,
		"[hours]\nTX = \"09:00-21:00\"":           `:2: hours.TX is unknown; allowed: by, and for hours without an area: hours in a profile`,
		"[hours.by]\nTX = 9":                      `:2: hours.by.TX is a whole number without quotes; allowed: hours in quotes, such as "08:00-20:00" or ["Mon-Sat 09:00-21:00", "Sun 12:00-21:00"]`,
		"[hours.by]\nTX = []":                     `:2: hours.by.TX is empty; allowed: hours in quotes, such as "08:00-20:00" or ["Mon-Sat 09:00-21:00", "Sun 12:00-21:00"]`,
		"[profiles.a]\ncountries = [\"America\"]": `:2: profiles.a.countries cannot be "AMERICA"; allowed: two-letter country codes, such as ["US", "CA"]`,
	} {
		path := configFile(t, text+"\n")
		_, err := Load(os.LookupEnv, path)
		if err == nil || strings.ReplaceAll(err.Error(), path, "") != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}
