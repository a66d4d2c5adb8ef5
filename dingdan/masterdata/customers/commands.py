"""What can be done with customers."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.contact import email_key
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.text import clean_code
from dingdan.masterdata.customers.events import (
    ConsentRecorded,
    CustomerContactErased,
    CustomerSaved,
    CustomersMerged,
    CustomerTurned,
    WatchSaved,
    WatchTurned,
)
from dingdan.masterdata.customers.lifecycle import CUSTOMER_LIFE, WATCH_LIFE
from dingdan.masterdata.customers.models import Address, Consent, Customer, CustomerContact, CustomerIdentity, Watch
from dingdan.masterdata.customers.rules import (
    CONTACT_FIELDS,
    CustomerDraft,
    NotGiven,
    NotTheSame,
    WatchDraft,
    clean_watch,
    digest_of,
    hint_of,
    part_of,
)
from dingdan.masterdata.customers.steps import put_customers

key_of("a_contact_is_watched_once", field="email", what="watch")

_NOTHING: Final = dict.fromkeys((*CONTACT_FIELDS, "email_key"), "")


@command
def save_customer(entry: Entry, *, customer: CustomerDraft) -> CustomerSaved:
    """Write a customer down, or change it.

    Refuses texts, mails, phones and addresses that cannot be (naming the field), a number or identity of another
    (:class:`KeyTaken`, :class:`IdentityTaken`), and a customer that was merged or forgotten.
    """
    (answer,) = put_customers([entry], [customer])
    if isinstance(answer, Refusal):
        raise answer
    return answer


@batch_command(CustomerSaved)
def save_customers(batch: Batch[CustomerDraft]) -> None:
    """Write many customers, in a handful of statements. Each is accepted or refused as by `save_customer`."""
    items = batch.open
    answers = put_customers([item.entry for item in items], [item.intent for item in items])
    for item, answer in zip(items, answers, strict=True):
        if isinstance(answer, Refusal):
            item.refuse(answer)
        else:
            item.accept(answer)


@command
def block_customer(entry: Entry, *, customer_id: UUID) -> CustomerTurned:
    """Let a customer order nothing for now. Refuses one that is blocked already, or merged."""
    return _turn(entry, customer_id, "block")


@command
def unblock_customer(entry: Entry, *, customer_id: UUID) -> CustomerTurned:
    """Let a blocked customer order again. Refuses one that is not blocked."""
    return _turn(entry, customer_id, "unblock")


@command
def merge_customers(entry: Entry, *, kept_id: UUID, merged_id: UUID) -> CustomersMerged:
    """Make two customers one: identities, addresses, consents and missing contact data go to the one that is kept.

    What was ordered stays with the other, which points to the kept one from now on. Refuses the same customer twice
    (:class:`NotTheSame`), an unknown one (404), and one that was merged before.
    """
    if kept_id == merged_id:
        raise NotTheSame(field="merged_id")
    # In the order of ids, so that two merges of the same pair wait instead of locking each other out.
    rows = {id_: locked(entry, Customer, id_) for id_ in sorted((kept_id, merged_id))}
    CUSTOMER_LIFE.turn("merge", rows[kept_id].state)
    state = CUSTOMER_LIFE.turn("merge", rows[merged_id].state)
    CustomerIdentity.objects.filter(customer=merged_id).update(customer=kept_id)
    Address.objects.filter(customer=merged_id).update(customer=kept_id, is_default=False)
    held = Consent.objects.filter(customer=kept_id, withdrawn_at=None).values("purpose")
    Consent.objects.filter(customer=merged_id).exclude(withdrawn_at=None, purpose__in=held).update(customer=kept_id)
    Customer.objects.filter(merged_into=merged_id).update(merged_into=kept_id)
    Customer.objects.filter(id=merged_id).update(state=state, merged_into=kept_id)
    return CustomersMerged(kept_id=kept_id, merged_id=merged_id, filled=_fill_contact(kept_id, merged_id))


@command
def erase_customer_contact(entry: Entry, *, customer_id: UUID) -> CustomerContactErased:
    """Forget a person: contact, addresses and identities are emptied, consents end. Orders keep the customer without a name.

    Doing it again changes nothing more. Refuses an unknown customer (404).
    """
    row = locked(entry, Customer, customer_id)
    CustomerContact.objects.filter(customer=customer_id).update(**_NOTHING)
    Address.objects.filter(customer=customer_id).update(
        name="", company_name="", country_area="", city="", city_area="", postal_code="", sorting_code="", street_address="",
        phone="", is_default=False, retired_at=entry.at,
    )  # fmt: skip
    CustomerIdentity.objects.filter(customer=customer_id).delete()
    Consent.objects.filter(customer=customer_id, withdrawn_at=None, granted_at__lte=entry.at).update(withdrawn_at=entry.at)
    put(entry, row, {"erased_at": row.erased_at or entry.at}, model=Customer)
    return CustomerContactErased(customer_id=customer_id)


@command
def record_consent(entry: Entry, *, customer_id: UUID, purpose: str, granted: bool, source: str = "") -> ConsentRecorded:
    """Write down that a customer agreed to something now, or no longer does. Agreeing twice is agreeing once.

    Refuses an unknown customer (404), a purpose that is no code, and the withdrawal of what was not given (:class:`NotGiven`).
    """
    purpose, source = clean_code(purpose, "purpose"), clean_code(source, "source") if source else ""
    locked(entry, Customer, customer_id)
    held = Consent.objects.filter(customer=customer_id, purpose=purpose, withdrawn_at=None).first()
    if not granted:
        if held is None:
            raise NotGiven(field="purpose", purpose=purpose)
        Consent.objects.filter(id=held.id).update(withdrawn_at=max(entry.at, held.granted_at))
    elif held is None:
        held = Consent.objects.create(id=new_id(), customer_id=customer_id, purpose=purpose, source=source, granted_at=entry.at)
    return ConsentRecorded(customer_id=customer_id, consent_id=held.id, purpose=purpose, granted=granted, source=source)


@command
def save_watch(entry: Entry, *, watch: WatchDraft) -> WatchSaved:
    """Put a contact on the blacklist (or the list of trusted ones), or change why and until when. The contact tells which it is.

    Refuses anything but exactly one of mail, phone and address, and one that cannot be.
    """
    draft = clean_watch(watch)
    digest = digest_of(draft, tenant_id=entry.tenant_id)
    row = Watch.objects.select_for_update(no_key=True).filter(digest=digest).first()
    values = {
        "part": part_of(draft).value, "digest": digest, "hint": hint_of(draft), "stance": draft.stance, "reason": draft.reason,
        "until_at": draft.until_at, "state": WATCH_LIFE.initial,
    }  # fmt: skip
    saved = put(entry, row, values, model=Watch, veiled=("digest", "hint", "reason"))
    return WatchSaved(watch_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_watch(entry: Entry, *, watch_id: UUID) -> WatchTurned:
    """Look out for a contact no longer. Refuses one that is retired already."""
    return _turn_watch(entry, watch_id, "retire")


@command
def restore_watch(entry: Entry, *, watch_id: UUID) -> WatchTurned:
    """Look out for a contact again. Refuses one that is watched."""
    return _turn_watch(entry, watch_id, "restore")


def _turn_watch(entry: Entry, watch_id: UUID, turn: str) -> WatchTurned:
    row = locked(entry, Watch, watch_id)
    saved = put(entry, row, {"state": WATCH_LIFE.turn(turn, row.state)}, model=Watch)
    return WatchTurned(watch_id=watch_id, state=saved.row.state)


def _turn(entry: Entry, customer_id: UUID, turn: str) -> CustomerTurned:
    row = locked(entry, Customer, customer_id)
    saved = put(entry, row, {"state": CUSTOMER_LIFE.turn(turn, row.state)}, model=Customer)
    return CustomerTurned(customer_id=customer_id, state=saved.row.state)


def _fill_contact(kept_id: UUID, merged_id: UUID) -> tuple[str, ...]:
    """Give the kept customer what only the other one's contact knows, and empty that one; the names of what was given."""
    contacts = {row.customer_id: row for row in CustomerContact.objects.filter(customer__in=[kept_id, merged_id])}
    other = contacts.get(merged_id)
    if other is None:
        return ()
    kept = contacts.get(kept_id)
    if kept is None:
        kept = CustomerContact.objects.create(id=new_id(), customer_id=kept_id)
    values = {name: getattr(other, name) for name in CONTACT_FIELDS if getattr(other, name) and not getattr(kept, name)}
    if values:
        email = values.get("email", kept.email)
        CustomerContact.objects.filter(id=kept.id).update(**values, email_key=email_key(email))
    CustomerContact.objects.filter(id=other.id).update(**_NOTHING)
    return tuple(values)
