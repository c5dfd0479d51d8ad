"""What services raise; each edge maps these to its own answer in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.content.schemas import Problem


#: HTTP status of a run that gave no result, except on /v1 (docs/dev/failures.md)
RUN_STATUS = {
    "algorithm_error": 400,
    "invalid_output": 400,
    "memory_limit": 400,
    "load_error": 500,
    "worker_crashed": 502,
    "output_too_large": 502,
    "timeout": 504,
    "queue_full": 429,
    "queue_timeout": 503,
    "backend_unavailable": 503,
}


class ServiceError(Exception):
    """A refusal. `code` is that of the failure table, `status` its HTTP status."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class NotFound(ServiceError):
    """Missing, private and not permitted are one answer."""

    code = "not_found"
    status = 404


class NoSuchPerson(NotFound):
    """Nobody of this name, or nobody whom the viewer may look up."""


class NoSuchOrganization(NotFound):
    """No team of this name, or none that the viewer belongs to."""


class NotCallable(ServiceError):
    """The entry has documentation but no version that could run."""

    code = "not_callable"
    status = 404


class SignInNeeded(ServiceError):
    """The caller is not known and must be."""

    code = "unauthorized"
    status = 401


class Forbidden(ServiceError):
    """The caller sees the thing, but may not do this with it."""

    code = "forbidden"
    status = 403


class InvalidJson(ServiceError):
    """The body is no acceptable JSON; the message says where."""

    code = "invalid_json"
    status = 400


class BadRequest(ServiceError):
    """A parameter or the body is malformed; the message says which and how."""

    code = "bad_request"
    status = 400


class BadFilter(BadRequest):
    """A filter cannot be read; `position` (from 0) and `length` say where."""

    code = "bad_filter"

    def __init__(self, message: str, *, text: str, position: int, length: int) -> None:
        super().__init__(message)
        self.text = text
        self.position = position
        self.length = length

    @property
    def parts(self) -> tuple[str, str, str]:
        """The filter before the place, at it, and after it."""
        end = self.position + self.length
        return (
            self.text[: self.position],
            self.text[self.position : end],
            self.text[end:],
        )


class InvalidInput(ServiceError):
    """The input does not fit the version's schema."""

    code = "invalid_input"
    status = 422

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = list(problems)


class PayloadTooLarge(ServiceError):
    """The body is over the limit."""

    code = "payload_too_large"
    status = 413


class UnsupportedMediaType(ServiceError):
    """The body's Content-Type is none that an algorithm takes."""

    code = "unsupported_media_type"
    status = 415


class TooManyRuns(ServiceError):
    """The caller's runs of this hour are used up."""

    code = "rate_limited"
    status = 429


class TooManyRequests(ServiceError):
    """The caller's requests of this minute are used up."""

    code = "rate_limited"
    status = 429


class QuotaSpent(ServiceError):
    """The key's calls of these 24 hours are used up."""

    code = "quota_exhausted"
    status = 429


class SourceNotTrusted(ServiceError):
    """Only bundled or staff-published source runs until the sandbox exists."""

    code = "sandbox_unavailable"
    status = 503


class RequestInFlight(ServiceError):
    """A request with this Idempotency-Key is being worked on."""

    code = "request_in_flight"
    status = 409


class OutcomeUnknown(ServiceError):
    """The server broke off in the first request with this key; it may have run."""

    code = "outcome_unknown"
    status = 409


class KeyReused(ServiceError):
    """The Idempotency-Key was sent with another request before."""

    code = "idempotency_key_reused"
    status = 422


class TooManyWaiting(ServiceError):
    """The caller's durable runs that wait or run are as many as are possible."""

    code = "too_many_waiting"
    status = 429


class TooManyStreams(ServiceError):
    """The caller watches as many runs as are possible."""

    code = "too_many_streams"
    status = 429


class StreamsTaken(ServiceError):
    """All together watch as many runs as this process has room for."""

    code = "too_many_streams"
    status = 503


class AlreadyOver(ServiceError):
    """The run has begun or ended, so it can no longer be cancelled."""

    code = "not_cancellable"
    status = 409


class NoSuchPart(NotFound):
    """The algorithm is there, the version, build or log asked for is not."""


class OwnerUnknown(NotFound):
    """No owner of this name is known to the caller."""

    code = "owner_unknown"


class NameTaken(ServiceError):
    """An owner has this name, or had it; of an algorithm: its owner has one already."""

    code = "name_taken"
    status = 409


class AlreadyPublished(ServiceError):
    """This source, or this number, is published already."""

    code = "already_published"
    status = 409


class StillPublic(ServiceError):
    """What everybody sees is not deleted."""

    code = "still_public"
    status = 409


class BuildFailed(ServiceError):
    """The source does not compile, so it is not published."""

    code = "build_failed"


class UnknownLanguage(BadRequest):
    """The source is to be in a language that this server does not run."""

    code = "unknown_language"


class BadMarker(BadRequest):
    """The marker of a page is none that we gave."""

    code = "bad_marker"


class BadLimit(BadRequest):
    """The length of a page is no number, or out of range."""

    code = "bad_limit"


class NotBuilt(ServiceError):
    """The contract has it, this product does not."""

    code = "not_implemented"
    status = 501
