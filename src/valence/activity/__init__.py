"""What was called, how it went, and why: the log of calls, with wire traces on demand.

Open `log.py` first. Calls are noted in memory and written a moment later, many at a time, so that
a call waits for no database; what a killed process had noted in its last second is lost, and
nothing else. Traces are sealed, because redacted bodies still hold customers' data. The room
refuses to take part in a call: nothing it does can make one fail."""

from valence.activity.health import HealthPage, HealthReader, HealthSearch, InstanceHealth
from valence.activity.log import CallLog
from valence.activity.reader import CallReader, CallSearch, HourCount

__all__ = [
    "CallLog",
    "CallReader",
    "CallSearch",
    "HealthPage",
    "HealthReader",
    "HealthSearch",
    "HourCount",
    "InstanceHealth",
]
