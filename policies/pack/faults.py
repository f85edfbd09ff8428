"""Faults of a pack, collected: the author sees all of them at once, with file and key."""

from dataclasses import dataclass

from common.errors import Invalid


@dataclass(frozen=True)
class Fault:
    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file} [{self.key}]：{self.sentence}" if self.key else f"{self.file}：{self.sentence}"


class PackError(Invalid):
    """The pack is refused. `faults` holds every fault found."""

    code = "bad_pack"

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(str(fault) for fault in faults)
        super().__init__(f"政策包 {name} 有 {len(faults)} 处错误：\n{lines}")


class Book:
    """Collects the faults of one file; `at(key)` notes them under one key."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults

    def note(self, key: str, sentence: str) -> None:
        self.faults.append(Fault(self.file, key, sentence))
