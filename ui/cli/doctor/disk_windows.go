package doctor

import "golang.org/x/sys/windows"

// freeDisk is how many bytes this user may still write to where folder is.
func freeDisk(folder string) (uint64, error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, err //nolint:wrapcheck // whoever asks names the folder
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, err //nolint:wrapcheck // whoever asks names the folder
	}
	return free, nil
}
