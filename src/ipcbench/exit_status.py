"""The exit statuses of all commands: scripts go by them. `report.verdicts` says which a comparison has."""

#: Nothing is slower than it may be, or there was nothing to decide.
FINE = 0
#: A regression, and nothing but a regression.
REGRESSED = 1
#: Wrong usage, or a document that is none.
USAGE = 2
#: Something could not be decided.
UNDECIDED = 3
#: Something could not be measured, stored or printed; or the fault is ours.
FAILED = 4

#: What `git bisect run` takes for good, bad, "stop" and "this revision cannot be tested".
OF_BISECT = {FINE: 0, REGRESSED: 1, USAGE: 128, UNDECIDED: 125, FAILED: 125}
