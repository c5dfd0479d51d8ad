"""Builds: does a draft's source load, do its examples run and fit the schemas."""

from __future__ import annotations

import logging
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from catalog.content.folders import FolderInvalid
from catalog.content.json_text import JsonProblem, decode_json
from catalog.content.layouts import TEMPLATE
from catalog.content.schemas import compile_schema
from catalog.execution import (
    ExecutionError,
    RunRequest,
    execution_backends,
)
from catalog.models import Build
from catalog.models.draft import SANDBOX_UNAVAILABLE
from catalog.services import call_format, hosting
from catalog.services.drafted_folders import (
    UNNUMBERED,
    build_digest,
    folder_for,
    manifest_for,
)
from catalog.services.drafts import draft_of, drafted_of
from catalog.services.errors import BadRequest, ServiceError
from catalog.services.folder_checks import warnings_of
from catalog.services.resolving import (
    bundle_store,
    deployment_of_build,
    target_of_build,
)

if TYPE_CHECKING:
    from catalog.content.folders import AlgorithmFolder, FolderExample
    from catalog.models import Algorithm, Draft
    from catalog.services.callers import Caller
    from catalog.services.drafted_folders import Drafted

logger = logging.getLogger(__name__)

#: seconds for all of a build, and after which one has died with its server
BUILD_SECONDS = 120.0
DEAD_SECONDS = 240
POLL_SECONDS = 0.05
LOG_CHARACTERS = 64 * 1024
UNTRUSTED = (
    "sandbox_unavailable: this source is stored and was checked, but not run. Source "
    "of neither staff nor an owner whom staff trusts runs only in a sandbox, which "
    "this server does not have yet. Ask staff to trust this owner."
)


class BuildStopped(Exception):
    """A build that failed: `code` is one of the failure table."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Trial:
    """One build under way: its log, and what its examples gave as JSON text."""

    build: Build
    caller: Caller
    until: float
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        self.lines.append(line)


def compile_draft(*, caller: Caller, algorithm: Algorithm) -> Build:
    """Build a draft's source and return the finished build, failed or not.

    Its examples run as `caller`, with his files where the source may use them. A
    source that was built already, by the same settings, is not built again. Ask
    sharing.of_publisher first. Raises BadRequest where there is no source.
    """
    draft = draft_of(algorithm)
    if not draft.bundle:
        raise BadRequest(
            f"{algorithm} has no source yet: PUT one to "
            f"/v1/algorithms/{algorithm.full_name}/source."
        )
    drafted = drafted_of(draft)
    settle_dead(algorithm)
    digest, manifest, problem = _identity(drafted)
    while (known := _known(draft, digest)) is None:
        build = _begin(draft, digest, manifest)
        if build is not None:
            trial = Trial(build, caller, time.monotonic() + BUILD_SECONDS)
            return _finished(trial, drafted, problem)
    return known


def _identity(drafted: Drafted) -> tuple[str, str, FolderInvalid | None]:
    try:
        return build_digest(drafted), manifest_for(drafted), None
    except FolderInvalid as invalid:
        bare = {n: d for n, d in drafted.files.items() if n != "algorithm.toml"}
        # What cannot be read has a name all the same: that of the other files.
        plain = type(drafted)(
            **{f: getattr(drafted, f) for f in drafted.__slots__ if f != "files"},
            files={**bare, "algorithm.toml.unread": drafted.files["algorithm.toml"]},
        )
        return build_digest(plain), manifest_for(plain), invalid


def _known(draft: Draft, digest: str) -> Build | None:
    """Return the build of this source that did not fail, when it is finished.

    One that was not run counts as long as it may not run.
    """
    rows = Build.objects.filter(algorithm=draft.algorithm, digest=digest)
    unrun = rows.filter(error_code=SANDBOX_UNAVAILABLE).first()
    if unrun is not None and not _is_trusted(draft):
        return unrun
    give_up = time.monotonic() + BUILD_SECONDS
    while True:
        found = rows.exclude(state=Build.State.FAILED).first()
        if found is None or found.state == Build.State.SUCCEEDED:
            return found
        if time.monotonic() > give_up:
            return found
        time.sleep(POLL_SECONDS)


def _begin(draft: Draft, digest: str, manifest: str) -> Build | None:
    """Keep a build in progress; None where another request was first."""
    try:
        with transaction.atomic():
            return Build.objects.create(
                algorithm=draft.algorithm,
                digest=digest,
                commit=digest[:40],
                bundle=draft.bundle,
                entry=draft.entry,
                manifest=manifest,
                is_trusted=_is_trusted(draft),
                started_at=timezone.now(),
            )
    except IntegrityError:
        return None


def _is_trusted(draft: Draft) -> bool:
    """Tell whether a source may run: by who wrote it, or as it was trusted before."""
    author = draft.source_by
    if author is not None and author.is_active and author.is_staff:
        return True
    if draft.algorithm.owner.is_trusted:
        return True
    published = draft.algorithm.versions.filter(bundle=draft.bundle, is_trusted=True)
    return published.exists() or draft.bundle == template_bundle()


def template_bundle() -> str:
    """Return the name of the source that is ours, and runs for everybody."""
    return bundle_store().put(TEMPLATE)


def _finished(trial: Trial, drafted: Drafted, problem: FolderInvalid | None) -> Build:
    build = trial.build
    code = "internal"
    try:
        folder = _folder(drafted, problem)
        _try(trial, folder, drafted, is_trusted=build.is_trusted)
        code = ""
        trial.say("The build succeeded.")
    except BuildStopped as stopped:
        code = stopped.code
        trial.say(stopped.message)
    except Exception:
        logger.exception("build %s failed", build.pk)
        trial.say("The build failed by a fault of this server; try again.")
    finally:
        _end(build, code, trial.lines)
    return build


def _end(build: Build, code: str, lines: list[str]) -> None:
    build.state = Build.State.FAILED if code else Build.State.SUCCEEDED
    build.error_code = code
    build.log = clean_log("\n".join(lines))
    build.finished_at = timezone.now()
    build.save(update_fields=["state", "error_code", "log", "finished_at"])


def clean_log(text: str) -> str:
    """Return a text that every database keeps, the end of it where it is long."""
    kept = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return kept if len(kept) <= LOG_CHARACTERS else "…" + kept[-LOG_CHARACTERS:]


def _folder(drafted: Drafted, problem: FolderInvalid | None) -> AlgorithmFolder:
    if problem is not None:
        raise BuildStopped("source_invalid", str(problem))
    try:
        return folder_for(drafted, number=UNNUMBERED)
    except FolderInvalid as invalid:
        raise BuildStopped("source_invalid", str(invalid)) from None


def _try(
    trial: Trial, folder: AlgorithmFolder, drafted: Drafted, *, is_trusted: bool
) -> None:
    count = len(drafted.files)
    trial.say(f"{count} file{'s' * (count != 1)}, {drafted.entry} is run.")
    for odd in warnings_of(folder):
        file = odd.file.rpartition("/")[2]
        trial.say(f"warning: {file}:{odd.line}: {odd.message}")
    if not is_trusted:
        raise BuildStopped(SANDBOX_UNAVAILABLE, UNTRUSTED)
    try:
        execution_backends[settings.VITRINE_EXECUTION].deploy(
            deployment_of_build(trial.build)
        )
    except ExecutionError as error:
        raise BuildStopped(error.code, _told(error, "It does not load")) from None
    trial.say("It loads.")
    for example in folder.examples:
        output_of(trial, folder, example)


def output_of(trial: Trial, folder: AlgorithmFolder, example: FolderExample) -> str:
    """Run an example and return its output as JSON text; raises BuildStopped."""
    label = f"Example “{example.title}”"
    left = trial.until - time.monotonic()
    if left <= 0:
        raise BuildStopped("timeout", f"{label}: {BUILD_SECONDS:.0f} s are over.")
    target = target_of_build(trial.build, trial.build.algorithm)
    host = hosting.host_of(caller=trial.caller, target=target, run_id=uuid7())
    request = RunRequest(
        deployment=target.deployment,
        body=example.input_text.encode(),
        content_type="json",
        timeout=min(left, target.timeout),
        max_result_bytes=settings.CALL_RESULT_BYTES,
        host=host,
    )
    try:
        with closing(host):
            result = execution_backends[target.backend].call(request)
        text = call_format.result_as_json(result)
        value = decode_json(text)
    except ExecutionError as error:
        raise BuildStopped(error.code, _told(error, f"{label} failed")) from None
    except (JsonProblem, UnicodeDecodeError) as problem:
        raise BuildStopped("invalid_output", f"{label}: {problem}") from None
    judge = compile_schema(folder.output_schema)
    if problems := judge.problems(value):
        said = f"{problems[0].pointer or 'the output'} {problems[0].detail}."
        raise BuildStopped("invalid_output", f"{label}: output.schema.json: {said}")
    trial.say(f"{label} ran in {result.duration:.3f} s.")
    return text.decode()


def _told(error: ExecutionError, what: str) -> str:
    trace = getattr(error, "stacktrace", "")
    return f"{what}: {error.code}: {error.message}" + (f"\n{trace}" if trace else "")


def settle_dead(algorithm: Algorithm) -> None:
    """Let builds that died with their server have failed."""
    started = timezone.now() - timedelta(seconds=DEAD_SECONDS)
    rows = Build.objects.filter(
        algorithm=algorithm, state=Build.State.IN_PROGRESS, started_at__lt=started
    )
    if rows.exists():
        rows.update(
            state=Build.State.FAILED,
            error_code="internal",
            log="The server ended in the middle of this build; compile again.",
            finished_at=timezone.now(),
        )


def compile_quietly(*, caller: Caller, algorithm: Algorithm) -> Build | None:
    """Build what was just made; whatever is in its way, it is made all the same."""
    try:
        return compile_draft(caller=caller, algorithm=algorithm)
    except ServiceError:
        return None
