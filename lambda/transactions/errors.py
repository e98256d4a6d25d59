"""What can go wrong in the functions.

ApplicationError
├── SettingsError             the function's environment is incomplete or wrong: a fault of the deployment
├── CommandError              the caller's input; names the field. Has the HTTP status that answers it
│   ├── InvalidCommandError         400: wrong on its face
│   ├── UnknownTransactionError     404: there is no such transaction
│   ├── InsufficientFundsError      409: a balance would be negative
│   └── IdentifierTakenError        422: the id was used before, with other content
├── EventError                an event on the bus that is not one of ours
├── UnavailableError          503: worth another try later
│   ├── DatabaseUnavailableError    the database cannot be reached, ends the connection, or waits for its migration
│   ├── ContentionError             other transactions won, until the time was up
│   ├── ClusterUnknownError         the AWS API does not say how the cluster is
│   ├── KeysUnavailableError        KMS gives no data key, so that sensitive fields can be neither stored nor read
│   └── CircuitOpenError            a dependency failed again and again; it is left alone for some seconds
├── DamagedFieldsError        stored sensitive fields that were changed, or moved from another row
├── PublishError              the event bus cannot be reached; what was not published stays in the outbox
└── MigrationError            the schema could not be brought up to date; names the migration
"""

from __future__ import annotations


class ApplicationError(Exception):
    """Any failure that this package foresees."""


class SettingsError(ApplicationError):
    """The environment of the function is incomplete or wrong."""


class CommandError(ApplicationError):
    """The caller's input cannot be carried out.

    Args:
        field: name of the input field that is the cause.
        message: what is wrong with it, and what is allowed.
    """

    status = 400

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidCommandError(CommandError):
    """The input is wrong on its face."""


class UnknownTransactionError(CommandError):
    """No transaction has this id."""

    status = 404


class InsufficientFundsError(CommandError):
    """An account has less than is asked of it."""

    status = 409


class IdentifierTakenError(CommandError):
    """The id was used before, with other content."""

    status = 422


class EventError(ApplicationError):
    """An event that is not one of ours, or is damaged."""


class UnavailableError(ApplicationError):
    """Something that is needed does not work now; the text is fit for callers."""


class DatabaseUnavailableError(UnavailableError):
    """The database cannot be reached, ended the connection more than once, or waits for its migration."""


class ContentionError(UnavailableError):
    """Every attempt met a conflicting transaction, until the time was up."""


class ClusterUnknownError(UnavailableError):
    """The AWS API did not answer how the cluster is."""


class KeysUnavailableError(UnavailableError):
    """KMS gives no data key, or does not unwrap one."""


class CircuitOpenError(UnavailableError):
    """A dependency failed again and again, and is left alone for a while.

    Args:
        dependency: its name.
        retry_after: seconds until it is tried again.
    """

    def __init__(self, dependency: str, retry_after: int) -> None:
        super().__init__(f"the {dependency} is not well and is left alone for a while; try again in {retry_after} s")
        self.retry_after = retry_after


class DamagedFieldsError(ApplicationError):
    """Stored sensitive fields are not what was stored, or not where."""


class PublishError(ApplicationError):
    """The event bus did not take a request."""


class MigrationError(ApplicationError):
    """The schema could not be brought up to date."""
