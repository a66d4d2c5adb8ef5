"""What can be done with a customer from their page, each thing one command, and the forms in which it is filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.text import clean_text
from dingdan.masterdata.customers.commands import (
    block_customer,
    note_customer,
    pin_customer_note,
    record_consent,
    sign_out_login,
    tag_customer,
    unblock_customer,
    unlink_login,
)
from dingdan.masterdata.customers.events import ConsentRecorded, CustomerNotePinned
from dingdan.masterdata.customers.models import Consent, Customer, CustomerNote
from dingdan.masterdata.customers.queries import consents_in_use, logins_of
from dingdan.masterdata.customers.rules import MOST_WORDS
from dingdan.trade.tickets.lifecycle import CameBy
from dingdan.web.backoffice import saved
from dingdan.web.backoffice.acting import Act, fresh_key
from dingdan.web.backoffice.pages import Button, Field, Form, Forms
from dingdan.web.backoffice.typed import known_id
from dingdan.web.backoffice.words import word

USUAL_PURPOSES: Final = ("marketing_email", "marketing_sms", "marketing_phone", "marketing_post")
Do = Callable[[Any, str], str]


def _reason(sent: QueryDict) -> str:
    """Why, which people here owe to those who come after them."""
    return clean_text(sent.get("reason", ""), "reason", MOST_WORDS, multiline=True)


def _block(call: Call, row: Customer, sent: QueryDict) -> Event:
    return block_customer(call, customer_id=row.id, reason=_reason(sent))


def _unblock(call: Call, row: Customer, sent: QueryDict) -> Event:
    return unblock_customer(call, customer_id=row.id, reason=_reason(sent))


def _note(call: Call, row: Customer, sent: QueryDict) -> Event:
    return note_customer(call, customer_id=row.id, text=sent.get("text", ""), is_pinned="is_pinned" in sent)


def _pin(call: Call, row: Customer, sent: QueryDict) -> Event:
    """Turn the pin of a note over: of this customer's alone."""
    note_id = known_id(sent, "note")
    found = CustomerNote.objects.filter(id=note_id, customer=row).first() if note_id else None
    if found is None:
        raise NotFound(field="note_id", what="note", id=sent.get("note", "")[:80])
    return pin_customer_note(call, note_id=found.id, is_pinned=not found.is_pinned)


def _tag(call: Call, row: Customer, sent: QueryDict) -> Event:
    return tag_customer(call, customer_id=row.id, add=_words(sent, "add"), remove=_words(sent, "remove"))


def _words(sent: QueryDict, name: str) -> tuple[str, ...]:
    """Words with commas between them, as people of any language write them."""
    text = sent.get(name, "").replace("，", ",").replace("、", ",")
    return tuple(filter(None, (one.strip() for one in text.split(","))))


def _unlink(call: Call, row: Customer, sent: QueryDict) -> Event:
    return unlink_login(call, login_id=_login(row, sent))


def _sign_out(call: Call, row: Customer, sent: QueryDict) -> Event:
    return sign_out_login(call, login_id=_login(row, sent))


def _login(row: Customer, sent: QueryDict) -> UUID:
    """An account of this customer's alone."""
    login_id = known_id(sent, "login")
    if login_id is None or login_id not in [one.id for one in logins_of(row.id)]:
        raise NotFound(field="login_id", what="login", id=sent.get("login", "")[:80])
    return login_id


def _consent(call: Call, row: Customer, sent: QueryDict) -> Event:
    return record_consent(
        call,
        customer_id=row.id,
        purpose=sent.get("purpose", ""),
        granted=sent.get("granted") == "1",
        source=sent.get("source", ""),
    )


def _consent_done(event: ConsentRecorded) -> Any:
    return _("The consent is written down.") if event.granted else _("The consent has ended.")


def _pin_done(event: CustomerNotePinned) -> Any:
    return _("The note stays above the others.") if event.is_pinned else _("The note goes back among the others.")


ACTS: Final[Mapping[str, Act]] = {
    "block": Act("customers.block_customer", _block, lambda _event: _("They can order nothing for now.")),
    "unblock": Act("customers.unblock_customer", _unblock, lambda _event: _("They can order again.")),
    "note": Act("customers.note_customer", _note, lambda _event: _("The note is written.")),
    "pin": Act("customers.pin_customer_note", _pin, _pin_done),
    "tag": Act("customers.tag_customer", _tag, lambda _event: _("The tags are changed.")),
    "consent": Act("customers.record_consent", _consent, _consent_done),
    "unlink": Act("customers.unlink_login", _unlink, lambda _event: _("The account belongs to this customer no longer.")),
    "sign_out": Act("customers.sign_out_login", _sign_out, lambda _event: _("They have to sign in again on every device.")),
    **saved.ACTS,
}


def note_form(row: Customer, do: Do) -> Form:
    """Where a note is written."""
    fields = [
        Field("text", _("Note"), "text", is_required=True, most=MOST_WORDS),
        Field("is_pinned", _("Keep it above the others"), "tick"),
    ]
    return Form(_("Write a note"), do(row, "note"), fresh_key(), fields, [Button(_("Write it"), "good")], is_open=False)


def pin_form(row: Customer, notes: Sequence[CustomerNote], do: Do) -> Form:
    """Which note stays above the others, or no longer does."""
    pinned = _("Pinned")
    choices = [(str(one.id), f"{pinned}: {_short(one)}" if one.is_pinned else _short(one)) for one in notes]
    field = Field("note", _("Note"), "choice", choices[0][0], choices)
    return Form(
        _("Pin a note, or take its pin away"), do(row, "pin"), fresh_key(), [field], [Button(_("Turn it over"), "quiet")],
        is_open=False,
    )  # fmt: skip


def _short(note: CustomerNote) -> str:
    return str(Truncator(" ".join(note.text.split())).chars(60))


def tag_form(row: Customer, do: Do) -> Form:
    """Where tags are put on and taken off."""
    fields = [
        Field("add", _("Add (with commas between)"), most=400), Field("remove", _("Take off (with commas between)"), most=400),
    ]  # fmt: skip
    return Form(_("Tags"), do(row, "tag"), fresh_key(), fields, [Button(_("Change the tags"), "good")], is_open=False)


def consent_form(row: Customer, consents: Sequence[Consent], do: Do) -> Form:
    """Where it is written down that somebody agreed, or no longer does."""
    purposes = dict.fromkeys([*USUAL_PURPOSES, *(one.purpose for one in consents), *consents_in_use()])
    fields = [
        Field("purpose", _("For"), "choice", next(iter(purposes)), [(code, word(code)) for code in purposes]),
        Field("source", _("How they said so"), "choice", CameBy.PHONE.value, [(one.value, word(one)) for one in CameBy]),
    ]
    buttons = [Button(_("They agreed"), "good", "granted", "1"), Button(_("No longer"), "bad", "granted", "0")]
    lead = _("What they agreed to before stays written down, with when it began and ended.")
    return Form(_("Write a consent down"), do(row, "consent"), fresh_key(), fields, buttons, is_open=False, lead=lead)


def turn_form(row: Customer, do: Do) -> Form | None:
    """Where somebody is blocked, or let order again; for whoever was merged there is none."""
    reason = Field("reason", _("Reason"), "text", is_required=True, most=400)
    if row.state == "active":
        lead = _("Orders that are placed already stay as they are.")
        button = Button(_("Block"), "bad")
        return Form(_("Block"), do(row, "block"), fresh_key(), [reason], [button], is_open=False, lead=lead)
    if row.state == "blocked":
        button = Button(_("Unblock"), "good")
        return Form(_("Unblock"), do(row, "unblock"), fresh_key(), [reason], [button], is_open=False)
    return None


def more(row: Customer, do: Do, allowed: set[str]) -> Iterator[Forms]:
    """What can be done besides, for whoever may."""
    turn = turn_form(row, do)
    found = [tag_form(row, do)] if "tag" in allowed and row.erased_at is None and not row.merged_into_id else []
    if turn is not None and {"active": "block", "blocked": "unblock"}[row.state] in allowed:
        found.append(turn)
    if found:
        yield Forms(_("Besides"), found)
