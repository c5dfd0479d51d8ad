"""The exceptions and access lists that sources of the published client name."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """What the platform refused; `error_type` is what the caller of the call sees."""

    error_type = "AlgorithmError"


class ApiInternalError(ApiError):
    """The platform failed."""


class DataApiError(ApiError):
    """A file or directory could not be had; the message says why."""

    def __init__(self, message: object = "", error_type: str = "") -> None:
        super().__init__(message)
        if error_type:
            self.error_type = error_type


class AlgorithmError(ApiError):
    """Raise it to name the kind of failure that the caller shall see."""

    def __init__(
        self, message: object = "", error_type: str = "AlgorithmError"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type


class AclInner:
    """One kind of access: the client's name for it and the contract's string."""

    def __init__(self, pseudonym: str, acl_string: str | None) -> None:
        self.pseudonym = pseudonym
        self.acl_string = acl_string

    def __repr__(self) -> str:
        return f"AclType(pseudonym={self.pseudonym},acl_string={self.acl_string})"


class AclType:
    """Who may read a directory: everybody, the caller's algorithms, its owner."""

    public = AclInner("public", "user://*")
    my_algos = AclInner("my_algos", "algo://.my/*")
    private = AclInner("private", None)
    default = my_algos
    types = (public, my_algos, private)

    @staticmethod
    def from_acl_response(acl_list: list[str]) -> AclInner:
        if not acl_list:
            return AclType.private
        for known in AclType.types:
            if known.acl_string == acl_list[0]:
                return known
        raise ValueError(f"Invalid acl string {acl_list[0]}")


class Acl:
    """The access list of a directory."""

    def __init__(self, read_acl: AclInner) -> None:
        self.read_acl = read_acl

    @staticmethod
    def from_acl_response(acl_response: dict[str, Any]) -> Acl:
        if "read" not in acl_response:
            raise ValueError("Response does not contain read ACL")
        return Acl(AclType.from_acl_response(acl_response["read"]))

    def to_api_param(self) -> dict[str, list[str]]:
        read = self.read_acl.acl_string
        return {"read": [] if read is None else [read]}


class ReadAcl:
    """The three access lists there are."""

    public = Acl(AclType.public)
    private = Acl(AclType.private)
    my_algos = Acl(AclType.my_algos)


ERRORS = {
    "AlgorithmError": AlgorithmError,
    "AlgorithmException": AlgorithmError,
    "ApiError": ApiError,
    "ApiInternalError": ApiInternalError,
    "DataApiError": DataApiError,
}
ACL = {"Acl": Acl, "AclInner": AclInner, "AclType": AclType, "ReadAcl": ReadAcl}
