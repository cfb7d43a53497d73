//go:build !linux

package sample

func memory() string { return "" }
