//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// command measures a program that runs to its end, which has to be a good one. Input is
// its standard input; what it prints is looked at only if it fails.
func (b *bench) command(ctx context.Context, input string, environment []string, path string, args ...string) (result, error) {
	return program(ctx, input, environment, path, args, func(int, <-chan struct{}, result) {})
}

// long is command for one that takes a while: it measures memory, too.
func (b *bench) long(ctx context.Context, input string, environment []string, path string, args ...string) (result, error) {
	return program(ctx, input, environment, path, args, func(pid int, ended <-chan struct{}, r result) { r[rowMost] = mostMemory(pid, ended) })
}

// program runs a program to its end. Beside is called meanwhile, and returns after ended.
func program(ctx context.Context, input string, environment []string, path string, args []string, beside func(pid int, ended <-chan struct{}, r result)) (result, error) {
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // to run programs is what it is for
	cmd.Env = environment
	cmd.Stdin = strings.NewReader(input)
	var said bytes.Buffer
	cmd.Stderr = &said // standard output goes nowhere
	r, ended := result{}, make(chan struct{})
	var all sync.WaitGroup
	began := time.Now()
	err := cmd.Start()
	if err == nil {
		all.Go(func() { beside(cmd.Process.Pid, ended, r) })
		err = cmd.Wait()
	}
	took := time.Since(began)
	close(ended)
	all.Wait()
	if err != nil {
		return nil, fmt.Errorf("%s %.40q: %w\n%s", path, args, err, &said)
	}
	r[rowTime], r[rowCPU] = milliseconds(took), milliseconds(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	return r, nil
}

// mostMemory is the most memory that a process had, of which it looks now and then until it
// ended: what the system says of it then counts what was in its place before.
func mostMemory(pid int, ended <-chan struct{}) (most float64) {
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		_, peak := memory(pid)
		most = max(most, peak)
		select {
		case <-ended:
			return most
		case <-look.C:
		}
	}
}
