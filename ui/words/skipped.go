package words

// Skipped is the state of people of a broadcast who get nothing. They have no message, so it
// is not among [States].
const Skipped = "skipped"

// What that means for somebody, what to do about it, and why no list of messages has it.
const (
	SkippedMeans        = "somebody on the list of a broadcast got nothing, for a reason that it names: no message was made, so none was paid for"
	SkippedNext         = "see who, and why: telex broadcast report ID"
	SkippedHasNoMessage = "who was skipped by a broadcast has no message; telex broadcast report ID lists them, with their reasons"
)
