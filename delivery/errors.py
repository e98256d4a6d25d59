"""What can go wrong on the way to a deployed stack.

DeliveryError
├── ToolMissingError      a program or provider that the user has to bring is not there, or is too old
├── RefusedError          the request is dangerous or contradicts itself; nothing was started
└── TerraformError   Terraform ran and failed; carries its own diagnostics
Interrupted          (a KeyboardInterrupt) a signal ended the work; Terraform stopped and saved its state
"""

from __future__ import annotations

import signal


class DeliveryError(Exception):
    """Any failure of this package that a user can understand and cure."""


class ToolMissingError(DeliveryError):
    """A tool or provider is missing or too old; the message says how to install it."""


class RefusedError(DeliveryError):
    """The request was turned down before anything was started."""


class Interrupted(KeyboardInterrupt):
    """A signal asked us to stop, and the running program has stopped.

    Args:
        number: the signal's number, as in `signal.SIGINT`.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.exit_code = 128 + number
