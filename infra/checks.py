"""What is asked of several inputs: conditions, how a message shows what it got, and of which Region an ARN is."""

import cdktf

from infra.placement import region


def is_given(value: str) -> str:
    """Condition that an object is not null, which `for_each` takes also where something in the object is sensitive.

    Args:
        value: expression of the object.
    """
    return f"length({value}[*]) > 0"


def whole(number: str, least: int, most: int) -> str:
    """Condition that a number is whole and in a range; the provider takes no other, and of some plans crashes on one.

    Args:
        number: expression of what was given.
        least: smallest that is allowed.
        most: largest that is allowed.
    """
    return f"{number} >= {least} && {number} <= {most} && floor({number}) == {number}"


def listed(texts: str) -> str:
    """Template of a list of strings, with what is null: `join` takes none, and its error would hide the message.

    Args:
        texts: expression of the list.
    """
    return f'${{join(", ", [for one in {texts} : one == null ? "null" : one])}}'


def of_its_region(argument: str, arns: str, side: str, *, but: str = "false") -> cdktf.Precondition:
    """Check that ARNs which the caller gives are of the Region that they are used in; else the apply fails half-way.

    Args:
        argument: what the caller calls them.
        arns: expression of their list; what is null or unknown in it passes.
        side: primary or secondary.
        but: condition of an `arn` that may be of another Region.
    """
    # Some ARNs name no Region, such as that of a bucket.
    here = f'contains(["", {region(side)}], try(split(":", arn)[3], ""))'
    return cdktf.Precondition(
        condition=f"${{alltrue([for arn in {arns} : {here} || {but}])}}",
        error_message=f"`{argument}` must be of the {side} Region, ${{{region(side)}}}, got {listed(arns)}.",
    )
