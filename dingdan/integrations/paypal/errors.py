"""What PayPal's refusals and silences mean."""

from __future__ import annotations

from typing import Any, Final

from dingdan.ledgers.payments.ports import Answer, GatewayResult

_AT_WORK: Final = frozenset({"PREVIOUS_REQUEST_IN_PROGRESS", "DUPLICATE_REQUEST_ID", "RESOURCE_CONFLICT"})


class Silence(Exception):
    """PayPal did not answer, or nothing that says yes or no."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """A definite no, with PayPal's word for why."""

    def __init__(self, code: str, status: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def check(status: int, told: Any) -> None:
    """Raise for every answer but a yes: `Refused` for a no, `Silence` where the same thing is at work or nobody knows."""
    if 200 <= status < 300:
        return
    code = _issue(told) or f"http_{status}"
    if status >= 500 or status in (408, 409, 429) or status < 400 or code in _AT_WORK:
        raise Silence(code)
    raise Refused(code, status)


def _issue(told: Any) -> str:
    """The exact issue, where there is one; else the name of the error."""
    if not isinstance(told, dict):
        return ""
    details = told.get("details")
    if isinstance(details, list) and details and isinstance(details[0], dict) and details[0].get("issue"):
        return str(details[0]["issue"])[:64]
    return str(told.get("name") or told.get("error") or "")[:64]


def result_of(error: Silence | Refused) -> GatewayResult:
    """`DECLINED` for a definite no, else `UNKNOWN`."""
    answer = Answer.DECLINED if isinstance(error, Refused) else Answer.UNKNOWN
    return GatewayResult(answer=answer, error=error.code.lower())
