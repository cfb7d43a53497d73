// Package conversations is the page beside the steps that lists what was said with whom,
// newest first, and shows one conversation with a field to answer in. What is typed there
// becomes the message that the console is writing, so it is kept, looked at on Review and
// sent as any other; see [Reply].
package conversations
