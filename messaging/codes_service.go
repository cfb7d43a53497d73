package messaging

// serviceCodes are the codes from 5000, by rising code: the service is at fault, or nobody
// can say.
var serviceCodes = [...]codeRow{
	{
		code: 5100, name: "temporary-app-error", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "error at Bandwidth",
		meaning: "A part of Bandwidth's service failed for a moment while it handled the message.",
		advice:  "Send it again in a few minutes. If it keeps failing, look at Bandwidth's status page.",
	},
	{
		code: 5101, name: "temporary-app-shutdown", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "shutdown at Bandwidth",
		meaning: "The part of Bandwidth's service that held the message was being shut down, so the message was not taken.",
		advice:  "Send it again in a minute; another part will take it.",
	},
	{
		code: 5106, name: "impossible-to-route", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "no working route",
		meaning: "Bandwidth tried several times and found no working route to the recipient.",
		advice:  "Check the recipient's number, then try again later. If it goes on, ask Bandwidth support.",
	},
	{
		code: 5111, name: "temporary-app-connection-closed", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "connection closed at Bandwidth",
		meaning: "The message reached Bandwidth over an internal connection that had just been closed.",
		advice:  "Send it again now. It is not a fault of yours.",
	},
	{
		code: 5201, name: "temporary-rout-error-retries-exceeded", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "Bandwidth gave up after several tries",
		meaning: "Bandwidth could not hand the message over within its number of tries and gave up.",
		advice:  "Try again in an hour: the network behind was not taking messages.",
	},
	{
		code: 5211, name: "temporary-app-error-app-busy", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "Bandwidth too busy",
		meaning: "Bandwidth's service was too busy to take the message.",
		advice:  "Wait a few minutes and send it again, slower if you sent many.",
	},
	{
		code: 5220, name: "temporary-store-error", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "not saved by Bandwidth",
		meaning: "Bandwidth could not save the message, and so did not take it.",
		advice:  "Send it again in a few minutes, and check Bandwidth's status page if others fail too.",
	},
	{
		code: 5231, name: "discarded-concatenation-timeout", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "parts did not come together",
		meaning: "Not all parts of a long message came together in time, so Bandwidth dropped it.",
		advice:  "Send it again, shorter if you can: a text of one segment cannot fail in this way.",
	},
	{
		code: 5500, name: "message-send-failed", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "sending failed",
		meaning: "Sending failed: the recipient's carrier reported a general failure of its service to Bandwidth.",
		advice:  "Try again in some minutes. If only one carrier's customers are affected, wait for that carrier.",
	},
	{
		code: 5501, name: "message-send-failed", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "no destination available",
		meaning: "Sending failed because no destination was available to hand the message to.",
		advice:  "Check the recipient's number and try again later; report it to Bandwidth support if it stays so.",
	},
	{
		code: 5600, name: "destination-carrier-queue-full", billing: billed, arrival: ArrivalUnlikely, reaction: ReactSlowDown,
		brief:   "carrier's queue full",
		meaning: "The recipient's carrier is overloaded or slows Bandwidth down: its queue is full.",
		advice:  "Wait an hour, then try one more time.",
	},
	{
		code: 5610, name: "submit-sm-or-submit-multi-failed", billing: billed, arrival: ArrivalUnlikely, reaction: ReactOnceMore,
		brief:   "error at the carrier",
		meaning: "The carrier's system had an error when the message was handed to it.",
		advice:  "Try one more time in some minutes. If that fails too, the carrier has a problem that only time solves.",
	},
	{
		code: 5620, name: "destination-app-error", billing: billed, arrival: ArrivalUnlikely, reaction: ReactOnceMore,
		brief:   "carrier's system failed",
		meaning: "The carrier's system failed while it worked on the message, and says no more than that.",
		advice:  "Try once more later. At T-Mobile this is often a sending number that is on no 10DLC campaign: check its registration. If several recipients at one carrier fail, tell Bandwidth support.",
	},
	{
		code: 5630, name: "message-not-acknowledged", billing: billed, arrival: ArrivalUnclear, reaction: ReactUnclear, retry: RetryUnclear,
		brief:   "not confirmed by the carrier",
		meaning: "The carrier did not confirm that it took the message.",
		advice:  "Ask the recipient whether it came through before you send it again.",
	},
	{
		code: 5650, name: "destination-failed", billing: billed, arrival: ArrivalUnlikely, reaction: ReactOnceMore,
		brief:   "carrier could not deliver",
		meaning: "The carrier took the message but could not bring it to the recipient's network or phone.",
		advice:  "Try one more time in an hour, then use another way to reach this recipient.",
	},
	{
		code: 5999, name: "unknown-error", billing: free, arrival: ArrivalNo, reaction: ReactOnceMore,
		brief:   "unknown error at Bandwidth",
		meaning: "Something failed inside Bandwidth that its own service has no name for.",
		advice:  "Try again later, and give Bandwidth support the message id if it comes back.",
	},
	{
		code: 9902, name: "delivery-receipt-expired", billing: billed, arrival: ArrivalUnclear, reaction: ReactUnclear,
		brief:   "no receipt",
		meaning: "No delivery receipt came from the carrier within two hours. That says nothing about the message: it may well have arrived.",
		advice:  "Do not just send it again. Ask the recipient, or wait for an answer; if it must arrive, mark the second one as a repeat.",
	},
	{
		code: 9999, name: "unknown-error", billing: billed, arrival: ArrivalUnclear, reaction: ReactUnclear,
		brief:   "unknown error at the carrier",
		meaning: "The carrier reported a failure with a code that Bandwidth does not know. The message may have arrived anyway.",
		advice:  "Check with the recipient before you send again. If many fail so, ask Bandwidth support what the carrier said.",
	},
}
