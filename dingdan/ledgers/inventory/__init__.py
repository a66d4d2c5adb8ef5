"""The goods: where they are, to whom they are promised, and every move they made."""
