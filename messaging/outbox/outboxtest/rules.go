package outboxtest

import "testing"

// A rule is a test with its name.
type rule struct {
	name string
	do   func(t *testing.T)
}

// messages: what is kept of a message, its states, and what receipts make of it.
func (on *suite) messages() []rule {
	return []rule{
		{"Table", on.testTable},
		{"Moves", on.testMoves},
		{"BeginRecordsTheRequest", on.testBeginRecordsTheRequest},
		{"AnswersComeBack", on.testAnswersComeBack},
		{"CarelessCalls", on.testCarelessCalls},
		{"FailuresComeBack", on.testFailuresComeBack},
		{"DeliveredAs", on.testDeliveredAs},
		{"Unconfirmed", on.testUnconfirmed},
		{"Doubt", on.testDoubt},
		{"DoubtEnds", on.testDoubtEnds},
		{"GradeIsKept", on.testGradeIsKept},
		{"Trouble", on.testTrouble},
		{"Timeline", on.testTimeline},
		{"TimelineOfSending", on.testTimelineOfSending},
		{"Maker", on.testMaker},
		{"OddMakers", on.testOddMakers},
	}
}

// drafts: what is being written.
func (on *suite) drafts() []rule {
	return []rule{
		{"Draft", on.testDraft},
		{"DraftsOfMany", on.testDraftsOfMany},
		{"DraftSent", on.testDraftSent},
		{"DraftOfAnother", on.testDraftOfAnother},
		{"PruneDrafts", on.testPruneDrafts},
		{"DraftsOfPeople", on.testDraftsOfPeople},
	}
}

// repeats: the guard against sending twice.
func (on *suite) repeats() []rule {
	return []rule{
		{"Repeats", on.testRepeats},
		{"RepeatsOfWhatWaited", on.testRepeatsOfWhatWaited},
		{"PruneOfChanged", on.testPruneOfChanged},
		{"KeepForAll", on.testKeepForAll},
		{"WhoRepeats", on.testWhoRepeats},
		{"FailedGroup", on.testFailedGroup},
		{"LatestRepeat", on.testLatestRepeat},
		{"ResendNeedsYes", on.testResendNeedsYes},
		{"GuardComparesWhatIsSeen", on.testGuardComparesWhatIsSeen},
		{"GuardFindsOldDigests", on.testGuardFindsOldDigests},
		{"OmitTextKeeps", on.testOmitTextKeeps},
	}
}

// lists: what is listed, found and counted.
func (on *suite) lists() []rule {
	return []rule{
		{"Pages", on.testPages},
		{"Mailings", on.testMailings},
		{"Search", on.testSearch},
		{"SearchIsComplete", on.testSearchIsComplete},
		{"SearchInStates", on.testSearchInStates},
		{"Look", on.testLook},
		{"Dates", on.testDates},
		{"Find", on.testFind},
		{"Version", on.testVersion},
		{"RecentRecipients", on.testRecentRecipients},
		{"SearchAsDialled", on.testSearchAsDialled},
		{"Counts", on.testCounts},
		{"HandedOverTogether", on.testHandedOverTogether},
		{"CountsOfOld", on.testCountsOfOld},
		{"Figures", on.testFigures},
		{"FiguresOfSpans", on.testFiguresOfSpans},
		{"FiguresAddUp", on.testFiguresAddUp},
		{"FiguresOfMany", on.testFiguresOfMany},
		{"Billed", on.testBilled},
	}
}

// checks: asking the API about a message.
func (on *suite) checks() []rule {
	return []rule{
		{"CheckUnknown", on.testCheckUnknown},
		{"Lengths", on.testLengths},
		{"Rivals", on.testRivals},
		{"AskedFor", on.testAskedFor},
		{"WindowOfTheKilled", on.testWindowOfTheKilled},
		{"NotConclusive", on.testNotConclusive},
		{"Meanwhile", on.testMeanwhile},
		{"ClaimedBetween", on.testClaimedBetween},
		{"CheckFollows", on.testCheckFollows},
		{"FoundClearsError", on.testFoundClearsError},
	}
}

// sending: one message after the other, and the ends of it.
func (on *suite) sending() []rule {
	return []rule{
		{"Run", on.testRun},
		{"RunCancelled", on.testRunCancelled},
		{"RunLimit", on.testRunLimit},
		{"RunSettledByAnother", on.testRunSettledByAnother},
		{"RunUnrecorded", on.testRunUnrecorded},
		{"Batch", on.testBatch},
		{"BatchNamesake", on.testBatchNamesake},
		{"BatchGivenUp", on.testBatchGivenUp},
		{"BatchAbandoned", on.testBatchAbandoned},
		{"Unrecorded", on.testUnrecorded},
		{"ReadingAfterClose", on.testReadingAfterClose},
		{"GivenUp", on.testGivenUp},
	}
}

// asking: who asks what became of messages, when, and how often.
func (on *suite) asking() []rule {
	return []rule{
		{"AskedByAge", on.testAskedByAge},
		{"AskedUntilSettled", on.testAskedUntilSettled},
		{"AskedBeforeListed", on.testAskedBeforeListed},
		{"OneAsks", on.testOneAsks},
		{"AnotherAsks", on.testAnotherAsks},
		{"StoppedAsker", on.testStoppedAsker},
		{"AskLimit", on.testAskLimit},
		{"AskBudget", on.testAskBudget},
		{"AskFailure", on.testAskFailure},
		{"AskedInSpite", on.testAskedInSpite},
		{"AskRefused", on.testAskRefused},
		{"AskedSlowly", on.testAskedSlowly},
		{"AskSoon", on.testAskSoon},
		{"AskLessWhenHeard", on.testAskLessWhenHeard},
		{"AskedForAStranger", on.testAskedForAStranger},
		{"AskAbout", on.testAskAbout},
		{"AskedTogether", on.testAskedTogether},
		{"AskedBeside", on.testAskedBeside},
		{"AskedInHalves", on.testAskedInHalves},
		{"AskPages", on.testAskPages},
	}
}

// runs: runs, and the processes that share an outbox.
func (on *suite) runs() []rule {
	return []rule{
		{"RunStates", on.testRunStates},
		{"AddPeople", on.testAddPeople},
		{"ManyMoves", on.testManyMoves},
	}
}

// hearing: what callbacks tell, and conversations.
func (on *suite) hearing() []rule {
	return []rule{
		{"ReceiveCodes", on.testReceiveCodes},
		{"ReceiveQuicker", on.testReceiveQuicker},
		{"ReceiveAbout", on.testReceiveAbout},
		{"ReceiveUntrusted", on.testReceiveUntrusted},
		{"ReceiveGrades", on.testReceiveGrades},
		{"ReceiveInAnyOrder", on.testReceiveInAnyOrder},
		{"ReceiveHostile", on.testReceiveHostile},
		{"Received", on.testReceived},
		{"ReceivedByRBM", on.testReceivedByRBM},
		{"ReceivedTwice", on.testReceivedTwice},
		{"ReceivedUnproven", on.testReceivedUnproven},
		{"ReceivedOmitted", on.testReceivedOmitted},
		{"Missed", on.testMissed},
		{"Gap", on.testGap},
		{"MissedUnread", on.testMissedUnread},
		{"Threads", on.testThreads},
		{"GroupCopies", on.testGroupCopies},
		{"PruneThreads", on.testPruneThreads},
	}
}

// ledger: who opted out, and that nothing is sent to them.
func (on *suite) ledger() []rule {
	return []rule{
		{"OptOutByWords", on.testOptOutByWords},
		{"OptOutOfAProfile", on.testOptOutOfAProfile},
		{"OptOutForged", on.testOptOutForged},
		{"OptOutInAnyOrder", on.testOptOutInAnyOrder},
		{"OptOutByCode", on.testOptOutByCode},
		{"OptOutByOldCode", on.testOptOutByOldCode},
		{"OptOutByPerson", on.testOptOutByPerson},
		{"OptOutComesBack", on.testOptOutComesBack},
		{"OptOutOfOne", on.testOptOutOfOne},
		{"OptOutOfAnotherAccount", on.testOptOutOfAnotherAccount},
		{"OptOutOfMissed", on.testOptOutOfMissed},
		{"OptOutMeanwhile", on.testOptOutMeanwhile},
		{"OptOutInARun", on.testOptOutInARun},
		{"OptOutHeardElsewhere", on.testOptOutHeardElsewhere},
		{"OptOutOmitted", on.testOptOutOmitted},
		{"Answers", on.testAnswers},
		{"AnswersGuarded", on.testAnswersGuarded},
		{"AnswersLoop", on.testAnswersLoop},
		{"AnswersLedger", on.testAnswersLedger},
		{"AnswersOnce", on.testAnswersOnce},
		{"AnswersKilled", on.testAnswersKilled},
		{"MakerOfEntries", on.testMakerOfEntries},
		{"ListBy", on.testListBy},
		{"Judges", on.testJudges},
		{"JudgedOnce", on.testJudgedOnce},
		{"JudgeFails", on.testJudgeFails},
		{"AnswersSlowly", on.testAnswersSlowly},
		{"AnswersAgain", on.testAnswersAgain},
		{"AnswersAgainLate", on.testAnswersAgainLate},
		{"AnswersAgainInTime", on.testAnswersAgainInTime},
		{"AnswersAgainAside", on.testAnswersAgainAside},
		{"AnswersAgainPauses", on.testAnswersAgainPauses},
		{"AnswersNotAgain", on.testAnswersNotAgain},
		{"AnswersAgainByOthers", on.testAnswersAgainByOthers},
		{"Yes", on.testYes},
	}
}
