"""What `dingdan audit` replays about goods: each law is one question, and every answer to it is a breach."""

from __future__ import annotations

from collections.abc import Iterator

from dingdan.kernel.laws import Proof, breaches


def law_on_hand_is_the_sum_of_moves() -> Iterator[str]:
    """What a place holds is what was moved there less what was moved away."""
    return breaches(
        """
        SELECT variant_id, location_id, owner_id, lot_id, sum(held), sum(moved) FROM (
            SELECT variant_id, location_id, owner_id, lot_id, on_hand AS held, 0 AS moved
            FROM inventory_holding WHERE tenant_id = %(tenant)s
            UNION ALL SELECT variant_id, target_id, owner_id, lot_id, 0, quantity FROM inventory_move
            WHERE tenant_id = %(tenant)s AND id > %(after_moves)s
            UNION ALL SELECT variant_id, source_id, owner_id, lot_id, 0, -quantity FROM inventory_move
            WHERE tenant_id = %(tenant)s AND id > %(after_moves)s
            UNION ALL SELECT split_part(key, '/', 1)::uuid, split_part(key, '/', 2)::uuid, split_part(key, '/', 3)::uuid,
                   nullif(split_part(key, '/', 4), '')::uuid, 0, value
            FROM kernel_provedsum WHERE tenant_id = %(tenant)s AND name = 'moved' AND %(is_since)s
        ) AS both_sides GROUP BY 1, 2, 3, 4 HAVING sum(held) <> sum(moved)
        """,
        "variant {0} at location {1} (owner {2}, lot {3}): holds {4}, moves say {5}",
    )


def law_a_balance_is_the_sum_of_its_places() -> Iterator[str]:
    """Sellable stock at a node is what its stock locations hold."""
    return breaches(
        """
        SELECT variant_id, node_id, owner_id, sum(balance), sum(held) FROM (
            SELECT variant_id, node_id, owner_id, on_hand AS balance, 0 AS held
            FROM inventory_balance WHERE tenant_id = %(tenant)s
            UNION ALL
            SELECT holding.variant_id, location.node_id, holding.owner_id, 0, holding.on_hand
            FROM inventory_holding AS holding
            JOIN inventory_location AS location
              ON location.tenant_id = holding.tenant_id AND location.id = holding.location_id AND location.kind = 'stock'
            WHERE holding.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY 1, 2, 3 HAVING sum(balance) <> sum(held)
        """,
        "variant {0} at node {1} (owner {2}): balance {3}, its places hold {4}",
    )


def law_reserved_is_the_sum_of_open_pegs() -> Iterator[str]:
    """What a balance has reserved is what open pegs on it ask for."""
    return breaches(
        """
        SELECT id, sum(reserved), sum(pegged) FROM (
            SELECT id, reserved, 0 AS pegged FROM inventory_balance WHERE tenant_id = %(tenant)s
            UNION ALL SELECT balance_id, 0, quantity FROM inventory_peg
            WHERE tenant_id = %(tenant)s AND balance_id IS NOT NULL AND quantity > 0
        ) AS both_sides GROUP BY id HAVING sum(reserved) <> sum(pegged)
        """,
        "balance {0}: reserved {1}, open pegs {2}",
    )


def law_a_supply_knows_its_pegs() -> Iterator[str]:
    """What a supply has promised is what open pegs on it ask for."""
    return breaches(
        """
        SELECT id, sum(promised), sum(pegged) FROM (
            SELECT id, pegged AS promised, 0 AS pegged FROM inventory_supply WHERE tenant_id = %(tenant)s
            UNION ALL SELECT supply_id, 0, quantity FROM inventory_peg
            WHERE tenant_id = %(tenant)s AND supply_id IS NOT NULL AND quantity > 0
        ) AS both_sides GROUP BY id HAVING sum(promised) <> sum(pegged)
        """,
        "supply {0}: promised {1}, open pegs {2}",
        about=("supply",),
    )


def law_a_demand_knows_its_pegs() -> Iterator[str]:
    """What a demand counts as answered is what its open pegs hold."""
    return breaches(
        """
        SELECT id, sum(counted), sum(pegged) FROM (
            SELECT id, pegged AS counted, 0 AS pegged FROM inventory_demand WHERE tenant_id = %(tenant)s
            UNION ALL SELECT demand_id, 0, quantity FROM inventory_peg WHERE tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(counted) <> sum(pegged)
        """,
        "demand {0}: counts {1} answered, its pegs hold {2}",
        about=("demand",),
    )


def law_a_peg_answers_its_own_goods() -> Iterator[str]:
    """What answers a demand is the same variant from the same owner, and a hold is answered by stock alone."""
    return breaches(
        """
        SELECT demand.id, peg.id FROM inventory_peg AS peg
        JOIN inventory_demand AS demand ON demand.tenant_id = %(tenant)s AND demand.id = peg.demand_id
        LEFT JOIN inventory_balance AS balance ON balance.tenant_id = %(tenant)s AND balance.id = peg.balance_id
        LEFT JOIN inventory_supply AS supply ON supply.tenant_id = %(tenant)s AND supply.id = peg.supply_id
        WHERE peg.tenant_id = %(tenant)s AND (
            coalesce(balance.variant_id, supply.variant_id) <> demand.variant_id
            OR coalesce(balance.owner_id, supply.owner_id) <> demand.owner_id
            OR (demand.expires_at IS NOT NULL AND peg.supply_id IS NOT NULL))
        """,
        "peg {1}: answers demand {0} with other goods",
        about=("demand",),
    )


def law_owed_is_what_stock_does_not_answer() -> Iterator[str]:
    """What a variant owes beyond stock is what nothing answers yet or goods to come do; holds owe nothing."""
    return breaches(
        """
        SELECT variant_id, sum(owed), sum(open) FROM (
            SELECT id AS variant_id, owed, 0 AS open FROM inventory_backlog WHERE tenant_id = %(tenant)s
            UNION ALL SELECT variant_id, 0, quantity - canceled - issued - pegged FROM inventory_demand
            WHERE tenant_id = %(tenant)s AND expires_at IS NULL AND quantity > canceled + issued + pegged
            UNION ALL SELECT supply.variant_id, 0, peg.quantity FROM inventory_peg AS peg
            JOIN inventory_supply AS supply ON supply.tenant_id = %(tenant)s AND supply.id = peg.supply_id
            WHERE peg.tenant_id = %(tenant)s AND peg.supply_id IS NOT NULL AND peg.quantity > 0
        ) AS both_sides GROUP BY variant_id HAVING sum(owed) <> sum(open)
        """,
        "variant {0}: says {1} are owed, its demands {2}",
    )


def law_a_hold_is_answered_in_full() -> Iterator[str]:
    """What is held until it expires lies there: nothing of it waits for goods."""
    return breaches(
        """
        SELECT id, quantity - canceled - issued, pegged FROM inventory_demand
        WHERE tenant_id = %(tenant)s AND expires_at IS NOT NULL AND quantity > canceled + issued
          AND quantity - canceled - issued <> pegged
        """,
        "hold {0}: {1} open, {2} answered",
    )


def law_allocated_is_the_sum_of_allocations() -> Iterator[str]:
    """What a place has allocated is what open allocations take from it."""
    return breaches(
        """
        SELECT id, sum(allocated), sum(chosen) FROM (
            SELECT id, allocated, 0 AS chosen FROM inventory_holding WHERE tenant_id = %(tenant)s
            UNION ALL SELECT holding_id, 0, quantity FROM inventory_allocation WHERE tenant_id = %(tenant)s AND quantity > 0
        ) AS both_sides GROUP BY id HAVING sum(allocated) <> sum(chosen)
        """,
        "holding {0}: allocated {1}, open allocations {2}",
    )


def law_what_is_allocated_is_reserved_there() -> Iterator[str]:
    """A demand's pieces are chosen only where it has reserved them: same variant, node and owner, and not more."""
    return breaches(
        """
        SELECT demand_id, node_id, sum(chosen), sum(reserved) FROM (
            SELECT choice.demand_id, location.node_id, holding.variant_id, holding.owner_id,
                   choice.quantity AS chosen, 0 AS reserved
            FROM inventory_allocation AS choice
            JOIN inventory_holding AS holding ON holding.tenant_id = %(tenant)s AND holding.id = choice.holding_id
            JOIN inventory_location AS location ON location.tenant_id = %(tenant)s AND location.id = holding.location_id
            WHERE choice.tenant_id = %(tenant)s AND choice.quantity > 0
            UNION ALL
            SELECT peg.demand_id, balance.node_id, balance.variant_id, balance.owner_id, 0, peg.quantity
            FROM inventory_peg AS peg
            JOIN inventory_balance AS balance ON balance.tenant_id = %(tenant)s AND balance.id = peg.balance_id
            WHERE peg.tenant_id = %(tenant)s AND peg.quantity > 0
        ) AS both_sides GROUP BY demand_id, node_id, variant_id, owner_id HAVING sum(chosen) > sum(reserved)
        """,
        "demand {0} at node {1}: {2} chosen, {3} reserved",
    )


def law_received_is_what_was_moved_in() -> Iterator[str]:
    """What a supply counts as received is what was moved in for it."""
    return breaches(
        """
        SELECT id, sum(received), sum(moved) FROM (
            SELECT id, received, 0 AS moved FROM inventory_supply WHERE tenant_id = %(tenant)s
            UNION ALL SELECT move.supply_id, 0, move.quantity FROM inventory_move AS move
            JOIN inventory_location AS target ON target.tenant_id = %(tenant)s AND target.id = move.target_id
            WHERE move.tenant_id = %(tenant)s AND move.supply_id IS NOT NULL AND target.kind = 'stock'
        ) AS both_sides GROUP BY id HAVING sum(received) <> sum(moved)
        """,
        "supply {0}: received {1}, moves say {2}",
        about=("supply",),
    )


def law_what_is_in_transit_is_expected() -> Iterator[str]:
    """What lies between two nodes is what open transfers still expect there."""
    return breaches(
        """
        SELECT variant_id, node_id, owner_id, lot_id, sum(held), sum(expected) FROM (
            SELECT holding.variant_id, location.node_id, holding.owner_id, holding.lot_id, holding.on_hand AS held, 0 AS expected
            FROM inventory_holding AS holding
            JOIN inventory_location AS location
              ON location.tenant_id = %(tenant)s AND location.id = holding.location_id AND location.kind = 'transit'
            WHERE holding.tenant_id = %(tenant)s
            UNION ALL SELECT variant_id, node_id, owner_id, lot_id, 0, quantity - received - canceled
            FROM inventory_supply WHERE tenant_id = %(tenant)s AND document_kind = 'transfer'
        ) AS both_sides GROUP BY 1, 2, 3, 4 HAVING sum(held) <> sum(expected)
        """,
        "variant {0} on its way to node {1} (owner {2}, lot {3}): {4} in transit, {5} expected",
    )


def law_a_serial_number_is_in_one_place() -> Iterator[str]:
    """A serial number is one piece, so it lies in at most one of our places."""
    return breaches(
        """
        SELECT lot.code, sum(holding.on_hand) FROM inventory_holding AS holding
        JOIN inventory_lot AS lot ON lot.tenant_id = %(tenant)s AND lot.id = holding.lot_id AND lot.is_serial
        WHERE holding.tenant_id = %(tenant)s AND NOT holding.boundless
        GROUP BY lot.id, lot.code HAVING sum(holding.on_hand) > 1
        """,
        "serial number {0}: is there {1} times",
    )


def law_issued_is_what_moved_to_the_customer() -> Iterator[str]:
    """What a demand counts as issued and returned is what was moved for it."""
    return breaches(
        """
        SELECT id, sum(kept), sum(moved) FROM (
            SELECT id, issued - returned AS kept, 0 AS moved FROM inventory_demand WHERE tenant_id = %(tenant)s
            UNION ALL
            SELECT move.demand_id, 0, CASE WHEN target.kind = 'customer' THEN move.quantity
                                           WHEN source.kind = 'customer' THEN -move.quantity ELSE 0 END
            FROM inventory_move AS move
            JOIN inventory_location AS source ON source.tenant_id = move.tenant_id AND source.id = move.source_id
            JOIN inventory_location AS target ON target.tenant_id = move.tenant_id AND target.id = move.target_id
            WHERE move.tenant_id = %(tenant)s AND move.demand_id IS NOT NULL
        ) AS both_sides GROUP BY id HAVING sum(kept) <> sum(moved)
        """,
        "demand {0}: {1} with the customer, moves say {2}",
        about=("demand",),
    )


def law_a_tally_is_the_sum_of_its_demands() -> Iterator[str]:
    """The goods of a document are the sum of its demands."""
    return breaches(
        """
        SELECT document_id, sum(a), sum(b), sum(c), sum(d), sum(e) FROM (
            SELECT id AS document_id, demanded AS a, canceled AS b, issued AS c, delivered AS d, returned AS e
            FROM inventory_tally WHERE tenant_id = %(tenant)s
            UNION ALL SELECT document_id, -quantity, -canceled, -issued, -delivered, -returned
            FROM inventory_demand WHERE tenant_id = %(tenant)s
        ) AS both_sides GROUP BY document_id
        HAVING sum(a) <> 0 OR sum(b) <> 0 OR sum(c) <> 0 OR sum(d) <> 0 OR sum(e) <> 0
        """,
        "document {0}: tally differs from its demands by demanded {1}, canceled {2}, issued {3}, delivered {4}, returned {5}",
        about=("document",),
    )


LAWS = (
    law_on_hand_is_the_sum_of_moves,
    law_a_balance_is_the_sum_of_its_places,
    law_reserved_is_the_sum_of_open_pegs,
    law_a_supply_knows_its_pegs,
    law_a_demand_knows_its_pegs,
    law_a_peg_answers_its_own_goods,
    law_owed_is_what_stock_does_not_answer,
    law_a_hold_is_answered_in_full,
    law_allocated_is_the_sum_of_allocations,
    law_what_is_allocated_is_reserved_there,
    law_received_is_what_was_moved_in,
    law_what_is_in_transit_is_expected,
    law_a_serial_number_is_in_one_place,
    law_issued_is_what_moved_to_the_customer,
    law_a_tally_is_the_sum_of_its_demands,
)

PROOF = Proof(
    marks={"moves": "SELECT coalesce(max(id), 0) FROM inventory_move WHERE tenant_id = %(tenant)s"},
    sums={
        "moved": """
        SELECT concat_ws('/', variant_id, location_id, owner_id, lot_id), sum(moved) FROM (
            SELECT variant_id, target_id AS location_id, owner_id, lot_id, quantity AS moved
            FROM inventory_move WHERE tenant_id = %(tenant)s AND id <= %(after_moves)s
            UNION ALL SELECT variant_id, source_id, owner_id, lot_id, -quantity
            FROM inventory_move WHERE tenant_id = %(tenant)s AND id <= %(after_moves)s
        ) AS both_sides GROUP BY variant_id, location_id, owner_id, lot_id
        """
    },
    touched={
        "demand": """
        SELECT id FROM inventory_demand WHERE tenant_id = %(tenant)s AND document_id = ANY(%(document)s::uuid[])
        UNION SELECT demand_id FROM inventory_move
        WHERE tenant_id = %(tenant)s AND id > %(after_moves)s AND demand_id IS NOT NULL
        """,
        "supply": """
        SELECT id FROM inventory_supply WHERE tenant_id = %(tenant)s AND document_id = ANY(%(document)s::uuid[])
        UNION SELECT supply_id FROM inventory_move
        WHERE tenant_id = %(tenant)s AND id > %(after_moves)s AND supply_id IS NOT NULL
        UNION SELECT supply_id FROM inventory_peg
        WHERE tenant_id = %(tenant)s AND demand_id = ANY(%(demand)s::uuid[]) AND supply_id IS NOT NULL
        """,
    },
)
