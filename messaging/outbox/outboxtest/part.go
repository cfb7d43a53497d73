package outboxtest

// part are the rules of RunPart.
const part = `
	BeginRecordsTheRequest AnswersComeBack FailuresComeBack CarelessCalls Timeline
	Draft DraftSent PruneDrafts
	GuardComparesWhatIsSeen FailedGroup OmitTextKeeps
	Pages Mailings Search Find Counts RecentRecipients
	AskedFor FoundClearsError
	RunCancelled Batch
	ParallelHopeless
	OneAsks AskPages
	RunStates AddPeople
	Received ReceivedTwice Missed Threads PruneThreads
	OptOutByWords OptOutByPerson AnswersLoop
	ContactsFound ContactsOfAGroup ContactsInConversations
	Fold FoldForeseen
	Broadcast BroadcastApproved BroadcastCancelled BroadcastReport
	Work Attended
	Scheduled Rescheduled
	RunFollowsClocks`
