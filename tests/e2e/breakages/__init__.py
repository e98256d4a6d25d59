"""What somebody may break by hand: each file adds its own to the lists."""

from . import by_deletion, of_backups, of_events, of_functions, of_the_database, of_the_name  # noqa: F401
from .registry import BREAKAGES, OF_BACKUPS  # noqa: F401
