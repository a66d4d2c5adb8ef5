"""How Stripe's requests and lists are written: nested forms, pages by cursor, objects within objects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final
from urllib.parse import parse_qsl

from dingdan.integrations.sandbox.firms.http import Request
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe.account import PREFIXES, Account, invalid, missing, public

_KEY = re.compile(r"\[([^\]]*)\]")
_KINDS: Final = {prefix: kind for kind, prefix in PREFIXES.items()}


def has_parts(request: Request) -> bool:
    """Whether a form came in parts, as files do."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def parts(request: Request) -> Json:
    """A form in parts: texts, and of files their name and size."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    told: Json = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + request.body).iter_parts():
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()
        content = bytes(part.get_payload(decode=True) or b"")
        told[str(name)] = {"name": file, "size": len(content)} if file else content.decode("utf-8", "replace")
    return told


def read(text: str) -> Json:
    """A form whose names nest: `card[number]=1&items[0][price]=2&expand[]=x` becomes objects and lists."""
    told: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        steps = [name.partition("[")[0], *_KEY.findall(name)]
        at = told
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            key = step if step != "" else str(len(at))
            if following is None:
                at[key] = value
            else:
                at = at.setdefault(key, {})
                if not isinstance(at, dict):
                    raise invalid(f"Invalid object: {name}", param=name)
    return {name: _listed(value) for name, value in told.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    return list(inner.values()) if inner and all(name.isdigit() for name in inner) else inner


def whole(params: Json, name: str, default: int | None = None) -> int:
    """A parameter as a whole number."""
    written = params.get(name)
    if written is None:
        if default is None:
            raise missing(name)
        return default
    if not re.fullmatch(r"-?\d{1,15}", str(written)):
        raise invalid(f"Invalid integer: {written}", param=name, code="parameter_invalid_integer")
    return int(written)


def amount(params: Json, name: str, *, default: int | None = None, most: int | None = None) -> int:
    """A parameter as an amount: at least one, at most what is there."""
    asked = whole(params, name, default)
    if asked < 1:
        raise invalid("This value must be greater than or equal to 1.", param=name, code="parameter_invalid_integer")
    if most is not None and asked > most:
        raise invalid(f"The amount {asked} is greater than what is left ({most}).", param=name, code="amount_too_large")
    return asked


def flag(params: Json, name: str, *, default: bool = False) -> bool:
    """A parameter as yes or no."""
    return str(params.get(name, default)).lower() == "true"


def listed(account: Account, found: Sequence[Json], params: Json, url: str) -> Json:
    """A page of a list, the newest first: `limit`, `starting_after`, `ending_before` and `created` are heeded."""
    rows = [one for one in found if _is_within(one, params.get("created"))]
    limit = min(100, max(1, whole(params, "limit", 10)))
    ids = [one["id"] for one in rows]
    if (after := params.get("starting_after")) in ids:
        rows = rows[ids.index(after) + 1 :]
    before = params.get("ending_before")
    if before in ids:
        rows = rows[: ids.index(before)][-limit:]
    page = [expanded(account, one, params, "data.") for one in rows[:limit]]
    return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": page}


def since(params: Json) -> float:
    """From when on a list is wanted, so that what lies before need not be read."""
    created = params.get("created")
    if not isinstance(created, dict):
        return 0
    return max((float(created[name]) for name in ("gt", "gte") if str(created.get(name, "")).isdigit()), default=0)


def _is_within(found: Json, created: Any) -> bool:
    if created is None:
        return True
    at = int(found["created"])
    if not isinstance(created, dict):
        return at == int(created)
    limits = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return all(limits[name](int(value)) for name, value in created.items() if name in limits)


def expanded(account: Account, found: Json, params: Json, prefix: str = "") -> Json:
    """An object as it is answered, with the objects in it that `expand` asks for."""
    seen: Json = public(found)
    for path in params.get("expand", []):
        if str(path).startswith(prefix):
            _expand(account, seen, str(path)[len(prefix) :].split("."))
    return seen


def _expand(account: Account, at: Any, steps: list[str]) -> None:
    if not isinstance(at, dict) or steps[0] not in at:
        return
    value = at[steps[0]]
    if isinstance(value, str):
        kind = _KINDS.get(value.rpartition("_")[0])
        inner = account.world.store.get(f"stripe.{kind}", value) if kind else None
        if inner is None:
            return
        at[steps[0]] = value = public(inner)
    if len(steps) > 1:
        _expand(account, value, steps[1:])
