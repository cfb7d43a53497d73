//go:build linux || darwin || freebsd

package doctor

import "golang.org/x/sys/unix"

// freeDisk is how many bytes this user may still write to where folder is.
func freeDisk(folder string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err //nolint:wrapcheck // whoever asks names the folder
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil //nolint:gosec,unconvert // their types are others on other systems
}
