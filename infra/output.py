"""The shape of one output value; apart from `outputs.py`, so that a feature can declare its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.hcl import Value


@dataclass(frozen=True)
class Output:
    """One output value.

    Args:
        description: full sentences that say what a caller does with it.
        value: what is returned.
        depends_on: what must be done before a caller may use it.
        optional: whether it is an object that is null while its feature is off.
    """

    description: str
    value: Value
    depends_on: Sequence[str] = ()
    optional: bool = False
