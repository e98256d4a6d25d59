"""The shape of one input variable; apart from `variables.py`, so that a feature can declare its own."""

from dataclasses import dataclass, field

REQUIRED = object()


@dataclass(frozen=True)
class Input:
    """One input variable.

    Args:
        type: Terraform's type expression.
        description: full sentences that say what changes when the input is touched.
        default: the default; `REQUIRED` where the caller must choose.
        nullable: whether null has a meaning of its own.
        checks: pairs of condition and error message; the message shows the shape that is allowed.
    """

    type: str
    description: str
    default: object = REQUIRED
    nullable: bool = False
    checks: list[tuple[str, str]] = field(default_factory=list)
