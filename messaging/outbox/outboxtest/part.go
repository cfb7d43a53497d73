package outboxtest

// part are the rules of RunPart: together they put nine tenths of the statements that all
// rules do before a database, a twentieth as often.
const part = `
	Timeline Draft PruneDrafts PruneOfChanged GuardFindsOldDigests Mailings Dates Find SearchAsDialled
	Counts HandedOverTogether Figures Billed Batch AskedUntilSettled
	AskLimit AskedForAStranger AskPages ReceiveQuicker Received ReceivedOmitted Gap
	MissedUnread Threads OptOutByWords OptOutOmitted AnswersKilled ParallelHopeless ParallelPause
	ContactsFound ContactsOfAGroup ContactsRemoved ContactTakesNoTexts ContactsInConversations Fold
	FoldForeseen FoldKeepsNothing BroadcastPeople BroadcastAgain BroadcastApproved OwnFile Foresee
	BroadcastClockSetBack BroadcastTakenForDead BroadcastProbe Work Attended Rest Scheduled MissedDue
	Rescheduled DueFollowsClocks DueTextIsHeld RunMissed RunGoesOnLater RunFollowsClocks`
