"""A secret that must be kept to be used, such as the password of a mail server: sealed with a key made from the secret key.

Whoever has the database alone (a backup, a disk) cannot read it; whoever has the secret key too can.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

FOR = b"dugnad: what is sealed in the database"


def seal(text: str) -> str:
    """`text` so that it can be kept. Empty stays empty."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str | None:
    """What was sealed; None when the secret key is another one by now, or the text was changed."""
    if not sealed:
        return ""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _fernet() -> Fernet:
    key = hmac.new(settings.SECRET_KEY.encode(), FOR, hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
