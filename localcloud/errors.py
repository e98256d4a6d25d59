"""What can go wrong with the embedded cloud, for its caller."""


class LocalCloudError(Exception):
    """The embedded cloud cannot do what was asked; the text says what was met and the cure."""


class PortTaken(LocalCloudError):
    """A fixed port is in use by another program."""


class StartFailed(LocalCloudError):
    """A process of the cloud ended, or did not answer in time; the text ends with its last log lines."""


class PatchMismatch(LocalCloudError):
    """The installed MiniStack is not the one the patches were written for."""
