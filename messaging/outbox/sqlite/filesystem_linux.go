package sqlite

import "golang.org/x/sys/unix"

// FileSystem names the kind of file system that folder is on, "NFS"; "" if telex does not
// know it. Some lack what an outbox needs. FUSE is many: sshfs, rclone, NTFS. The numbers
// are those of statfs(2).
func FileSystem(folder string) string {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return ""
	}
	return map[uint32]string{
		unix.NFS_SUPER_MAGIC: "NFS", unix.CIFS_SUPER_MAGIC: "SMB", unix.SMB_SUPER_MAGIC: "SMB", unix.SMB2_SUPER_MAGIC: "SMB",
		unix.V9FS_MAGIC: "9p", unix.FUSE_SUPER_MAGIC: "FUSE", unix.AFS_SUPER_MAGIC: "AFS", unix.AFS_FS_MAGIC: "AFS", unix.CEPH_SUPER_MAGIC: "Ceph",
		unix.EXT4_SUPER_MAGIC: "ext4", unix.BTRFS_SUPER_MAGIC: "Btrfs", unix.XFS_SUPER_MAGIC: "XFS", unix.F2FS_SUPER_MAGIC: "F2FS",
		unix.TMPFS_MAGIC: "tmpfs, which is lost when the machine is turned off", unix.OVERLAYFS_SUPER_MAGIC: "overlayfs",
		unix.MSDOS_SUPER_MAGIC: "FAT", unix.EXFAT_SUPER_MAGIC: "exFAT", unix.ECRYPTFS_SUPER_MAGIC: "eCryptfs",
	}[uint32(s.Type)] //nolint:gosec // its type is another on other machines
}
