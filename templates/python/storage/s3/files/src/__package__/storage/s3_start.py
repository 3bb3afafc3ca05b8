"""What is asked of a bucket before it is used."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from ..config import Config
from .s3_bucket import Answer, Request, S3Bucket
from .s3_object import STALE
from .store import StoreError

_PROBE = ".probe-"


def is_probe(key: str) -> bool:
    """Whether a key is that of an object which is there for a moment while a server starts."""
    return re.fullmatch(r"\.probe-[0-9a-f-]{36}", key) is not None


@dataclass(frozen=True)
class Abilities:
    """What a bucket can do besides what it must."""

    deletes_on_condition: bool
    """Whether an object can be deleted on condition that it has not changed."""


async def check_bucket(bucket: S3Bucket, prefix: str, config: Config) -> Abilities:
    """Makes sure that the bucket is there, that the key may use it, and that the service keeps to conditions.

    A service that ignores them would let two servers overwrite each other without a word.

    Raises:
        StoreError: `unavailable`; the message names the setting to look at.
    """
    name = f"{prefix}{_PROBE}{uuid.uuid4()}"

    async def ask(request: Request) -> Answer:
        try:
            return await bucket.send(request)
        except StoreError as error:
            raise StoreError(error.code, f"{error}. {_UNREACHABLE}") from error

    async def put(body: bytes, headers: Mapping[str, str]) -> Answer:
        return await ask(Request("PUT", name, headers={**headers, "content-type": "text/plain"}, body=body))

    def must_succeed(answer: Answer) -> None:
        if not answer.is_success:
            raise StoreError("unavailable", f"S3: {_reason_of(answer, config)}")

    must_succeed(await ask(Request("GET", query={"list-type": "2", "max-keys": "1", "prefix": prefix})))
    first = await put(b"1", {})
    must_succeed(first)
    create = await put(b"2", {"if-none-match": "*"})
    replace = await put(b"3", {"if-match": STALE})
    remove = await ask(Request("DELETE", name, headers={"if-match": STALE}))
    # Where conditions are ignored it is gone already, which is as well.
    must_succeed(await ask(Request("DELETE", name)))
    if create.status != 412 or replace.status != 412 or not re.fullmatch(r'"[^"]+"', first.etag):
        raise StoreError("unavailable", _NO_CONDITIONS)
    return Abilities(deletes_on_condition=remove.status == 412)


_UNREACHABLE = (
    "S3_ENDPOINT must be the address of a service that runs, such as https://s3.eu-central-1.amazonaws.com; "
    "see https://docs.aws.amazon.com/general/latest/gr/s3.html"
)

_NO_CONDITIONS = (
    "S3: the service at S3_ENDPOINT ignores If-None-Match or If-Match, so two servers could overwrite each other. "
    "Use one that has conditional writes, such as Amazon S3, Cloudflare R2 or Ceph; "
    "see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"
)


def _reason_of(answer: Answer, config: Config) -> str:
    """What S3 says in its own words, and which setting that is about."""
    code, region = answer.failure.code, answer.failure.region
    if code == "NoSuchBucket":
        return f'there is no bucket "{config.s3_bucket}". Create it, or set S3_BUCKET to one that exists.'
    if answer.status in (301, 307) or code == "AuthorizationHeaderMalformed":
        where = f"in the region {region}" if region else "in another region"
        return f"the bucket is {where}, not in {config.s3_region}. Set S3_REGION and S3_ENDPOINT to its own."
    advice = _ADVICE.get(code) or (_ADVICE["AccessDenied"] if answer.status == 403 else _UNREACHABLE)
    return f"the service answered {answer}. {advice}"


_ADVICE = {
    "AccessDenied": "The key in S3_ACCESS_KEY_ID needs s3:ListBucket on the bucket in S3_BUCKET, and s3:GetObject, "
    "s3:PutObject and s3:DeleteObject on what is in it; "
    "see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    "InvalidAccessKeyId": "Set S3_ACCESS_KEY_ID to a key of this service.",
    "SignatureDoesNotMatch": "Set S3_SECRET_ACCESS_KEY to the secret that belongs to S3_ACCESS_KEY_ID.",
    "RequestTimeTooSkewed": "Set the clock of this machine.",
}
