package service

import (
	"net"
	"os"
	"strconv"

	"telex/config"
	"telex/ui/cli/say"
)

// firstFD is the first file that a service manager hands over.
const firstFD = 3

// Sockets are those that systemd opened for this process, so many at most; none if it did not.
// After an error too, the caller closes those that are returned. See sd_listen_fds(3).
func Sockets(env config.Lookup, most int) ([]net.Listener, error) {
	pid, _ := env("LISTEN_PID")
	count, _ := env("LISTEN_FDS")
	if pid != strconv.Itoa(os.Getpid()) || count == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 || n > most {
		return nil, say.Usagef("LISTEN_FDS has to be a number of sockets, not %q", count)
	}
	var sockets []net.Listener
	for fd := firstFD; fd < firstFD+n; fd++ {
		file := os.NewFile(uintptr(fd), "LISTEN_FD_"+strconv.Itoa(fd))
		if file == nil {
			return sockets, say.Usagef("LISTEN_FDS names file %d, which is not open", fd)
		}
		s, err := net.FileListener(file) // a copy, closed when a program is started
		_ = file.Close()
		if err != nil {
			return sockets, say.Usagef("file %d, which LISTEN_FDS hands over, is not a socket that listens: %v", fd, err)
		}
		sockets = append(sockets, s)
	}
	return sockets, nil
}
