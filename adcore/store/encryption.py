"""A scan as encrypted bytes: AES-256 in Galois counter mode, bound to the scan's digest; no pickle inside."""

import base64
import binascii
import json
import secrets
from typing import Literal

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from isal import isal_zlib

from adcore.case.scan import Scan
from adcore.errors import StoreError
from adcore.readers.isolation.wire import scan_from, scan_message

KEY_BYTES, NONCE_BYTES = 32, 12


def new_key() -> str:
    """A fresh key as text."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_key(text: str) -> AESGCM:
    """The cipher of a key.

    Raises:
        StoreError: it is no key.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreError("Expected a key for scans as `adcore store key` prints it: 32 bytes in base64.")
    return AESGCM(key)


def encrypt(scan: Scan, cipher: AESGCM) -> bytes:
    """The scan's facts and voxels, compressed and encrypted under a nonce of their own."""
    order: Literal["F", "C"] = "F" if scan.voxels.flags.f_contiguous else "C"
    head = json.dumps(scan_message(scan) | {"order": order}).encode()
    voxels = scan.voxels.tobytes(order)
    return _seal(isal_zlib.compress(b"".join((len(head).to_bytes(4, "big"), head, voxels)), 1), scan.sha256, cipher)


def decrypt(content: bytes, scan_sha256: str, cipher: AESGCM) -> Scan:
    """The scan again.

    Raises:
        StoreError: another key encrypted it, or it was altered or is another scan's.
    """
    plain = isal_zlib.decompress(_unseal(content, scan_sha256, cipher))
    start = 4 + int.from_bytes(plain[:4], "big")
    message = json.loads(plain[4:start])
    voxels = np.frombuffer(bytearray(plain[start:]), np.float32)  # writable and aligned, like any NumPy array
    return scan_from(message, voxels.reshape(message["shape"], order=message["order"]))


def encrypt_anew(content: bytes, scan_sha256: str, old: AESGCM, new: AESGCM) -> bytes:
    """The same under another key.

    Raises:
        StoreError: as `decrypt`.
    """
    return _seal(_unseal(content, scan_sha256, old), scan_sha256, new)


def _seal(packed: bytes, scan_sha256: str, cipher: AESGCM) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, packed, scan_sha256.encode())


def _unseal(content: bytes, scan_sha256: str, cipher: AESGCM) -> bytes:
    try:
        return cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], scan_sha256.encode())
    except InvalidTag as error:
        raise StoreError("The stored scan can't be decrypted: it was stored under another key, or altered.") from error
