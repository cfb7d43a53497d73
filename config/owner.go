package config

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// isUnmapped reports whether uid is what the system shows for users that have no number
// here. In a user namespace, such as that of toolbox, bwrap or a rootless container, root
// outside is one of them, and the folders above a home are root's.
// See user_namespaces(7).
func isUnmapped(uid int) bool {
	const usual = 65534 // of Linux, unless it is told otherwise
	said, err := os.ReadFile("/proc/sys/kernel/overflowuid")
	if err != nil {
		return uid == usual
	}
	unmapped, err := strconv.Atoi(strings.TrimSpace(string(said)))
	return err == nil && uid == unmapped
}

// hasPrivateGroup reports whether nobody but the user is in a group. Many systems give
// each user such a group, of the user's name, and a umask of 002 with it, so that a right
// of the group is the user's own: Fedora, RHEL, and Debian with USERGROUPS_ENAB. It is
// what Debian's ssh asks before it bears with a file that its group may write.
//
// Members are looked for in /etc/passwd and /etc/group. Where a directory service keeps
// both the user and the group, their numbers have to be the same.
func hasPrivateGroup(uid, gid int) bool {
	// What cannot be read names nobody.
	users, _ := os.ReadFile("/etc/passwd")
	groups, _ := os.ReadFile("/etc/group")
	return isPrivateGroup(string(users), string(groups), uid, gid)
}

// isPrivateGroup is hasPrivateGroup by the content of passwd(5) and group(5).
func isPrivateGroup(users, groups string, uid, gid int) bool {
	user, group := "", ""
	for u := range entries(users, 4) { // name, password, uid, gid
		theirs, primary := number(u[2]), number(u[3])
		switch {
		case theirs == uid && user == "":
			if user = u[0]; primary != gid {
				return false
			}
		case theirs != uid && primary == gid:
			return false
		}
	}
	var members []string
	for g := range entries(groups, 4) { // name, password, gid, members
		if number(g[2]) == gid {
			group = g[0]
			members = append(members, strings.Split(g[3], ",")...)
		}
	}
	if user == "" && group == "" {
		return uid == gid
	}
	return user == group && !slices.ContainsFunc(members, func(m string) bool { return m != "" && m != user })
}

// entries are the lines of a file such as passwd(5) that have so many fields at least.
func entries(file string, fields int) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(file) {
			entry := strings.Split(strings.TrimSpace(line), ":")
			if len(entry) >= fields && !yield(entry) {
				return
			}
		}
	}
}

// number is that of a user or group; -1, which nobody has, for anything else.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
