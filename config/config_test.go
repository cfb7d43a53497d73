package config

import (
	"reflect"
	"testing"
)

// environment is a Lookup of what a map holds.
func environment(vars map[string]string) Lookup {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

func TestFromEnvironment(t *testing.T) {
	tests := []struct {
		name string
		vars map[string]string
		want Settings
	}{
		{"nothing", nil, Settings{}},
		{"everything", map[string]string{
			"BW_ACCOUNT_ID": "9900000", "BW_MESSAGING_APPLICATION_ID": "app-1", "BW_NUMBER": "+12345678901",
			"TELEX_BASE_URL": "https://gateway.example/api/v2", "TELEX_TOKEN_URL": "https://gateway.example/token", "TELEX_REGION": "gb",
		}, Settings{
			AccountID: "9900000", ApplicationID: "app-1", Numbers: []string{"+12345678901"},
			BaseURL: "https://gateway.example/api/v2", TokenURL: "https://gateway.example/token", Region: "GB",
		}},
		{
			"several numbers, with blanks and gaps",
			map[string]string{"BW_NUMBER": " +12345678901, (919) 555-1212,, "},
			Settings{Numbers: []string{"+12345678901", "(919) 555-1212"}},
		},
		{"blanks around an id", map[string]string{"BW_ACCOUNT_ID": " 9900000\n"}, Settings{AccountID: "9900000"}},
		{
			"the address of Bandwidth's tool",
			map[string]string{"BW_MESSAGING_URL": "https://gateway.example/"},
			Settings{BaseURL: "https://gateway.example/api/v2"},
		},
		{
			"the address of Bandwidth's tool, with the path",
			map[string]string{"BW_MESSAGING_URL": "https://gateway.example/x/api/v2/"},
			Settings{BaseURL: "https://gateway.example/x/api/v2"},
		},
		{
			"the address of Bandwidth's tool, no URL",
			map[string]string{"BW_MESSAGING_URL": "https://exa mple"},
			Settings{BaseURL: "https://exa mple"},
		},
		{
			"our address before the tool's",
			map[string]string{"TELEX_BASE_URL": "https://a.example", "BW_MESSAGING_URL": "https://b.example"},
			Settings{BaseURL: "https://a.example"},
		},
		{
			"our address, empty",
			map[string]string{"TELEX_BASE_URL": "", "BW_MESSAGING_URL": "https://b.example"},
			Settings{BaseURL: "https://b.example/api/v2"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := FromEnvironment(environment(tt.vars)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("FromEnvironment(%v)\n got %+v\nwant %+v", tt.vars, got, tt.want)
			}
		})
	}
}

func TestSettingsOver(t *testing.T) {
	below := Settings{
		AccountID: "a", ApplicationID: "b", Numbers: []string{"+12"},
		BaseURL: "https://c", TokenURL: "https://d", Region: "GB",
	}
	top := Settings{
		AccountID: "A", ApplicationID: "B", Numbers: []string{"+13", "+14"},
		BaseURL: "https://C", TokenURL: "https://D", Region: "FR",
	}
	if got := top.Over(below); !reflect.DeepEqual(got, top) {
		t.Errorf("a full top over a full bottom: got %+v, want %+v", got, top)
	}
	if got := (Settings{}).Over(below); !reflect.DeepEqual(got, below) {
		t.Errorf("an empty top over a full bottom: got %+v, want %+v", got, below)
	}
	if got := (Settings{}).Over(Default()).Region; got != "US" {
		t.Errorf("region where nothing was set: got %q, want US", got)
	}
}
