"""What a county without numbers in its document enters for itself: the allowance standard and the exit line."""

from tests.factories.policies import make_pack

ALLOWANCE_STANDARD, EXIT_LINE = 450_000, 400_000  # 分 a head and year


def county_standards(place: str) -> None:
    """A published pack of the county's own numbers."""
    parameters = {
        "allowance_standard": _line(ALLOWANCE_STANDARD, "农村低保标准"),
        "exit_income_line": _line(EXIT_LINE, "脱贫收入线"),
    }
    document = {
        "code": "own-numbers", "title": "县级标准", "place": place, "effective_from": "2013-01-01", "is_document": False,
    }  # fmt: skip
    content = {"document": document, "parameters": {"param": parameters}}
    make_pack("own-numbers", place=place, effective_from="2013-01-01", is_document=False, content=content)


def _line(fen: int, words: str) -> dict[str, str]:
    return {
        "value": f"{fen / 100:.2f}", "unit": "yuan/person/year", "basis": "county", "meaning": words, "meaning_zh": words,
    }  # fmt: skip
