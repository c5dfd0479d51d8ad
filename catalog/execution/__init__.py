"""Engine: runs a deployed version on an execution backend. Data in, data out."""

from __future__ import annotations

from catalog.backends import BackendRegistry
from catalog.execution.base import (
    AlgorithmFailed,
    Ask,
    AskRefused,
    BackendUnavailable,
    Deployment,
    ExecutionBackend,
    ExecutionError,
    Health,
    Host,
    QueueFull,
    QueueTimeout,
    RunRequest,
    RunResult,
)
from catalog.execution.executor import executor_command, executor_environment

__all__ = [
    "AlgorithmFailed",
    "Ask",
    "AskRefused",
    "BackendUnavailable",
    "Deployment",
    "ExecutionBackend",
    "ExecutionError",
    "Health",
    "Host",
    "QueueFull",
    "QueueTimeout",
    "RunRequest",
    "RunResult",
    "execution_backends",
    "executor_command",
    "executor_environment",
]

execution_backends: BackendRegistry[ExecutionBackend] = BackendRegistry(
    "EXECUTION_BACKENDS",
    ExecutionBackend,  # type: ignore[type-abstract] # the base is checked, not built
)
