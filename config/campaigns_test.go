package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

const withCampaigns = `[campaigns.C2] # of the clinic
numbers = ["+19195550101", "919-555-0102"]
att_tpm = 75
tmo_daily = 2_000

[campaigns.C1]
numbers = ["+19195550103"]
att_tpm = 240
`

func TestCampaigns(t *testing.T) {
	f := loaded(t, configFile(t, withCampaigns))
	want := []Campaign{
		{ID: "C2", Numbers: []string{"+19195550101", "919-555-0102"}, ATT: 75, TMobile: 2000},
		{ID: "C1", Numbers: []string{"+19195550103"}, ATT: 240},
	}
	got := f.Campaigns()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	got[0].Numbers[0] = "changed"
	if !reflect.DeepEqual(f.Campaigns(), want) {
		t.Error("the caller can change the file's campaigns")
	}
	if where := f.Where("campaigns", "C2", "numbers"); !strings.HasSuffix(where, ":2") {
		t.Errorf("the numbers are at %s, want line 2", where)
	}
}

func TestCampaignsRefusedWithTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"campaigns = 1":                                             `:1: campaigns is a whole number without quotes; allowed: a table, [campaigns]`,
		"[campaigns]\na = \"Hi\"":                                   `:2: campaigns.a is a text; allowed: a table, [campaigns.a]`,
		"[campaigns.a]\natt_tpm = 75":                               `:1: campaigns.a has no numbers; allowed: numbers = ["+19195550100"]`,
		"[campaigns.a]\nnumbers = []\natt_tpm = 75":                 `:1: campaigns.a has no numbers; allowed: numbers = ["+19195550100"]`,
		"[campaigns.a]\nnumbers = [\"+1\"]":                         `:1: campaigns.a says nothing of a carrier; allowed: att_tpm, tmo_daily`,
		"[campaigns.a]\nnumbers = \"+1\"\natt_tpm = 75":             `:2: campaigns.a.numbers is a text; allowed: a list of texts in quotes, such as ["a", "b"]`,
		"[campaigns.a]\nnumbers = [1]\natt_tpm = 75":                `:2: campaigns.a.numbers holds a whole number without quotes; allowed: a list of texts in quotes, such as ["a", "b"]`,
		"[campaigns.a]\nnumbers = [\"+1\"]\natt_tpm = 0":            `:3: campaigns.a.att_tpm is out of range; allowed: a whole number from 1 to 1000000`,
		"[campaigns.a]\nnumbers = [\"+1\"]\ntmo_daily = 1000001":    `:3: campaigns.a.tmo_daily is out of range; allowed: a whole number from 1 to 1000000`,
		"[campaigns.a]\nnumbers = [\"+1\"]\natt_tpm = \"75\"":       `:3: campaigns.a.att_tpm is a text; allowed: a whole number from 1 to 1000000`,
		"[campaigns.a]\nnumbers = [\"+1\"]\natt_tpm = 75\nrate = 1": `:4: campaigns.a.rate is unknown; allowed: numbers, att_tpm, tmo_daily`,
		"[campaigns.\"a b\"]\nnumbers = [\"+1\"]\natt_tpm = 75":     `:1: campaigns."a b" is not the id of a campaign; allowed: up to 64 letters from a to z, digits, - and _`,
	} {
		path := configFile(t, text+"\n")
		_, err := Load(os.LookupEnv, path)
		if err == nil || strings.ReplaceAll(err.Error(), path, "") != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}
