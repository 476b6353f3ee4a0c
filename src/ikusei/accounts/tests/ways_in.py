"""What the tests of sign-in share: an account, a mailbox, an authenticator app and a passkey made of software."""

import base64
import hashlib
import hmac
import json
import re
import struct
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from ikusei.accounts.models import User
from tests.page_client import PageClient

PASSWORD = "correct horse battery"
HOST = "testserver"


def make_user(email: str = "hana@city.example", **fields: Any) -> User:
    """A saved account with PASSWORD."""
    return User.objects.create_user(email=email, password=PASSWORD, **fields)


def sign_in(
    client: PageClient, email: str = "hana@city.example", password: str = PASSWORD, **more: str
) -> Any:
    """The answer to the sign-in form."""
    return client.post("/account/login/", {"login": email, "password": password, **more})


def is_signed_in(client: PageClient) -> bool:
    """Whether the client's session belongs to an account."""
    return client.get("/account/settings/").status_code == 200


def confirm(client: PageClient, password: str = PASSWORD) -> None:
    """Answer the question for the password before the ways to sign in are changed."""
    client.post("/account/reauthenticate/", {"password": password})


def mailed(pattern: str) -> str:
    """What a pattern finds in the last mail."""
    found = re.search(pattern, str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None, mail.outbox[-1].body
    return found[1]


def app_code(secret: str) -> str:
    """The six digits that an authenticator app shows now (RFC 6238, 30 seconds, SHA-1)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass
class SoftKey:
    """A passkey made of software (WebAuthn level 2, ES256, no attestation)."""

    number: bytes = b"key-of-the-tests"
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    owner: str = ""

    def create(self, options: dict[str, Any]) -> str:
        """The credential for a page's creation options, as its form sends it."""
        self.owner = options["publicKey"]["user"]["id"]
        client_data = self._client_data("webauthn.create", options)
        public = ES256.from_cryptography_key(self.private.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(Aaguid.NONE, self.number, public)
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(_rp_hash(), flags, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        return self._credential(
            {"clientDataJSON": websafe_encode(client_data), "attestationObject": websafe_encode(attestation)},
            {"credProps": {"rk": True}},
        )

    def get(self, options: dict[str, Any]) -> str:
        """The credential for a page's request options, as its form sends it."""
        client_data = self._client_data("webauthn.get", options)
        data = AuthenticatorData.create(_rp_hash(), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV, 1)
        signature = self.private.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.owner,
            },
            {},
        )

    def _credential(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        number = websafe_encode(self.number)
        return json.dumps(
            {
                "type": "public-key",
                "id": number,
                "rawId": number,
                "response": response,
                "clientExtensionResults": extensions,
                "authenticatorAttachment": "platform",
            }
        )

    @staticmethod
    def _client_data(kind: str, options: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, options["publicKey"]["challenge"], f"http://{HOST}")


def _rp_hash() -> bytes:
    return hashlib.sha256(HOST.encode()).digest()
