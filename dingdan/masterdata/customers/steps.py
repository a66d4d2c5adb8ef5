"""Writing customers down, many at once: read what is there, decide in memory, write what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from dingdan.kernel.changes import FieldChange, changes
from dingdan.kernel.contact import PostalAddress, email_key
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.numbering import take
from dingdan.kernel.register import key_of
from dingdan.kernel.rows import insert
from dingdan.masterdata.customers import queries
from dingdan.masterdata.customers.events import CustomerSaved
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact, CustomerIdentity, CustomerNote
from dingdan.masterdata.customers.rules import (
    CONTACT_FIELDS,
    MOST_NOTES,
    AddressDraft,
    ContactDraft,
    CustomerDraft,
    Forgotten,
    Identity,
    IdentityTaken,
    MergedAway,
    NoteAbout,
    TooManyNotes,
    clean_customer,
    customer_tokens,
)

OWN_FIELDS: Final = ("number", "kind", "language", "group")

key_of("customer_number_is_unique", field="number", what="customer")
key_of("an_account_belongs_to_one_customer", field="user_id", what="login")
key_of("external_customer_is_one_of_ours", field="identities", what="customer")


class _Desk:
    """The customers that some drafts are about: read once, changed in memory, written once."""

    def __init__(self, drafts: Sequence[CustomerDraft]) -> None:
        self.owner: dict[Identity, UUID] = _owners([identity for draft in drafts for identity in draft.identities])
        numbers = [draft.number for draft in drafts if draft.number]
        ids = [*self.owner.values(), *(draft.id for draft in drafts if draft.id)]
        found = Customer.objects.filter(Q(number__in=numbers) | Q(id__in=ids)).order_by("id")
        self.customers = {row.id: row for row in found.select_for_update(no_key=True)}
        self.by_number = {row.number: row for row in self.customers.values()}
        known = list(self.customers)
        self.contacts = {row.customer_id: row for row in CustomerContact.objects.filter(customer__in=known)} if known else {}
        self.addresses: dict[UUID, dict[AddressDraft, UUID]] = {}
        for row in Address.objects.filter(customer__in=known, retired_at=None) if known else ():
            self.addresses.setdefault(row.customer_id, {})[_as_draft(row)] = row.id
        self.changed: dict[UUID, Customer] = {}
        self.changed_contacts: dict[UUID, CustomerContact] = {}
        self.new_addresses: dict[UUID, dict[str, Any]] = {}
        self.retired_addresses: set[UUID] = set()
        self.new_identities: list[dict[str, Any]] = []
        self.unnumbered: list[Customer] = []
        self.to_sort_in: set[UUID] = set()

    def find(self, draft: CustomerDraft) -> Customer | None:
        """The customer that the draft is about, None where it is new. Refuses one that may not be changed."""
        if draft.id:
            row = self.customers.get(draft.id)
            if row is None:
                raise NotFound(field="id", what="customer", id=draft.id)
        elif draft.number:
            row = self.by_number.get(draft.number)
        else:
            owners = (self.owner[identity] for identity in draft.identities if identity in self.owner)
            row = next((self.customers[owner] for owner in owners), None)
        if row is not None and row.merged_into_id:
            kept = Customer.objects.filter(id=row.merged_into_id).values_list("number", flat=True).get()
            raise MergedAway(field="id" if draft.id else "number", number=row.number, kept=kept)
        if row is not None and row.erased_at:
            raise Forgotten(field="id" if draft.id else "number", number=row.number)
        for index, identity in enumerate(draft.identities):
            if identity in self.owner and (row is None or self.owner[identity] != row.id):
                raise IdentityTaken(field=f"identities.{index}.external_id", **asdict(identity))
        return row

    def put(self, draft: CustomerDraft, row: Customer | None) -> tuple[Customer, tuple[FieldChange, ...]]:
        """Change the customer in memory, or make it; tell what changed."""
        before = None if row is None else {name: getattr(row, name) for name in OWN_FIELDS}
        after = {name: getattr(draft, name) for name in OWN_FIELDS}
        if row is not None and not draft.number:
            after["number"] = row.number
        told = changes(before, after)
        if row is None:
            row = Customer(id=new_id(), **after)
            self.customers[row.id] = row
            if not draft.number:
                self.unnumbered.append(row)
        if told or before is None:
            for name, value in after.items():
                setattr(row, name, value)
            self.changed[row.id] = row
            self.to_sort_in.add(row.id)
            if row.number:
                self.by_number[row.number] = row
        return row, told

    def put_contact(self, customer_id: UUID, contact: ContactDraft) -> tuple[FieldChange, ...]:
        """Change how the customer is reached; tell the names of what changed."""
        row = self.contacts.get(customer_id)
        after = asdict(contact)
        before = dict.fromkeys(CONTACT_FIELDS, "") if row is None else {name: getattr(row, name) for name in CONTACT_FIELDS}
        told = changes(before, after, veiled=CONTACT_FIELDS, prefix="contact.")
        if told or row is None:
            row = row or CustomerContact(id=new_id(), customer_id=customer_id)
            for name, value in {**after, "email_key": email_key(contact.email)}.items():
                setattr(row, name, value)
            self.contacts[customer_id] = self.changed_contacts[customer_id] = row
            self.to_sort_in.add(customer_id)
        return told

    def put_addresses(self, customer_id: UUID, drafts: Iterable[AddressDraft]) -> tuple[int, int]:
        """Make these the customer's addresses: keep those that are the same, add new ones, retire the rest; tell how many."""
        known = self.addresses.setdefault(customer_id, {})
        wanted = dict.fromkeys(drafts)
        gone = [draft for draft in known if draft not in wanted]
        added = [draft for draft in wanted if draft not in known]
        for draft in gone:
            id_ = known.pop(draft)
            if self.new_addresses.pop(id_, None) is None:
                self.retired_addresses.add(id_)
        for draft in added:
            id_ = known[draft] = new_id()
            self.new_addresses[id_] = {
                "id": id_, "customer_id": customer_id, "purpose": draft.purpose, "is_default": draft.is_default,
                "phone": draft.phone, **asdict(draft.address),
            }  # fmt: skip
        if gone or added:
            self.to_sort_in.add(customer_id)
        return len(added), len(gone)

    def put_identities(self, customer_id: UUID, identities: Iterable[Identity]) -> None:
        """Remember what other systems call the customer."""
        for identity in identities:
            if identity not in self.owner:
                self.owner[identity] = customer_id
                self.new_identities.append({"customer_id": customer_id, **asdict(identity)})

    def write(self, entry: Entry) -> None:
        """Write what changed: at most one statement a table, one for numbers, and one to retire addresses."""
        for row, number in zip(
            self.unnumbered, take(entry, "customers", count=len(self.unnumbered), prefix="C", first=1001), strict=True
        ):
            row.number = number
        for customer_id in self.to_sort_in:
            self._sort_in(customer_id)
        if self.changed:
            _upsert(Customer, self.changed.values(), OWN_FIELDS)
        if self.changed_contacts:
            _upsert(CustomerContact, self.changed_contacts.values(), (*CONTACT_FIELDS, "email_key", "tokens"))
        if self.retired_addresses:
            Address.objects.filter(id__in=self.retired_addresses).update(retired_at=entry.at)
        insert((CustomerIdentity, self.new_identities), (Address, list(self.new_addresses.values())))

    def _sort_in(self, customer_id: UUID) -> None:
        """Let the customer be found by what is known now; one of whom only the number is known, by that."""
        row = self.contacts.get(customer_id) or CustomerContact(id=new_id(), customer_id=customer_id)
        tokens = customer_tokens(self.customers[customer_id].number, _known(row), self.addresses.get(customer_id, ()))
        if tokens != row.tokens:
            row.tokens = tokens
            self.contacts[customer_id] = self.changed_contacts[customer_id] = row


def _upsert(model: Any, rows: Iterable[Any], fields: Sequence[str]) -> None:
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=("tenant_id", "id"), update_fields=fields)


def _owners(identities: Sequence[Identity]) -> dict[Identity, UUID]:
    """Whose the identities are, of those that are known."""
    by_source: dict[str, list[str]] = {}
    for identity in identities:
        by_source.setdefault(identity.source, []).append(identity.external_id)
    wanted = Q()
    for source, external_ids in by_source.items():
        wanted |= Q(source=source, external_id__in=external_ids)
    rows = CustomerIdentity.objects.filter(wanted).values_list("source", "external_id", "customer_id") if by_source else ()
    return {Identity(source=source, external_id=external_id): customer_id for source, external_id, customer_id in rows}


def _known(row: CustomerContact) -> ContactDraft:
    return ContactDraft(**{name: getattr(row, name) for name in CONTACT_FIELDS})


def _as_draft(row: Address) -> AddressDraft:
    address = PostalAddress(**{name: getattr(row, name) for name in PostalAddress.__dataclass_fields__})
    return AddressDraft(address=address, purpose=row.purpose, is_default=row.is_default, phone=row.phone)


def put_customers(entries: Sequence[Entry], drafts: Sequence[CustomerDraft]) -> list[CustomerSaved | Refusal]:
    """Write customers, each draft under the entry beside it; answer each with its event or its refusal.

    The number of statements does not depend on the number of drafts. Drafts about the same customer build on each other in order.
    """
    cleaned = [_cleaned(draft) for draft in drafts]
    desk = _Desk([draft for draft in cleaned if isinstance(draft, CustomerDraft)])
    answers = [_put_customer(entry, draft, desk=desk) for entry, draft in zip(entries, cleaned, strict=True)]
    desk.write(entries[0])
    return answers


def _cleaned(draft: CustomerDraft) -> CustomerDraft | Refusal:
    try:
        return clean_customer(draft)
    except Refusal as refusal:
        return refusal


def _put_customer(entry: Entry, draft: CustomerDraft | Refusal, *, desk: _Desk) -> CustomerSaved | Refusal:
    if isinstance(draft, Refusal):
        return draft
    try:
        row = desk.find(draft)
    except Refusal as refusal:
        return refusal
    created = row is None
    customer, told = desk.put(draft, row)
    if draft.contact is not None:
        told += desk.put_contact(customer.id, draft.contact)
    added, retired = (0, 0) if draft.addresses is None else desk.put_addresses(customer.id, draft.addresses)
    desk.put_identities(customer.id, draft.identities)
    entry.about("customer", customer.id)
    return CustomerSaved(customer_id=customer.id, created=created, changes=told, addresses_added=added, addresses_retired=retired)


def sort_in(entry: Entry, customer_ids: Iterable[UUID]) -> None:
    """Let customers be found by what is known of them now."""
    ids = list(customer_ids)
    entry.about("customer", *ids)
    numbers = dict(Customer.objects.filter(id__in=ids).values_list("id", "number"))
    addresses: dict[UUID, list[AddressDraft]] = {}
    for one in Address.objects.filter(customer__in=ids, retired_at=None):
        addresses.setdefault(one.customer_id, []).append(_as_draft(one))
    contacts = list(CustomerContact.objects.filter(customer__in=ids))
    for row in contacts:
        row.tokens = customer_tokens(numbers[row.customer_id], _known(row), addresses.get(row.customer_id, ()))
    if contacts:
        _upsert(CustomerContact, contacts, ("tokens",))


def known_draft(entry: Entry, row: Customer) -> CustomerDraft:
    """A customer as it is written down now, to be changed in a part and put again."""
    entry.about("customer", row.id)
    contact = CustomerContact.objects.filter(customer=row.id).first()
    addresses = Address.objects.filter(customer=row.id, retired_at=None).order_by("-is_default", "id")
    return CustomerDraft(
        id=row.id, **{name: getattr(row, name) for name in OWN_FIELDS},
        contact=ContactDraft() if contact is None else _known(contact), addresses=tuple(_as_draft(one) for one in addresses),
    )  # fmt: skip


def put_known(entry: Entry, draft: CustomerDraft) -> CustomerSaved:
    """Put one customer. Refuses as `put_customers` does."""
    (answer,) = put_customers([entry], [draft])
    if isinstance(answer, Refusal):
        raise answer
    return answer


def with_address(entry: Entry, draft: CustomerDraft, *, address: AddressDraft, instead_of: UUID | None) -> CustomerDraft:
    """A customer with one more address, or one in place of another. The first is the default; a new default is the only one.

    Refuses an address to be replaced that is not theirs (404).
    """
    replaced = address_in_use(entry, draft, address_id=instead_of) if instead_of else None
    others = [one for one in draft.addresses or () if one != replaced]
    is_default = address.is_default or not others or bool(replaced and replaced.is_default)
    if is_default:
        others = [replace(one, is_default=False) if one.purpose == address.purpose else one for one in others]
    return replace(draft, addresses=(*others, replace(address, is_default=is_default)))


def address_in_use(entry: Entry, draft: CustomerDraft, *, address_id: UUID) -> AddressDraft:
    """An address of the customer that is in use. Refuses any other (404)."""
    row = Address.objects.filter(id=address_id, customer=draft.id, retired_at=None).first()
    if row is None:
        raise NotFound(field="address_id", what="address", id=address_id)
    return _as_draft(row)


def whose_login(entry: Entry, email: str, *, language: str) -> tuple[UUID, bool]:
    """To whom an account with this proved address belongs, and whether that is somebody new.

    The one customer with the address; where there is none, or several bear it, a new one.
    """
    known = queries.reached_at(email)
    if len(known) == 1:
        entry.about("customer", known[0])
        return known[0], False
    return put_known(entry, CustomerDraft(language=language, contact=ContactDraft(email=email))).customer_id, True


def note(entry: Entry, *, customer_id: UUID, text: str, about: NoteAbout = NoteAbout.ANYTHING, is_pinned: bool = False) -> UUID:
    """Write something down about a customer. Refuses more notes than anybody reads (:class:`TooManyNotes`)."""
    count = CustomerNote.objects.filter(customer=customer_id).count()
    if count >= MOST_NOTES:
        raise TooManyNotes(field="text", count=count, most=MOST_NOTES)
    written = CustomerNote.objects.create(
        id=new_id(), customer_id=customer_id, text=text, about=about.value, is_pinned=is_pinned,
        author=f"{entry.actor.kind}:{entry.actor.id}"[:80], written_at=entry.at,
    )  # fmt: skip
    return written.id
