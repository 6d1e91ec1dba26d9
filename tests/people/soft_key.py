"""A device that keeps passkeys, in software: what WebAuthn asks of an authenticator, with ES256 and no attestation."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class SoftKey:
    """One device with one passkey, which it makes on `create` and uses on `get`."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.id = os.urandom(16)
        self.user_handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._count = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a browser answers to navigator.credentials.create."""
        asked = options["publicKey"]
        assert asked["authenticatorSelection"]["residentKey"] == "required"
        assert asked["authenticatorSelection"]["userVerification"] == "required"
        self.user_handle = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self._key.public_key())
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(dict(public))
        data = self._data(asked["rp"]["id"], PRESENT | VERIFIED | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": self._client_data("webauthn.create", asked["challenge"]),
            "attestationObject": attestation,
        }
        return self._answer(response, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a browser answers to navigator.credentials.get."""
        asked = options["publicKey"]
        self._count += 1
        client_data = self._client_data("webauthn.get", asked["challenge"])
        data = self._data(asked["rpId"], PRESENT | VERIFIED)
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": data,
            "signature": signature,
            "userHandle": self.user_handle,
        }
        return self._answer(response, {})

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", self._count)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes], extensions: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "public-key",
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "authenticatorAttachment": "platform",
            "clientExtensionResults": extensions,
            "response": {name: websafe_encode(value) for name, value in response.items()},
        }
