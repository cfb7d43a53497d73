package outbox

import "golang.org/x/sys/unix"

// fileSystem names the file system that folder is on, if it is of those that people
// have trouble with; else "". The numbers are those of statfs(2).
func fileSystem(folder string) string {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return ""
	}
	switch uint32(s.Type) { //nolint:gosec // its sign is another on other machines
	case unix.NFS_SUPER_MAGIC:
		return "NFS"
	case unix.CIFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC:
		return "SMB"
	case unix.V9FS_MAGIC:
		return "9p"
	case unix.FUSE_SUPER_MAGIC:
		return "FUSE"
	case unix.AFS_SUPER_MAGIC:
		return "AFS"
	}
	return ""
}
