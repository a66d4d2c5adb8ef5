"""What is done with a return at the back office: each is a form, and a command behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.kernel import clock
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Invalid
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.masterdata.policies.lifecycle import GoesTo
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import (
    GradedPieces,
    LineRefund,
    PieceBack,
    cancel_return,
    grade_return,
    label_return,
    lapse_return,
    receive_return,
    scan_return,
)
from dingdan.trade.aftersales.events import ReturnInspected, ReturnScanned
from dingdan.trade.aftersales.lifecycle import RETURN_LIFE
from dingdan.trade.aftersales.models import Return, ReturnPiece
from dingdan.trade.aftersales.queries import InspectionOffer
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Look, fresh_key
from dingdan.web.backoffice.base import number
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Group, Table
from dingdan.web.backoffice.typed import amount, counted, grade_names

LOOK: Final = Button(gettext_lazy("See what comes of it"), "", "step", "look")
"""The button that shows what would come of a form before it is done."""


def pieces_of(row: Return) -> list[ReturnPiece]:
    """The pieces of a return with their articles."""
    pieces = ReturnPiece.objects.filter(line__rma=row).select_related("demand__variant__product", "line__order_line")
    return list(pieces.order_by("id"))


# ── what is given ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _receive(call: Call, row: Return, sent: QueryDict) -> Event:
    told = [(piece.id, counted(sent, f"piece-{piece.id}", piece.demand.variant)) for piece in pieces_of(row)]
    arrived = tuple(PieceBack(piece_id, quantity) for piece_id, quantity in told if quantity)
    if not arrived:
        raise Invalid(field="pieces", reason=_("Say how much has arrived."))
    return receive_return(call, return_id=row.id, pieces=arrived)


def _grades(row: Return, sent: QueryDict) -> tuple[GradedPieces, ...]:
    told = [
        (piece.id, code, counted(sent, f"{code}-{piece.id}", piece.demand.variant))
        for piece in pieces_of(row)
        for code in grade_names()
    ]
    return tuple(GradedPieces(piece_id=id_, grade=code, quantity=quantity) for id_, code, quantity in told if quantity)


def _refunds(row: Return, sent: QueryDict) -> tuple[LineRefund, ...]:
    currency = row.order.currency
    told = [(line.id, amount(sent, f"amount-{line.id}", currency)) for line in queries.lines_of(row.id)]
    return tuple(LineRefund(return_line_id=id_, amount=wanted) for id_, wanted in told if wanted is not None)


def _grade(call: Call, row: Return, sent: QueryDict) -> Event:
    return grade_return(call, return_id=row.id, pieces=_grades(row, sent), refunds=_refunds(row, sent))


def _look_at_grades(row: Return, sent: QueryDict) -> Look:
    offer = queries.inspection_preview(row.id, pieces=_grades(row, sent), refunds=_refunds(row, sent))
    words = _("Do it: {amount} back").format(amount=show.money(offer.refund, offer.currency))
    seen = fingerprint(offer.outcomes, [one.grades for one in offer.sorted_out], offer.owed, offer.refund_due)
    return Look([goods_told(offer, row), money_told(offer, row)], Button(words, "good"), seen)


def _label(call: Call, row: Return, sent: QueryDict) -> Event:
    said = {name: sent.get(name, "") for name in ("carrier", "tracking_number", "label_url")}
    return label_return(call, return_id=row.id, **said)


def _of_id(command: Any) -> Any:
    def give(call: Call, row: Return, _sent: QueryDict) -> Event:
        event: Event = command(call, return_id=row.id)
        return event

    return give


def _said_of_scanning(event: ReturnScanned) -> str:
    return _("{amount} goes back.").format(amount=show.money(event.refund, event.currency)) if event.refund else _("It is noted.")


def said_of_grading(event: ReturnInspected) -> str:
    """What is told once a return was looked at."""
    given = show.money(event.refund, event.currency)
    if event.is_exchange:
        return _("{amount} of it is given back, and pays for the goods in exchange.").format(amount=given)
    return _("{amount} of it is given back.").format(amount=given)


ACTS: Final[Mapping[str, Act]] = {
    "receive": Act("aftersales.receive_return", _receive, lambda _event: _("The goods wait to be looked at.")),
    "grade": Act("aftersales.grade_return", _grade, said_of_grading, _look_at_grades),
    "label": Act("aftersales.label_return", _label, lambda _event: _("It is written down.")),
    "scan": Act("aftersales.scan_return", _of_id(scan_return), _said_of_scanning),
    "cancel": Act("aftersales.cancel_return", _of_id(cancel_return), lambda _event: _("The return is called off.")),
    "lapse": Act("aftersales.lapse_return", _of_id(lapse_return), lambda _event: _("The return has lapsed.")),
}
"""What can be done with a return, by the name in the form's address."""


# ── what would come of it ────────────────────────────────────────────────────────────────────────────────────────────────


def places_of(row: Return) -> dict[GoesTo, str]:
    """What becomes of pieces of a return, by where their grade sends them."""
    places = {
        GoesTo.STOCK: _("on sale again in {node}"), GoesTo.DAMAGED: _("to the damaged goods in {node}"),
        GoesTo.REFURBISH: _("to be refurbished in {node}"), GoesTo.SCRAP: _("to scrap"),
        GoesTo.SUPPLIER: _("back to the supplier"),
    }  # fmt: skip
    return {goes: text.format(node=named(row.node)) for goes, text in places.items()}


def goods_told(offer: InspectionOffer, row: Return) -> Table:
    """Where the pieces go."""
    variants, places = {piece.id: piece.demand.variant for piece in pieces_of(row)}, places_of(row)
    return Table(
        _("What happens to the goods"),
        [_("Article"), _("Quantity"), _("Goes")],
        [
            [
                Cell(variants[one.piece.id].sku),
                number(plain_quantity(quantity, UNITS[variants[one.piece.id].unit])),
                Cell(places[goes]),
            ]
            for one in offer.sorted_out
            for goes, quantity in one.goes.items()
            if quantity
        ],
    )


def money_told(offer: InspectionOffer, row: Return) -> Facts:
    """What is given back, what is kept back for what, and what that comes to for the order."""

    def money(value: int) -> str:
        return show.money(value, offer.currency)

    kept = [(_("Kept back for the condition"), "wear"), (_("Kept back for restocking"), "restocking"),
            (_("Kept back for the way back"), "shipping")]  # fmt: skip
    sums = [(label, sum(getattr(one, name) for one in offer.outcomes)) for label, name in kept]
    goes = _("pays for the goods in exchange") if offer.is_exchange else _("goes back the way it came")
    return Facts(
        _("What happens to the money"),
        [
            (_("Worth of the goods"), money(offer.refund + offer.fee)),
            *((label, money(value)) for label, value in sums if value),
            (_("Given back"), money(offer.refund)),
            (_("Given back before, at the scan"), money(offer.before) if offer.before else ""),
            (_("The order is owed then"), money(offer.owed)),
            (_("Paid above that"), f"{money(offer.refund_due)} {goes}" if offer.refund_due else _("Nothing")),
            (_("Still to be paid"), money(offer.before - offer.refund) if offer.before > offer.refund else ""),
        ],
    )


# ── what can be filled in ────────────────────────────────────────────────────────────────────────────────────────────────


def forms(row: Return, do: Any, allowed: set[str]) -> Iterator[Form]:
    """The forms of a return as it stands now, for whoever may: what comes next stands open."""
    pieces = pieces_of(row)
    coming = [piece for piece in pieces if piece.quantity > piece.received]
    arrived = [piece for piece in pieces if piece.received]
    if "grade" in allowed and RETURN_LIFE.may("inspect", row.state):
        yield _inspection(row, arrived, do)
    if "receive" in allowed and RETURN_LIFE.may("receive", row.state) and coming:
        yield _arrival(row, coming, do)
    if row.state != RETURN_LIFE.initial:
        return
    if "label" in allowed:
        yield _way(row, do)
    if "scan" in allowed and row.scanned_at is None:
        lead = _("The money goes back now.") if row.refund_at == "scan" else _("The money goes back when it was looked at.")
        yield Form(_("Seen on its way"), do(row, "scan"), fresh_key(), (), [Button(_("The carrier has it"))], is_open=False,
                   lead=lead)  # fmt: skip
    if "lapse" in allowed and row.due_back_at and row.due_back_at <= clock.now() and row.scanned_at is None:
        lead = _("Nothing came back in time: the goods that left ahead are to be paid for.")
        yield Form(_("Let it lapse"), do(row, "lapse"), fresh_key(), (), [Button(_("Let it lapse"), "bad")], is_open=False,
                   lead=lead)  # fmt: skip
    if "cancel" in allowed:
        lead = _("Nothing comes back after all. What was given back already is owed again.")
        yield Form(_("Reject or call off"), do(row, "cancel"), fresh_key(), (), [Button(_("Call the return off"), "bad")],
                   is_open=False, lead=lead)  # fmt: skip


def _arrival(row: Return, coming: list[ReturnPiece], do: Any) -> Form:
    fields = [
        Field(
            f"piece-{one.id}", _article(one), "number", _left(one), note=_("{count} are still to come.").format(count=_left(one))
        )
        for one in coming
    ]
    is_first = row.state == RETURN_LIFE.initial
    title = _("Receive what has arrived") if is_first else _("Receive another parcel")
    return Form(title, do(row, "receive"), fresh_key(), fields, [Button(_("Receive"), "good")], is_open=is_first)


def _inspection(row: Return, arrived: list[ReturnPiece], do: Any) -> Form:
    names = grade_names()
    first = next(iter(names))
    fields: list[Field | Group] = [
        Group(
            _article(one),
            [Field(f"{code}-{one.id}", name, _kind(one), _there(one) if code == first else "") for code, name in names.items()],
            _("{count} have arrived").format(count=_there(one)),
        )
        for one in arrived
    ]
    own = _("Empty: what the goods are worth, less what the rules keep back.")
    fields += [
        Field(f"amount-{line.id}", _("Give back for {article}").format(article=line.order_line.name), note=own)
        for line in queries.lines_of(row.id)
    ]
    lead = _("Say of every piece of which grade it is. Nothing happens before you have seen what comes of it.")
    return Form(_("Look at the goods"), do(row, "grade"), fresh_key(), fields, [LOOK], lead=lead)


def _way(row: Return, do: Any) -> Form:
    fields = [
        Field("carrier", _("Carrier"), value=row.carrier, most=60),
        Field("tracking_number", _("Tracking number"), value=row.tracking_number, most=80),
        Field("label_url", _("Address of the label"), value=row.label_url, most=500, note=_("Where the label can be fetched.")),
    ]
    return Form(_("Label and way back"), do(row, "label"), fresh_key(), fields, [Button(_("Save"))], is_open=False)


def _article(piece: ReturnPiece) -> str:
    variant, name = piece.demand.variant, piece.line.order_line.name
    return f"{name} ({variant.sku})" if variant.sku == piece.line.order_line.sku else f"{variant.sku} ({name})"


def _kind(piece: ReturnPiece) -> str:
    """What is counted in whole pieces is typed as a number; half a kilo as a line."""
    return "line" if UNITS[piece.demand.variant.unit].decimals else "number"


def _left(piece: ReturnPiece) -> str:
    return plain_quantity(piece.quantity - piece.received, UNITS[piece.demand.variant.unit])


def _there(piece: ReturnPiece) -> str:
    return plain_quantity(piece.received, UNITS[piece.demand.variant.unit])
