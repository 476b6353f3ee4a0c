"""What cannot be done with a cycle, by name; each carries a sentence for people."""

from ikusei.org.errors import RuleBroken


class WrongPhase(RuleBroken):
    """The cycle is not in a phase in which this can be done."""


class WrongDays(RuleBroken):
    """The days do not follow each other, lie in the past, or would take time away from people."""


class ReasonMissing(RuleBroken):
    """This is only done with a reason, which those concerned can read."""


class PopulationWrong(RuleBroken):
    """The rule of the population cannot be read."""


class VersionNotPublished(RuleBroken):
    """Nobody is asked about a version that can still change or was withdrawn."""


class AnotherIsOpen(RuleBroken):
    """Another cycle of the same framework is open: nobody answers the same twice."""


class NobodyAsked(RuleBroken):
    """The rule takes nobody in."""


class AlreadyIn(RuleBroken):
    """The person is in the cycle already."""


class BeginsAlready(RuleBroken):
    """The person has begun to answer: nothing of theirs is thrown away."""


class NotByHand(RuleBroken):
    """What follows from the rule or the record is not taken back by hand."""
