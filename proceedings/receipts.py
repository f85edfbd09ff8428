"""Receipt numbers: eleven random digits and a check digit, read out and written down by people."""

import secrets

from stdnum.iso7064 import mod_11_10

LENGTH = 12


def new_receipt() -> str:
    """A number nobody can guess; the last digit tells a slip of the pen."""
    head = f"{secrets.randbelow(10 ** (LENGTH - 1)):0{LENGTH - 1}d}"
    return head + mod_11_10.calc_check_digit(head)


def receipt_digits(text: str) -> str:
    """What was typed, without blanks and dashes; empty when it cannot be a receipt number."""
    digits = "".join(char for char in text if char.isdigit() and char.isascii())
    good = len(digits) == LENGTH and mod_11_10.is_valid(digits)
    return digits if good and not any(char.isalpha() for char in text) else ""


def grouped(receipt: str) -> str:
    """1234 5678 9012."""
    return " ".join(receipt[start : start + 4] for start in range(0, len(receipt), 4))
