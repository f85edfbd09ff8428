"""Encryption and search hashes of personal numbers (decisions in docs/adr).

AES-256-GCM; the sealed bytes start with the key's id, and are bound to table, column and the row's UUID, so a value
copied into another row does not open. Search hashes are HMAC-SHA256, 32 raw bytes, under a key of their own.
"""

import hashlib
import hmac
import os
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12


class Keys(NamedTuple):
    newest: str
    ciphers: dict[str, AESGCM]
    hash_key: bytes


@lru_cache(maxsize=4)
def _parse(text: str) -> Keys:
    try:
        encryption, _, hashing = text.partition(";")
        name, _, hash_hex = hashing.strip().partition(":")
        if name != "hash":
            raise ValueError("the part after ';' must be hash:HEX")
        ciphers: dict[str, AESGCM] = {}
        for part in encryption.split(","):
            key_id, _, key_hex = part.strip().partition(":")
            if not key_id.isalnum() or key_id in ciphers:
                raise ValueError("key ids must be distinct letters and digits")
            ciphers[key_id] = AESGCM(bytes.fromhex(key_hex))
        hash_key = bytes.fromhex(hash_hex)
        if len(hash_key) != 32:
            raise ValueError("the hash key must have 32 bytes")
        return Keys(next(iter(ciphers)), ciphers, hash_key)
    except ValueError as wrong:
        raise ImproperlyConfigured(f"DATA_KEYS is not id:HEX64[,id:HEX64];hash:HEX64 ({wrong})") from None


def _keys() -> Keys:
    return _parse(settings.DATA_KEYS)


def _bound(table: str, column: str, row: UUID) -> bytes:
    return f"{table}.{column}.{row.hex}".encode()


def seal(plain: str, *, table: str, column: str, row: UUID) -> bytes:
    """Encrypt `plain` for exactly this place. An empty text stays empty bytes: there is nothing to protect."""
    if not plain:
        return b""
    keys = _keys()
    nonce = os.urandom(NONCE)
    head = keys.newest.encode() + b":"
    return head + nonce + keys.ciphers[keys.newest].encrypt(nonce, plain.encode(), _bound(table, column, row))


def unseal(sealed: bytes | memoryview | None, *, table: str, column: str, row: UUID) -> str:
    """Decrypt what seal() made for this place; raises cryptography's InvalidTag when it was made for another."""
    raw = bytes(sealed or b"")
    if not raw:
        return ""
    key_id, _, body = raw.partition(b":")
    cipher = _keys().ciphers[key_id.decode()]
    return cipher.decrypt(body[:NONCE], body[NONCE:], _bound(table, column, row)).decode()


def is_newest(sealed: bytes | memoryview) -> bool:
    return bytes(sealed).startswith(_keys().newest.encode() + b":")


def search_hash(plain: str) -> bytes | None:
    """32 raw bytes for exact search and uniqueness; None for nothing, so that empty values never collide."""
    normal = plain.strip().upper()
    if not normal:
        return None
    return hmac.digest(_keys().hash_key, normal.encode(), hashlib.sha256)
