"""What the acts on money are given."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from villages.models import Division


@dataclass(frozen=True)
class DocumentInput:
    doc_number: str
    title: str
    level: str
    year: int
    issued_on: date
    amount_fen: int
    county: Division
    is_special: bool = True
    basis: str = "text"


@dataclass(frozen=True)
class PaymentInput:
    """`uuid` is made by the client: the same one and the same content again is the same payment."""

    uuid: UUID
    amount_fen: int
    paid_on: date
    payee: str = ""
    voucher: str = ""
    file: Any = None  # the upload of a form


@dataclass(frozen=True)
class ReversalInput:
    uuid: UUID
    reversed_on: date
    reason: str
