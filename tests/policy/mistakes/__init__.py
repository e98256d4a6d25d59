"""The most plausible mistakes, each put into the plan of examples/complete, with the rule that is meant for it."""

from . import access, alarms, api, clusters, events, functions, keys, root
from .edited import ALL, Edited

__all__ = ["ALL", "Edited", "access", "alarms", "api", "clusters", "events", "functions", "keys", "root"]
