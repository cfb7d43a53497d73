package config

import "testing"

func TestIsPrivateGroup(t *testing.T) {
	const (
		users = "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/bash\n" +
			"bob:x:1001:100::/home/bob:/bin/sh\ncarol:x:1002:1002::/home/carol:/bin/sh\n" +
			"dave:x:1003:1003::/home/dave:/bin/sh\nbackup:x:34:1003::/:/bin/false\n" +
			"erin:x:1004:1004::/home/erin:/bin/sh\n\n# a remark\n"
		groups = "root:x:0:\nalice:x:1000:\nusers:x:100:\nbob:x:1001:\ncarol:x:1002:carol,www-data\n" +
			"dave:x:1003:\nstaff:x:1004:\nfrank:x:1005:\nadm:x:4:alice\n"
	)
	tests := []struct {
		name     string
		uid, gid int
		want     bool
	}{
		{"the user's own", 1000, 1000, true},
		{"root's", 0, 0, true},
		{"of somebody else", 1000, 1004, false},
		{"another one that the user is in", 1000, 4, false},
		{"shared by all users", 1001, 100, false},
		{"of the user's name, but not the user's first", 1001, 1001, false},
		{"with another member", 1002, 1002, false},
		{"another user's first too", 1003, 1003, false},
		{"the user's first, by another name", 1004, 1004, false},
		{"a user whom the file does not name", 1005, 1005, false},
		{"both of a directory service", 5000, 5000, true},
		{"both of a directory service, and different", 5000, 5001, false},
	}
	for _, tt := range tests {
		if got := isPrivateGroup(users, groups, tt.uid, tt.gid); got != tt.want {
			t.Errorf("%s: got %v for user %d and group %d, want %v", tt.name, got, tt.uid, tt.gid, tt.want)
		}
	}
	if isPrivateGroup(users, groups+"alice:x:1000:mallory\n", 1000, 1000) {
		t.Error("a member in a second line for the group was not seen")
	}
	if !isPrivateGroup(users, "alice:x:1000:alice\n", 1000, 1000) {
		t.Error("the user as a member of the own group counted as somebody else")
	}
}
