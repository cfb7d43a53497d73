package page

// A Message is the result of a command that a page gave. It says which page waits for
// it; the app hands it to that page's Update, whatever is in front, and does what the
// page then asks for.
type Message interface{ To() ID }
