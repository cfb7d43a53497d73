// Package palette finds what somebody means by a few letters of it.
package palette
