"""Personal numbers that are well formed and belong to nobody."""

from collections import defaultdict
from datetime import date
from random import Random

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def check_digit(head: str) -> str:
    """GB 11643: the eighteenth character of an identity number."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(head, _WEIGHTS, strict=True)) % 11]


class Numbers:
    """Hands out numbers, each once."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._sequence: dict[tuple[date, bool], int] = defaultdict(int)
        self._phone = 0
        self._account = 0

    def identity(self, born: date, *, male: bool) -> str:
        """411081 + birth date + sequence (odd for men) + check digit; sequences run down from 999, so that few real ones meet."""
        used = self._sequence[born, male]
        self._sequence[born, male] += 1
        head = f"411081{born:%Y%m%d}{(999 if male else 998) - 2 * used:03d}"
        return head + check_digit(head)

    def disability_card(self, identity: str, kind: int, grade: int) -> str:
        """Identity number, digit of the kind, digit of the grade."""
        return f"{identity}{kind}{grade}"

    def phone(self) -> str:
        """129...: eleven digits like a mobile number, of a range that is given to nobody."""
        self._phone += self.rng.randrange(1, 90)
        return f"129{self._phone % 10**8:08d}"

    def bank_account(self) -> str:
        """Nineteen digits that begin like no bank's card."""
        self._account += self.rng.randrange(1, 5000)
        return f"9990411081{self._account % 10**9:09d}"
