//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// used is what a process has used so far, of all threads that it has.
type used struct {
	cpu   time.Duration
	wakes int // voluntary context switches: the system counts one where a thread waited
}

// usage is read from /proc; what is gone has used nothing.
func usage(pid int) (u used) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid)) // the pattern is good
	for _, thread := range threads {
		if b, err := os.ReadFile(filepath.Join(thread, "schedstat")); err == nil {
			first, _, _ := strings.Cut(string(b), " ")
			ns, _ := strconv.ParseInt(first, 10, 64)
			u.cpu += time.Duration(ns)
		}
		u.wakes += status(filepath.Join(thread, "status"), "voluntary_ctxt_switches")
	}
	return u
}

// memory is what a process has for itself alone now, and the most of all that it had, in
// MB of 1024 kB each, as /proc says it.
func memory(pid int) (own, peak float64) {
	file := fmt.Sprintf("/proc/%d/status", pid)
	return float64(status(file, "RssAnon")) / 1024, float64(status(file, "VmHWM")) / 1024
}

// status is a number of a file of /proc/PID/status' form.
func status(file, name string) int {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n
		}
	}
	return 0
}
