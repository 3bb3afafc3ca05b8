"""Checks AWS Signature Version 4 in a header, from the documentation and without the client's code."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import reduce
from hashlib import sha256
from urllib.parse import quote, unquote


@dataclass(frozen=True)
class Credentials:
    """Who may come in, and where."""

    region: str
    access_key_id: str
    secret_access_key: str


_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(.+?)/(\d{8})/(.+?)/s3/aws4_request, ?SignedHeaders=(.+?), ?Signature=([0-9a-f]{64})"
)


def refuse(
    method: str, url: str, headers: Mapping[str, str], body: bytes, credentials: Credentials
) -> tuple[str, str] | None:
    """S3's error code and message, or `None` when all is well."""
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if match is None:
        return "AccessDenied", "The authorization header is missing or malformed."
    access_key_id, day, region, signed, signature = match.groups()
    if access_key_id != credentials.access_key_id:
        return "InvalidAccessKeyId", "The access key does not exist."
    if region != credentials.region:
        return "AuthorizationHeaderMalformed", f"the region '{region}' is wrong"
    date = headers.get("x-amz-date", "")
    if not date.startswith(day) or not _is_now(date):
        return "RequestTimeTooSkewed", "The time is too far off."
    names = signed.split(";")
    must_be_signed = {"host", "x-amz-content-sha256", *(name for name in headers if name.startswith("x-amz-"))}
    if not must_be_signed <= set(names):
        return "AccessDenied", "There were headers present in the request which were not signed."
    digest = sha256(body).hexdigest()
    if headers["x-amz-content-sha256"] != digest:
        return "XAmzContentSHA256Mismatch", "The payload hash is wrong."
    canonical = "\n".join(
        [
            method,
            *_canonical_url(url),
            *(f"{name}:{' '.join(headers[name].split())}" for name in names),
            "",
            signed,
            digest,
        ]
    )
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, sha256(canonical.encode()).hexdigest()])
    key = reduce(_hmac, (day, region, "s3", "aws4_request"), f"AWS4{credentials.secret_access_key}".encode())
    if hmac.compare_digest(_hmac(key, text).hex(), signature):
        return None
    return "SignatureDoesNotMatch", "The request signature does not match."


def _is_now(date: str) -> bool:
    try:
        moment = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return False
    return abs((datetime.now(timezone.utc) - moment).total_seconds()) < 15 * 60


def _canonical_url(url: str) -> tuple[str, str]:
    """The path and the query in the one form that is signed."""
    path, _, query = url.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    recoded = sorted(f"{_recode(name)}={_recode(value)}" for name, _, value in pairs)
    return "/".join(map(_recode, path.split("/"))), "&".join(recoded)


def _recode(part: str) -> str:
    return quote(unquote(part), safe="-._~")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
