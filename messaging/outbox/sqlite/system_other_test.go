//go:build !unix

package sqlite

import "context"

// What follows is for tests of rights and limits of a user, which there are none of here.

func helpNobody(context.Context, string, string) error   { return nil }
func helpFileSize(context.Context, string, string) error { return nil }
func helpUmask(context.Context, string, string) error    { return nil }
func helpToRead(context.Context, string, string) error   { return nil }
func helpRead(context.Context, string, string) error     { return nil }
