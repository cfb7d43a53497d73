//go:build !unix

package postgrestest

import (
	"fmt"
	"os/exec"
)

type account struct{}

func accountFor() (*account, error) {
	return nil, fmt.Errorf("%w: it is started on Unix systems only", ErrMissing)
}

func (*account) own(string) error { return nil }

func (*account) as(*exec.Cmd) {}
