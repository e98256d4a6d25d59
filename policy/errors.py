"""What stops a check of a plan before it begins."""


class PolicyError(Exception):
    """An input cannot be used: the message names the place in it, what was found and what is expected."""
