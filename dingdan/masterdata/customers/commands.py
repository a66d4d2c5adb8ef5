"""What can be done with customers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.contact import clean_email, email_key
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.rows import insert
from dingdan.kernel.text import clean_code, clean_text
from dingdan.masterdata.customers import queries, steps
from dingdan.masterdata.customers.events import (
    ConsentRecorded,
    CustomerContactErased,
    CustomerExported,
    CustomerNoted,
    CustomerNotePinned,
    CustomerSaved,
    CustomersMerged,
    CustomerTagged,
    CustomerTurned,
    LoginLinked,
    LoginSignedOut,
    LoginUnlinked,
    WatchSaved,
    WatchTurned,
)
from dingdan.masterdata.customers.lifecycle import CUSTOMER_LIFE, WATCH_LIFE
from dingdan.masterdata.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerContact,
    CustomerIdentity,
    CustomerLogin,
    CustomerNote,
    CustomerTag,
    Watch,
)
from dingdan.masterdata.customers.rules import (
    CONTACT_FIELDS,
    MOST_TAGS,
    MOST_WORDS,
    AddressDraft,
    CustomerDraft,
    Forgotten,
    MergedAway,
    MergeOutdated,
    NoteAbout,
    NotGiven,
    NothingToTag,
    NotTheSame,
    ProfileDraft,
    TooManyCustomerTags,
    WatchDraft,
    changed_profile,
    clean_watch,
    digest_of,
    hint_of,
    part_of,
)

key_of("a_contact_is_watched_once", field="email", what="watch")

_NOTHING: Final = dict.fromkeys((*CONTACT_FIELDS, "email_key"), "")


@command
def save_customer(entry: Entry, *, customer: CustomerDraft) -> CustomerSaved:
    """Write a customer down, or change it.

    Refuses texts, mails, phones and addresses that cannot be (naming the field), a number or identity of another
    (:class:`KeyTaken`, :class:`IdentityTaken`), and a customer that was merged or forgotten.
    """
    (answer,) = steps.put_customers([entry], [customer])
    if isinstance(answer, Refusal):
        raise answer
    return answer


@batch_command(CustomerSaved)
def save_customers(batch: Batch[CustomerDraft]) -> None:
    """Write many customers, in a handful of statements. Each is accepted or refused as by `save_customer`."""
    items = batch.open
    answers = steps.put_customers([item.entry for item in items], [item.intent for item in items])
    for item, answer in zip(items, answers, strict=True):
        if isinstance(answer, Refusal):
            item.refuse(answer)
        else:
            item.accept(answer)


@command
def block_customer(entry: Entry, *, customer_id: UUID, reason: str = "") -> CustomerTurned:
    """Let a customer order nothing for now; the reason becomes a note. Refuses one that is blocked already, or merged."""
    return _turn(entry, customer_id, "block", reason=reason)


@command
def unblock_customer(entry: Entry, *, customer_id: UUID, reason: str = "") -> CustomerTurned:
    """Let a blocked customer order again; the reason becomes a note. Refuses one that is not blocked."""
    return _turn(entry, customer_id, "unblock", reason=reason)


@command
def note_customer(entry: Entry, *, customer_id: UUID, text: str, is_pinned: bool = False) -> CustomerNoted:
    """Write something down about a customer, for those who work here. A pinned note stays above the others.

    Refuses an empty text, more notes than anybody reads, and a customer that was merged or forgotten.
    """
    text = clean_text(text, "text", MOST_WORDS, multiline=True)
    _known(entry, customer_id)
    note_id = steps.note(entry, customer_id=customer_id, text=text, is_pinned=is_pinned)
    return CustomerNoted(customer_id=customer_id, note_id=note_id, is_pinned=is_pinned)


@command
def pin_customer_note(entry: Entry, *, note_id: UUID, is_pinned: bool = True) -> CustomerNotePinned:
    """Keep a note above the others, or no longer. Doing it again changes nothing more. Refuses an unknown note (404)."""
    row = CustomerNote.objects.select_for_update(no_key=True).filter(id=note_id).first()
    if row is None:
        raise NotFound(field="note_id", what="note", id=note_id)
    entry.about("customer", row.customer_id)
    CustomerNote.objects.filter(id=note_id).update(is_pinned=is_pinned)
    return CustomerNotePinned(customer_id=row.customer_id, note_id=note_id, is_pinned=is_pinned)


@command
def tag_customer(entry: Entry, *, customer_id: UUID, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> CustomerTagged:
    """Sort a customer by words: put tags on, and take others off.

    Refuses no tag at all, more than fit (:class:`TooManyCustomerTags`), and a customer that was merged or forgotten.
    """
    if not add and not remove:
        raise NothingToTag(field="add")
    added = tuple(dict.fromkeys(clean_text(tag, "add", 40) for tag in add))
    _known(entry, customer_id)
    CustomerTag.objects.filter(customer=customer_id, tag__in=remove).delete()
    insert((CustomerTag, [{"id": new_id(), "customer_id": customer_id, "tag": tag} for tag in added]), skip_existing=True)
    count = CustomerTag.objects.filter(customer=customer_id).count()
    if count > MOST_TAGS:
        raise TooManyCustomerTags(field="add", count=count, most=MOST_TAGS)
    return CustomerTagged(customer_id=customer_id, added=added, removed=remove)


@command
def merge_customers(entry: Entry, *, kept_id: UUID, merged_id: UUID, fingerprint: str = "") -> CustomersMerged:
    """Make two customers one: identities, addresses, consents, notes, tags and missing contact data go to the one that is kept.

    What was ordered stays with the other, which points to the kept one from now on. Refuses the same customer twice
    (:class:`NotTheSame`), an unknown one (404), and one that was merged or forgotten before. With the fingerprint of a preview,
    refuses what would no longer come out as it was shown (:class:`MergeOutdated`).
    """
    if kept_id == merged_id:
        raise NotTheSame(field="merged_id")
    # In the order of ids, so that two merges of the same pair wait instead of locking each other out.
    rows = {id_: locked(entry, Customer, id_) for id_ in sorted((kept_id, merged_id))}
    queries.check_mergeable(kept_id, merged_id, rows)
    if fingerprint and queries.preview_merge(kept_id, merged_id).fingerprint != fingerprint:
        raise MergeOutdated
    state = CUSTOMER_LIFE.turn("merge", rows[merged_id].state)
    CustomerIdentity.objects.filter(customer=merged_id).update(customer=kept_id)
    Address.objects.filter(customer=merged_id).update(customer=kept_id, is_default=False)
    held = Consent.objects.filter(customer=kept_id, withdrawn_at=None).values("purpose")
    Consent.objects.filter(customer=merged_id).exclude(withdrawn_at=None, purpose__in=held).update(customer=kept_id)
    CustomerNote.objects.filter(customer=merged_id).update(customer=kept_id)
    carried = CustomerTag.objects.filter(customer=kept_id).values("tag")
    CustomerTag.objects.filter(customer=merged_id).exclude(tag__in=carried).update(customer=kept_id)
    CustomerTag.objects.filter(customer=merged_id).delete()
    CustomerLogin.objects.filter(customer=merged_id).update(customer=kept_id)
    Customer.objects.filter(merged_into=merged_id).update(merged_into=kept_id)
    Customer.objects.filter(id=merged_id).update(state=state, merged_into=kept_id)
    filled = _fill_contact(kept_id, merged_id)
    steps.sort_in(entry, [kept_id, merged_id])
    return CustomersMerged(kept_id=kept_id, merged_id=merged_id, filled=filled)


@command
def erase_customer_contact(entry: Entry, *, customer_id: UUID) -> CustomerContactErased:
    """Forget a person: contact, addresses, identities, accounts, notes and tags are gone, consents end. Orders keep the customer.

    Doing it again changes nothing more. Refuses an unknown customer (404).
    """
    row = locked(entry, Customer, customer_id)
    CustomerContact.objects.filter(customer=customer_id).update(**_NOTHING)
    Address.objects.filter(customer=customer_id).update(
        name="", company_name="", country_area="", city="", city_area="", postal_code="", sorting_code="", street_address="",
        phone="", is_default=False, retired_at=entry.at,
    )  # fmt: skip
    accounts = tuple(one.user_id for one in queries.logins_of(customer_id))
    for model in (CustomerIdentity, CustomerLogin, CustomerNote, CustomerTag):
        model.objects.filter(customer=customer_id).delete()
    steps.sort_in(entry, [customer_id])
    Consent.objects.filter(customer=customer_id, withdrawn_at=None, granted_at__lte=entry.at).update(withdrawn_at=entry.at)
    put(entry, row, {"erased_at": row.erased_at or entry.at}, model=Customer)
    return CustomerContactErased(customer_id=customer_id, user_ids=accounts)


@command
def link_login(entry: Entry, *, user_id: int, email: str, language: str = "en") -> LoginLinked:
    """Let an account belong to the customer whose address it has proved, or to a new one; where it belongs already, it stays.

    Of several customers with the address none is chosen, as nobody knows which one it is: they can be merged. Refuses what is no
    address, and an account that was linked at the same moment (:class:`KeyTaken`).
    """
    held = queries.login_of(user_id)
    if held is not None:
        entry.about("customer", held.customer_id)
        return LoginLinked(customer_id=held.customer_id, login_id=held.id)
    customer_id, created = steps.whose_login(entry, clean_email(email, "email"), language=language)
    row = CustomerLogin.objects.create(id=new_id(), customer_id=customer_id, user_id=user_id, linked_at=entry.at)
    return LoginLinked(customer_id=customer_id, login_id=row.id, created=created)


@command
def unlink_login(entry: Entry, *, login_id: UUID) -> LoginUnlinked:
    """Let an account belong to its customer no longer: whoever signed in with it is nobody here. Refuses an unknown one (404)."""
    row = _login(entry, login_id)
    CustomerLogin.objects.filter(id=row.id).delete()
    return LoginUnlinked(customer_id=row.customer_id, login_id=row.id)


@command
def sign_out_login(entry: Entry, *, login_id: UUID) -> LoginSignedOut:
    """Let an account sign in again wherever it was signed in at this shop. Refuses an unknown one (404)."""
    row = _login(entry, login_id)
    CustomerLogin.objects.filter(id=row.id).update(signed_out_at=entry.at)
    return LoginSignedOut(customer_id=row.customer_id, login_id=row.id)


@command
def change_profile(entry: Entry, *, customer_id: UUID, profile: ProfileDraft) -> CustomerSaved:
    """Let a customer say who they are and how they are reached: what is None stays as it is.

    Refuses texts, mails and phones that cannot be, and a customer that was merged or forgotten.
    """
    draft = steps.known_draft(entry, _known(entry, customer_id))
    return steps.put_known(entry, changed_profile(draft, profile))


@command
def keep_address(entry: Entry, *, customer_id: UUID, address: AddressDraft, address_id: UUID | None = None) -> CustomerSaved:
    """Keep an address of a customer, in place of another one where that is named. The first one is the default.

    Refuses an address that cannot be, too many, another's address (404), and a customer that was merged or forgotten.
    """
    draft = steps.known_draft(entry, _known(entry, customer_id))
    return steps.put_known(entry, steps.with_address(entry, draft, address=address, instead_of=address_id))


@command
def retire_address(entry: Entry, *, customer_id: UUID, address_id: UUID) -> CustomerSaved:
    """Use an address of a customer no longer. Refuses one that is not theirs, or not in use (404)."""
    draft = steps.known_draft(entry, _known(entry, customer_id))
    gone = steps.address_in_use(entry, draft, address_id=address_id)
    return steps.put_known(entry, replace(draft, addresses=tuple(one for one in draft.addresses or () if one != gone)))


@command
def export_customer(entry: Entry, *, customer_id: UUID) -> CustomerExported:
    """Write down that all that is known of a person is handed out, before it leaves. Refuses an unknown customer (404)."""
    locked(entry, Customer, customer_id)
    return CustomerExported(customer_id=customer_id)


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


def _turn(entry: Entry, customer_id: UUID, turn: str, *, reason: str) -> CustomerTurned:
    reason = clean_text(reason, "reason", MOST_WORDS, required=False, multiline=True)
    row = locked(entry, Customer, customer_id)
    saved = put(entry, row, {"state": CUSTOMER_LIFE.turn(turn, row.state)}, model=Customer)
    if reason:
        about = NoteAbout.BLOCKED if turn == "block" else NoteAbout.UNBLOCKED
        steps.note(entry, customer_id=customer_id, text=reason, about=about)
    return CustomerTurned(customer_id=customer_id, state=saved.row.state)


def _login(entry: Entry, login_id: UUID) -> CustomerLogin:
    row = CustomerLogin.objects.select_for_update(no_key=True).filter(id=login_id).first()
    if row is None:
        raise NotFound(field="login_id", what="login", id=login_id)
    entry.about("customer", row.customer_id)
    return row


def _known(entry: Entry, customer_id: UUID) -> Customer:
    """The customer, locked. Refuses one that was merged (:class:`MergedAway`) or forgotten (:class:`Forgotten`)."""
    row = locked(entry, Customer, customer_id)
    if row.merged_into is not None:
        raise MergedAway(field="customer_id", number=row.number, kept=row.merged_into.number)
    if row.erased_at is not None:
        raise Forgotten(field="customer_id", number=row.number)
    return row


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
