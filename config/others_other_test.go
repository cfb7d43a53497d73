//go:build !unix

package config

import "context"

func usualUmask() {}

func helpLoad(context.Context, string) error { return nil }
