"""The back room of the sandbox: its start page, and what programs ask it below `/sandbox`. No firm has anything like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Final

from dingdan.integrations.sandbox.firms import pages
from dingdan.integrations.sandbox.firms.clock import iso
from dingdan.integrations.sandbox.firms.faults import UnknownFault
from dingdan.integrations.sandbox.firms.http import Answer, Request, as_json
from dingdan.integrations.sandbox.firms.pages import Choice, button, said
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.words import ACTIONS
from dingdan.integrations.sandbox.firms.world import Firm, Row

if TYPE_CHECKING:
    from dingdan.integrations.sandbox.firms.sandbox import Sandbox

SHOWN: Final = 50
"""Payments on the start page."""
ZERO_DECIMALS: Final = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)


def amount(minor: int, currency: str) -> str:
    """An amount as people read it."""
    code = currency.upper()
    return f"{code} {minor:,}" if code in ZERO_DECIMALS else f"{code} {minor / 100:,.2f}"


class Office:
    """Answers `/` and `/sandbox/…`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._world = sandbox, sandbox.world
        self._asked: dict[str, Callable[[Request], object]] = {
            "GET /sandbox/credentials": lambda request: {firm.name: firm.credentials() for firm in self._meant(request)},
            "GET /sandbox/ledger": self._ledger,
            "GET /sandbox/notices": lambda _: self._world.outbox.latest(200),
            "GET /sandbox/messages": lambda _: sandbox.messages(),
            "GET /sandbox/requests": lambda _: self._world.store.all("request", limit=200),
            "GET /sandbox/faults": lambda _: self._world.faults.told,
            "GET /sandbox/clock": lambda _: self._time(),
            "GET /sandbox/health": lambda _: {"sandbox": "ok"},
            "POST /sandbox/faults": lambda request: self._world.faults.tell(request.json),
            "POST /sandbox/clock": self._move_clock,
            "POST /sandbox/webhooks": self._point,
            "POST /sandbox/deliver": lambda _: {"sent": sandbox.settle()},
            "POST /sandbox/act": self._act,
            "POST /sandbox/rotate": self._rotate,
            "POST /sandbox/phones": self._subscribe,
        }

    def answer(self, request: Request) -> Answer | None:
        """The answer, where the path is one of these."""
        if request.path == "/" and request.method in ("GET", "HEAD"):
            return self._start(request)
        if request.path == "/" and request.method == "POST":
            return self._clicked(request)
        if not request.path.startswith("/sandbox"):
            return None
        if not request.is_from_here:
            return as_json({"error": "these are told to this machine only"}, 403)
        asked = self._asked.get(f"{request.method} {request.path}")
        if asked is None:
            return as_json({"error": "there is no such thing", "known": sorted(self._asked)}, 404)
        try:
            return as_json(asked(request))
        except (KeyError, ValueError) as wrong:
            return as_json({"error": f"{type(wrong).__name__}: {wrong}"}, 400)

    # ── for programs ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ledger(self, request: Request) -> Json:
        return {firm.name: [_told(row) for row in firm.ledger()] for firm in self._meant(request)}

    def _meant(self, request: Request) -> list[Firm]:
        """The firm that is asked for, or all."""
        wanted = request.query.get("firm")
        return [firm for name, firm in self._sandbox.firms.items() if wanted in (None, name)]

    def _time(self) -> Json:
        clock = self._world.clock
        return {"now": clock.now(), "iso": iso(clock.now()), "offset": clock.offset}

    def _move_clock(self, request: Request) -> Json:
        self._world.clock.move(float(request.json["advance"]))
        return self._time() | {"sent": self._sandbox.settle()}

    def _point(self, request: Request) -> Json:
        told = request.json
        firm = self._sandbox.firms[told["firm"]]
        where = {name: str(told[name]) for name in ("url", "secret") if told.get(name)}
        self._world.store.set(f"{firm.name}.webhook", where)
        return where | {"firm": firm.name}

    def _act(self, request: Request) -> Json:
        told = request.json
        self._sandbox.firms[told["firm"]].act(told["payment"], told["action"])
        return {"sent": self._sandbox.settle() if told.get("deliver", True) else 0}

    def _rotate(self, request: Request) -> Json:
        firm = self._sandbox.firms[request.json["firm"]]
        firm.rotate()
        return firm.credentials()

    def _subscribe(self, request: Request) -> Json:
        return self._sandbox.phone(str(request.json["key"]), str(request.json.get("name", "")))

    # ── for people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _clicked(self, request: Request) -> Answer:
        verb, _, rest = request.form.get("do", "").partition(":")
        firm, _, payment = rest.partition(":")
        if verb == "clock":
            self._world.clock.move(float(firm))
        elif verb == "again":
            self._world.outbox.again(int(firm))
        elif verb == "pay_out":
            self._pay_out()
        elif firm in self._sandbox.firms:
            self._sandbox.firms[firm].act(payment, verb)
        self._sandbox.settle()
        return pages.moved("/")

    def _pay_out(self) -> None:
        """Every firm sends what it owes to the merchant's bank."""
        for one in self._sandbox.firms.values():
            one.act("", "pay_out")

    def _start(self, request: Request) -> Answer:
        now = self._world.clock.now()
        tools = [Choice("clock:600", "On by 10 minutes"), Choice("clock:86400", "On by a day"), Choice("send", "Send what waits")]
        tools += [Choice("pay_out", "Pay out what is due")]
        rows = [row for firm in self._sandbox.firms.values() for row in firm.ledger(SHOWN)]
        payments = sorted(rows, key=lambda row: -row.at)[:SHOWN]
        body = (
            f"<p>{said(request, 'Clock of the firms: {at}', at=iso(now))}</p>"
            f"<p>{' '.join(button(request, '/', tool) for tool in tools)}</p>"
            f'<p><a href="/wechatpay/scan">{said(request, "Scan a code")}</a></p>'
            f"<h2>{said(request, 'Payments')}</h2>{''.join(_payment(request, row) for row in payments) or _nothing(request)}"
            f"<h2>{said(request, 'Messages')}</h2>{_carriers(request)}"
            f"<h2>{said(request, 'Notices')}</h2>{self._notices(request)}"
            f"<h2>{said(request, 'Faults')}</h2>{self._faults(request)}"
        )
        return pages.shown(request, said(request, "Payment sandbox"), body)

    def _notices(self, request: Request) -> str:
        rows = [
            f"<tr><td>{note['firm']}</td><td>{escape(note['topic'])}<br><span class=soft>{escape(note['subject'])}</span></td>"
            f"<td>{escape(note['state'])} {escape(note['outcome'])} {escape(note['fault'])}</td>"
            f"<td>{button(request, '/', Choice('again:' + str(note['id']), 'Send again'))}</td></tr>"
            for note in self._world.outbox.latest(30)
        ]
        return f'<div class="scroll"><table>{"".join(rows)}</table></div>' if rows else _nothing(request)

    def _faults(self, request: Request) -> str:
        rates = self._world.faults.told["rates"]
        if not rates:
            return f"<p>{said(request, 'No faults are set.')}</p>"
        return "<p>" + "<br>".join(f"{escape(name)} {float(rate):.0%}" for name, rate in rates.items()) + "</p>"


def _carriers(request: Request) -> str:
    phones = f'<a href="/push/">{said(request, "What phones show")}</a>'
    return f'<p><a href="/twilio/">Twilio</a> · <a href="/line/">LINE</a> · <a href="/wechat/">WeChat</a> · {phones}</p>'


def _nothing(request: Request) -> str:
    return f"<p>{said(request, 'Nothing has happened yet.')}</p>"


def _payment(request: Request, row: Row) -> str:
    sums = {name: amount(getattr(row, name), row.currency) for name in ("held", "captured", "refunded")}
    page = f' <a href="{escape(row.page)}">{said(request, "Open the page of the buyer")}</a>' if row.page else ""
    disputed = f"<br>{said(request, 'disputed: {state}', state=escape(row.disputed))}" if row.disputed else ""
    return (
        f"<article><strong>{row.firm}</strong> {amount(row.amount, row.currency)} <em>{escape(row.state)}</em> "
        f'{escape(row.reference)}<br><span class="soft">{escape(row.title)} {escape(row.payment)}</span><br>'
        f"{said(request, 'held {held}, captured {captured}, refunded {refunded}', **sums)}{disputed}{page}<br>"
        f"{' '.join(_actions(request, row))}</article>"
    )


def _actions(request: Request, row: Row) -> Iterable[str]:
    for action in row.actions:
        kind = {"approve": "yes", "decline": "no"}.get(action, "")
        yield button(request, "/", Choice(f"{action}:{row.firm}:{row.payment}", ACTIONS[action], kind))


def _told(row: Row) -> Json:
    kept = asdict(row)
    return {name: kept[name] for name in kept if name not in ("page", "actions", "title")}


__all__ = ["Firm", "Office", "UnknownFault", "amount"]
