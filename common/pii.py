"""Masking, and the checks of an ID number.

Only check digit and birth date are tested. Whether the county code existed in the birth year is not: that test rejects
real citizens (anybody of a county renamed after their birth).
"""

from datetime import date

from stdnum.cn import ric

STARS = "*"


def mask(value: str | None, keep_head: int = 3, keep_tail: int = 4) -> str:
    """411***********1234. A value too short to hide anything in is hidden whole."""
    if not value:
        return ""
    hidden = len(value) - keep_head - keep_tail
    if hidden < 4:
        return STARS * len(value)
    return value[:keep_head] + STARS * hidden + value[-keep_tail:]


def mask_account(value: str | None) -> str:
    return mask(value, keep_head=0, keep_tail=4)


def birth_date_of(id_number: str) -> date | None:
    """The birth date inside an 18-character ID number, or None when there is none that exists."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def gender_of(id_number: str) -> str:
    return "male" if int(id_number[16]) % 2 else "female"


def id_number_fault(value: str, today: date) -> str | None:  # noqa: PLR0911 - one return per fault
    """The sentence that says what is wrong with an ID number (18) or disability certificate (20 or 22), or None."""
    if STARS in value:
        return "证件号码已脱敏（含 *），不能使用，请填写完整号码。"
    if len(value) not in (18, 20, 22):
        return f"证件号码应为 18 位（残疾人证 20 或 22 位），现为 {len(value)} 位。"
    head = value[:18].upper()
    if not (head[:17].isascii() and head[:17].isdigit()) or head[17] not in "0123456789X":
        return "证件号码前 17 位应为数字，第 18 位应为数字或 X。"
    born = birth_date_of(head)
    if born is None or born > today or born.year < 1890:
        return "证件号码中的出生日期不存在。"
    if head.startswith("999999"):  # the national system's mark of a person without an ID card
        return None
    if ric.calc_check_digit(head) != head[17]:
        return "证件号码校验位不正确，请核对。"
    return None


def phone_fault(value: str) -> str | None:
    if STARS in value:
        return "电话号码已脱敏（含 *），不能使用，请填写完整号码。"
    digits = value.replace("-", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()) or not 7 <= len(digits) <= 12:
        return "电话号码应为 7 至 12 位数字。"
    return None
