"""What the doors hand over when somebody applies."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ApplicationInput:
    """One application as it was sent. `uuid` is made with the form: sent twice it is one."""

    uuid: UUID
    name: str
    phone: str
    troubles: tuple[str, ...]
    text: str = ""
    id_number: str = ""
    consent: bool = False
