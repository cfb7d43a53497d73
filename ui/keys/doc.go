// Package keys holds the keys of the console, from which footer, help page, manual and
// the table in the README are made, and takes the user's own in their place.
package keys
