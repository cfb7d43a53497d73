package text

import "testing"

// TestLocale: the first variable that is set decides, however UTF-8 is written.
func TestLocale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		all, ctype, lang string
		name             string
		utf8             bool
	}{
		{"", "", "", "", false},
		{"", "", "en_US.UTF-8", "LANG", true},
		{"", "", "de_DE.utf8", "LANG", true},
		{"", "C", "en_US.UTF-8", "LC_CTYPE", false},
		{"C.UTF-8", "C", "C", "LC_ALL", true},
		{"POSIX", "", "en_US.UTF-8", "LC_ALL", false},
	} {
		set := map[string]string{"LC_ALL": tt.all, "LC_CTYPE": tt.ctype, "LANG": tt.lang}
		name, value, utf8 := Locale(func(name string) (string, bool) { return set[name], set[name] != "" })
		if name != tt.name || utf8 != tt.utf8 || value != set[name] {
			t.Errorf("%q: got %q, %q, %v, want %q, %v", set, name, value, utf8, tt.name, tt.utf8)
		}
	}
}
