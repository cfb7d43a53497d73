//go:build !unix

package config

import "os/exec"

// asGroup does nothing: there are no process groups.
func asGroup(*exec.Cmd) {}
