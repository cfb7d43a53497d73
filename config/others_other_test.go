//go:build !unix

package config

import "context"

func helpLoad(context.Context, string) error { return nil }
