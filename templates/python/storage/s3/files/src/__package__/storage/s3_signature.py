"""Signs requests with AWS Signature Version 4, in a header.

See https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import reduce
from hashlib import sha256
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, repr=False)
class Login:
    """Whose requests these are, and for which region."""

    region: str
    access_key_id: str
    secret_access_key: str


def encode_path(path: str) -> str:
    """As the signature wants it: every byte but letters, digits, `-._~` and the slashes between segments."""
    return quote(path, safe="/")


def encode_query(query: Mapping[str, str]) -> str:
    """The same for what stands behind the question mark, in order. A blank is no plus here."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(query.items()))


def sign(
    login: Login, method: str, target: str, headers: Mapping[str, str], body: bytes, moment: datetime
) -> dict[str, str]:
    """The headers with a signature of all of them.

    Args:
        login: The key, and its secret.
        method: `GET`, …
        target: The path and the query, encoded.
        headers: Among them the host; their names are in lower case.
        body: What is sent.
        moment: Now.
    """
    date = moment.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    digest = sha256(body).hexdigest()
    signed = {**headers, "x-amz-content-sha256": digest, "x-amz-date": date}
    names = ";".join(sorted(signed))
    path, _, query = target.partition("?")
    lines = [f"{name}:{signed[name]}" for name in sorted(signed)]
    request = "\n".join([method, path, query, *lines, "", names, digest])
    scope = (date[:8], login.region, "s3", "aws4_request")
    text = "\n".join([_ALGORITHM, date, "/".join(scope), sha256(request.encode()).hexdigest()])
    key = reduce(_hmac, scope, f"AWS4{login.secret_access_key}".encode())
    credential = f"{login.access_key_id}/{'/'.join(scope)}"
    signature = _hmac(key, text).hex()
    return {
        **signed,
        "authorization": f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}",
    }


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
