"""What can be asked about invoices and credit notes. Never writes."""

from collections.abc import Callable, Iterator

LAWS: tuple[Callable[[], Iterator[str]], ...] = ()
