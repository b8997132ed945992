"""What the lowest floor gives to itself: the calendar is data like everything else."""

from __future__ import annotations

from thichinh.foundation.calendar import CALENDAR
from thichinh.foundation.contributions import Contribution

CONTRIBUTION = Contribution(app="foundation", parts=(CALENDAR,))
