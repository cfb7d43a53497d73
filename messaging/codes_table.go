package messaging

// What Bandwidth does with the bill of a message that failed.
const (
	free   = false
	billed = true
)

// deliveryCodes is every code that Bandwidth lists, by rising code. It is never
// written to. Names and billing are Bandwidth's, the explanations are ours.
var deliveryCodes = [...]codeRow{
	{
		4001, "service-not-allowed", free,
		"Bandwidth refused the message because this account, number or kind of message is not allowed to use the service.",
		"Check that messaging is switched on for the account and the number, and that the request is well formed. If both hold, ask Bandwidth support.",
	},
	{
		4301, "malformed-invalid-encoding", free,
		"The text holds characters that Bandwidth cannot convert for the recipient's network.",
		"Remove unusual characters, such as control characters or broken emoji, and send it again.",
	},
	{
		4302, "malformed-invalid-from-number", free,
		"The sending number is not one that exists: it has the wrong number of digits, or no network routes it.",
		"Correct the sending number. It must be one of your own, complete and with its country code.",
	},
	{
		4303, "malformed-invalid-to-number", free,
		"The recipient's number is not one that exists: it has the wrong number of digits, or no network routes it.",
		"Correct the recipient's number and send it again.",
	},
	{
		4350, "malformed-for-destination", free,
		"Bandwidth took the message but could not put it into a form for its destination, most often because the recipient's number is invalid.",
		"Check the recipient's number digit by digit. If it is right, try a plain short text to see whether the content is the problem.",
	},
	{
		4360, "message-not-sent-expiration-date-passed", free,
		"The message was still waiting when its expiration passed, so Bandwidth dropped it. It was not sent.",
		"If it still matters, send it anew with a later expiration or none. If it waited long, your queue is too full for your rate.",
	},
	{
		4401, "rejected-routing-error", free,
		"Bandwidth found no way to route the message, or it would have run in a circle, as when sender and recipient are the same number.",
		"Make sure that sender and recipient differ. If they do, ask Bandwidth support to check how the recipient's number is set up.",
	},
	{
		4403, "rejected-forbidden-from-number", free,
		"The sending number may not send: it is not yours at Bandwidth, is disconnected, or is not enabled for this kind of message.",
		"Look the number up in the Bandwidth dashboard and enable messaging for it, or send from another of your numbers.",
	},
	{
		4404, "rejected-forbidden-to-number", free,
		"The recipient's number cannot be sent to: it is inactive, not enabled for messaging, or not a real number.",
		"Check the number with the recipient. A landline needs another way to be reached.",
	},
	{
		4405, "rejected-unallocated-from-number", free,
		"The sending number is not an active, text-enabled number in the industry's records.",
		"If the number is new or was just ported, give it time and check its messaging setup in the dashboard; otherwise send from another one.",
	},
	{
		4406, "rejected-unallocated-to-number", free,
		"The recipient's number is well formed, but no carrier has it in use.",
		"Check it for a typing error. If it is what the recipient gave you, it is out of service: stop using it.",
	},
	{
		4407, "rejected-account-not-defined-from-number", free,
		"The sending number does not belong to the account that sent, or is not set up for sending.",
		"Check that you use the right account, and that this number is assigned to it and to the application.",
	},
	{
		4408, "rejected-account-not-defined-to-number", free,
		"The recipient's number is kept at Bandwidth but belongs to no account that could receive the message.",
		"Check the recipient's number. If it is another one of yours, finish its messaging setup in the dashboard.",
	},
	{
		4409, "rejected-invalid-from-profile", free,
		"Bandwidth could not build the destination of the message, usually because the recipient's number takes no MMS.",
		"Send plain text without media to this recipient, with a link in place of the media.",
	},
	{
		4410, "media-unavailable", free,
		"Bandwidth could not download one of the media files.",
		"Open each media URL from outside your network, without a login. Bandwidth's own media store keeps files for 48 hours only: upload again if they expired.",
	},
	{
		4411, "rejected-message-size-limit-exceeded", free,
		"The media files are too large together.",
		"Shrink or drop files: at most 3.5 MB each, and from a toll-free number 525 KB in all.",
	},
	{
		4412, "media-content-invalid", free,
		"The content type of a media file is missing, unreadable, or not one that MMS can carry.",
		"See that the server names the right Content-Type, and use JPEG, PNG or GIF, which are safe everywhere.",
	},
	{
		4420, "rejected-carrier-does-not-exist", free,
		"Bandwidth has no connection to the carrier that this message would have to go through.",
		"Ask Bandwidth support with the message id. No change to the message will help.",
	},
	{
		4421, "rejected-forbidden-no-destination", free,
		"The account has no permission to send to this destination.",
		"Check that the recipient is in a country and of a kind that you mean to reach, then ask Bandwidth to enable it for the account.",
	},
	{
		4431, "rejected-forbidden-shortcode", free,
		"The account is not set up for messages with short codes.",
		"Use a full-length number, or have Bandwidth set the account up for short codes.",
	},
	{
		4432, "rejected-forbidden-country", free,
		"The account may not send to this country, or this kind of message does not reach it. MMS in particular stays within few countries.",
		"Check the country code for a mistake. For MMS try plain text; otherwise ask Bandwidth to open the country for the account.",
	},
	{
		4433, "rejected-forbidden-tollfree", free,
		"The account is not enabled for messages from toll-free numbers.",
		"Send from a local number, or ask Bandwidth to enable toll-free messaging.",
	},
	{
		4434, "rejected-forbidden-tollfree-for-recipient", free,
		"The recipient is a toll-free number that takes no messages or is not active.",
		"Reach this recipient in another way, or at another number.",
	},
	{
		4435, "forbidden-too-many-recipients", free,
		"The group has more members than a group message may have, which is 10.",
		"Send to smaller groups, or to each recipient alone.",
	},
	{
		4451, "rejected-wrong-user-id", free,
		"Bandwidth does not know the user, that is the account id, under which the message was sent.",
		"Check the account id in the settings against the Bandwidth dashboard.",
	},
	{
		4452, "rejected-wrong-application-id", free,
		"The application id does not exist or belongs to another account.",
		"Copy the application id from the Bandwidth dashboard, and check that the sending number is tied to that application.",
	},
	{
		4470, "rejected-spam-detected", billed,
		"Bandwidth's own filter took the message for spam because of its content, its sender or the volume. This one is billed although Bandwidth stopped it.",
		"Do not repeat it: that makes it worse. Name yourself and how to opt out, drop shortened links and anything about sex, hate, alcohol, firearms or tobacco; if it is legitimate, appeal to Bandwidth support.",
	},
	{
		4481, "rejected-from-number-in-blacklist", free,
		"The sending number is blocked at Bandwidth, usually after complaints or repeated breaches of the rules.",
		"Stop sending from it and ask Bandwidth support why it was blocked. Moving the same traffic to another number gets that one blocked too.",
	},
	{
		4482, "rejected-to-number-in-blacklist", free,
		"The recipient's number is on a list of numbers that Bandwidth sends nothing to.",
		"Take the number off your list. Ask Bandwidth support if you are sure that the recipient wants your messages.",
	},
	{
		4492, "reject-emergency", free,
		"The message was addressed to an emergency number, to which Bandwidth carries no messages. Nobody was alerted.",
		"If this is an emergency, call the emergency number by telephone now. Otherwise correct the recipient.",
	},
	{
		4493, "rejected-unauthorized", free,
		"The sender has no right to send messages from this account.",
		"Check which credentials and account were used, and that they have the messaging role in the dashboard.",
	},
	{
		4700, "invalid-service-type", billed,
		"The carrier does not offer this kind of message, SMS or MMS, for the recipient or the phone.",
		"If it was an MMS, send plain text; if it was text, the number most likely cannot receive any.",
	},
	{
		4701, "destination-service-unavailable", billed,
		"The carrier cannot reach the recipient, or has no text service for this number at the moment.",
		"Try once in some hours. If it fails again, treat the number as one that cannot be texted.",
	},
	{
		4702, "destination-subscriber-unavailable", billed,
		"The recipient cannot be reached now: the phone is off, out of coverage, barred, or its memory is full. Some carriers keep the message and deliver it later.",
		"Wait until the phone is likely to be on, and check whether the message came through before sending it again.",
	},
	{
		4711, "rejected-message-size-limit-exceeded", billed,
		"The recipient's carrier could not take the media because they are too large for it.",
		"Send smaller files. Carriers' limits lie between 1 and 3 MB; less than 500 KB in all reaches most phones.",
	},
	{
		4712, "media-content-invalid", billed,
		"The recipient's carrier does not support the type of a media file.",
		"Convert it to JPEG, PNG or GIF, or send a link to it.",
	},
	{
		4720, "invalid-destination-address", billed,
		"The carrier says that the recipient's number is not valid or cannot receive messages: it is not in use, or it is a landline. A T-Mobile customer who blocks toll-free and short-code senders gives this code too.",
		"Check the number. If it is a mobile number in use and you sent from a toll-free number, try a local one; otherwise remove it from your list.",
	},
	{
		4721, "destination-tn-deactivated", billed,
		"The recipient's number is on the carriers' list of deactivated numbers.",
		"Remove the number, and its consent, from your list: it may be given to somebody else soon.",
	},
	{
		4730, "no-route-to-destination-carrier", billed,
		"The carrier found no route to the phone, for instance because it is roaming in a network that it has no agreement with.",
		"Try again when the recipient is back in the home network. If it happens for many recipients, ask Bandwidth support.",
	},
	{
		4740, "invalid-source-address-address", billed,
		"The carrier does not accept the sending number: it is not a valid, registered or permitted sender there.",
		"Check the number's registration (10DLC campaign, toll-free verification), or send from another kind of number.",
	},
	{
		4750, "destination-rejected-message", billed,
		"The recipient's carrier refused the message and gave no reason. At AT&T it can be a prepaid account without credit, a line that is barred for such messages, or suspected spam.",
		"Try another recipient at the same carrier. If only this one fails, it is theirs to solve; if all do, look at content and registration.",
	},
	{
		4751, "destination-rejected-message-size-invalid", billed,
		"The recipient's carrier refused the message because of its length.",
		"Shorten the text to one segment, or cut it into several messages.",
	},
	{
		4752, "destination-rejected-malformed", billed,
		"The recipient's carrier could not read the message: it was empty, too long for a phone that takes one segment, or had a value that the carrier does not know.",
		"Send a short text in plain characters. If that arrives, the length or a character was the cause; if not, ask Bandwidth support.",
	},
	{
		4753, "destination-rejected-handset", billed,
		"The recipient's phone itself refused the message. Only Verizon reports this.",
		"Ask the recipient whether messages are blocked or the memory is full.",
	},
	{
		4770, "destination-spam-detected", billed,
		"The recipient's carrier took the message for spam because of its words, its links, or earlier messages from this number.",
		"Do not repeat it. Compare the text with your registered campaign, drop forbidden topics and shortened links, and slow down; if it goes on, ask Bandwidth support.",
	},
	{
		4771, "rejected-shortened-url", billed,
		"The message was refused because of a shortened link.",
		"Use the full link, or a short domain of your own. Public link shorteners are blocked by carriers.",
	},
	{
		4772, "rejected-tn-blocked", billed,
		"The sender or the recipient is blocked in a network beyond Bandwidth, and the code does not say which.",
		"Only Bandwidth support can find out which number it is and why: give them the message id.",
	},
	{
		4773, "inactive-campaign", billed,
		"The 10DLC campaign of the sending number is not active for this carrier: it is pending, rejected or suspended.",
		"Look at the campaign's status in The Campaign Registry and solve what it says, or send from a number of an active campaign.",
	},
	{
		4774, "provisioning-issue", billed,
		"The sending number is set up wrongly or incompletely in the industry's database, often in a part of its 10DLC registration.",
		"Ask Bandwidth support to check and correct the number's records. Until then send from another number.",
	},
	{
		4775, "destination-rejected-due-to-user-opt-out", billed,
		"The recipient has opted out of messages from you, for instance by answering STOP.",
		"Take the recipient off the list and do not write again, from this number or any other. Only the recipient can opt in again.",
	},
	{
		4780, "volume-violation-tmo", billed,
		"T-Mobile's daily limit for your 10DLC brand is used up.",
		"Hold all traffic to T-Mobile until the limit starts afresh the next day, then send again. More vetting of the brand raises the limit.",
	},
	{
		4781, "volume-violation-att", billed,
		"AT&T's rate for your 10DLC campaign was exceeded, or AT&T is slowing you down for another reason such as complaints.",
		"Slow down to the rate of the campaign and send again later. If your rate was within it, look for complaints about your content.",
	},
	{
		4785, "volumetric-violation", billed,
		"The carrier's limit on how much you may send was exceeded.",
		"Pause, then go on at a lower rate and send this message again.",
	},
	{
		4790, "destination-rejected-sc-not-allowed", billed,
		"The carrier does not let this recipient receive from your short code, or from short codes at all.",
		"The recipient must have the block removed by their carrier. Or send from a full-length number, if you have consent for that.",
	},
	{
		4791, "destination-rejected-campaign-not-allowed", billed,
		"The carrier does not allow, or has blocked, the campaign of your short code.",
		"Ask Bandwidth support about the state of the short code's campaign with that carrier.",
	},
	{
		4792, "destination-rejected-sc-not-provisioned", billed,
		"Your short code is not set up in the recipient's network.",
		"Have Bandwidth set it up with that carrier. Until then reach these recipients from another number.",
	},
	{
		4793, "destination-rejected-sc-expired", billed,
		"Your short code has expired with the recipient's carrier.",
		"Renew the lease of the short code, then tell Bandwidth support so that the carrier is told as well.",
	},
	{
		4795, "tfn-not-verified", billed,
		"The sending toll-free number is not verified, or spam was seen on it before it was verified.",
		"Submit the number for toll-free verification, and send from a verified or local number until it is done.",
	},
	{
		5100, "temporary-app-error", free,
		"A part of Bandwidth's service failed for a moment while it handled the message.",
		"Send it again in a few minutes. If it keeps failing, look at Bandwidth's status page.",
	},
	{
		5101, "temporary-app-shutdown", free,
		"The part of Bandwidth's service that held the message was being shut down, so the message was not taken.",
		"Send it again in a minute; another part will take it.",
	},
	{
		5106, "impossible-to-route", free,
		"Bandwidth tried several times and found no working route to the recipient.",
		"Check the recipient's number, then try again later. If it goes on, ask Bandwidth support.",
	},
	{
		5111, "temporary-app-connection-closed", free,
		"The message reached Bandwidth over an internal connection that had just been closed.",
		"Send it again now. It is not a fault of yours.",
	},
	{
		5201, "temporary-rout-error-retries-exceeded", free,
		"Bandwidth could not hand the message over within its number of tries and gave up.",
		"Try again in an hour: the network behind was not taking messages.",
	},
	{
		5211, "temporary-app-error-app-busy", free,
		"Bandwidth's service was too busy to take the message.",
		"Wait a few minutes and send it again, slower if you sent many.",
	},
	{
		5220, "temporary-store-error", free,
		"Bandwidth could not save the message, and so did not take it.",
		"Send it again in a few minutes, and check Bandwidth's status page if others fail too.",
	},
	{
		5231, "discarded-concatenation-timeout", free,
		"Not all parts of a long message came together in time, so Bandwidth dropped it.",
		"Send it again, shorter if you can: a text of one segment cannot fail in this way.",
	},
	{
		5500, "message-send-failed", free,
		"Sending failed: the recipient's carrier reported a general failure of its service to Bandwidth.",
		"Try again in some minutes. If only one carrier's customers are affected, wait for that carrier.",
	},
	{
		5501, "message-send-failed", free,
		"Sending failed because no destination was available to hand the message to.",
		"Check the recipient's number and try again later; report it to Bandwidth support if it stays so.",
	},
	{
		5600, "destination-carrier-queue-full", billed,
		"The recipient's carrier is overloaded or slows Bandwidth down: its queue is full.",
		"Wait an hour, then try one more time.",
	},
	{
		5610, "submit-sm-or-submit-multi-failed", billed,
		"The carrier's system had an error when the message was handed to it.",
		"Try one more time in some minutes. If that fails too, the carrier has a problem that only time solves.",
	},
	{
		5620, "destination-app-error", billed,
		"The carrier's system failed while it worked on the message, and says no more than that.",
		"Try once more later. If several recipients at one carrier fail, tell Bandwidth support.",
	},
	{
		5630, "message-not-acknowledged", billed,
		"The carrier did not confirm that it took the message.",
		"Ask the recipient if you can, for it may have come through; otherwise try one more time.",
	},
	{
		5650, "destination-failed", billed,
		"The carrier took the message but could not bring it to the recipient's network or phone.",
		"Try one more time in an hour, then use another way to reach this recipient.",
	},
	{
		5999, "unknown-error", free,
		"Something failed inside Bandwidth that its own service has no name for.",
		"Try again later, and give Bandwidth support the message id if it comes back.",
	},
	{
		9902, "delivery-receipt-expired", billed,
		"No delivery receipt came from the carrier within two hours. That says nothing about the message: it may well have arrived.",
		"Do not send it again blindly. Ask the recipient, or wait for an answer; if it must arrive, mark the second one as a repeat.",
	},
	{
		9999, "unknown-error", billed,
		"The carrier reported a failure with a code that Bandwidth does not know.",
		"Check with the recipient before you send again. If many fail so, ask Bandwidth support what the carrier said.",
	},
}
