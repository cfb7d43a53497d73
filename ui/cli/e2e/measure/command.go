//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// command measures a program that runs to its end, which has to be a good one. Input is
// its standard input; what it prints is looked at only if it fails.
func (b *bench) command(ctx context.Context, input string, environment []string, path string, args ...string) (result, error) {
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // to run programs is what it is for
	cmd.Env = environment
	cmd.Stdin = strings.NewReader(input)
	var said bytes.Buffer
	cmd.Stderr = &said // standard output goes nowhere
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if err != nil {
		return nil, fmt.Errorf("%s %.40q: %w\n%s", path, args, err, &said)
	}
	return result{rowTime: milliseconds(took), rowCPU: milliseconds(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime())}, nil
}
