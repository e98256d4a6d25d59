"""What can go wrong with the embedded cloud, for its caller."""


class LocalCloudError(Exception):
    """The embedded cloud cannot do what was asked; the text says what was met and the cure."""


class PortTakenError(LocalCloudError):
    """A fixed port is in use by another program."""


class StartFailedError(LocalCloudError):
    """A process of the cloud ended, or did not answer in time; the text ends with its last log lines."""


class PatchMismatchError(LocalCloudError):
    """The installed MiniStack is not the one the patches were written for."""
