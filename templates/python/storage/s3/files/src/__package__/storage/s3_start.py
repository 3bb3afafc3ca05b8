"""What is asked of a bucket before it is used."""

import re
import uuid

from ..config import Config
from .s3_bucket import Bucket, ConditionError, ServiceError
from .s3_object import STALE
from .store import StoreError

UNREACHABLE = (
    "S3_ENDPOINT must be the address of a service that runs, such as https://s3.eu-central-1.amazonaws.com; "
    "see https://docs.aws.amazon.com/general/latest/gr/s3.html"
)
NO_CONDITIONS = (
    "S3: the service at S3_ENDPOINT ignores If-None-Match or If-Match, so two servers could overwrite each other. "
    "Use one that has conditional writes, such as Amazon S3, Cloudflare R2 or Ceph; "
    "see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"
)
KEYS = (
    "Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY to a key of this service and its secret; "
    "see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"
)
ADVICE = {
    "AccessDenied": "The key in S3_ACCESS_KEY_ID needs s3:ListBucket on the bucket in S3_BUCKET, and s3:GetObject, "
    "s3:PutObject and s3:DeleteObject on what is in it; "
    "see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    "InvalidAccessKeyId": KEYS,
    "NoCredentialsError": KEYS,
    "PartialCredentialsError": KEYS,
    "SignatureDoesNotMatch": "Set S3_SECRET_ACCESS_KEY to the secret that belongs to S3_ACCESS_KEY_ID.",
    "RequestTimeTooSkewed": "Set the clock of this machine.",
}


def is_probe(key: str) -> bool:
    """Whether a key is that of an object which is there for a moment while a server starts."""
    return re.fullmatch(r"\.probe-[0-9a-f-]{36}", key) is not None


async def check_bucket(bucket: Bucket, prefix: str, config: Config) -> bool:
    """Makes sure that the bucket is there, that the key may use it, and that the service keeps to conditions.

    A service that ignores them would let two servers overwrite each other without a word.

    Returns whether it also deletes on condition. Raises StoreError; the message names the setting to look at.
    """
    name = f"{prefix}.probe-{uuid.uuid4()}"
    try:
        await bucket.list(prefix, "", 1)
        await bucket.put(name, b"1")
        keeps = await _refuses_put(bucket, name, IfNoneMatch="*") and await _refuses_put(bucket, name, IfMatch=STALE)
        try:
            await bucket.delete(name, IfMatch=STALE)
            deletes_on_condition = False
        except ConditionError:
            deletes_on_condition = True
        except ServiceError:  # it does not know how to
            deletes_on_condition = False
        await bucket.delete(name)
    except ServiceError as error:
        raise StoreError("unavailable", _explain(error, config)) from None
    if not keeps:
        raise StoreError("unavailable", NO_CONDITIONS)
    return deletes_on_condition


async def _refuses_put(bucket: Bucket, name: str, **condition: str) -> bool:
    try:
        await bucket.put(name, b"2", **condition)
    except ConditionError:
        return True
    return False


def _explain(error: ServiceError, config: Config) -> str:
    """What S3 says in its own words, and which setting that is about."""
    if error.reason == "NoSuchBucket":
        return f'S3: there is no bucket "{config.s3_bucket}". Create it, or set S3_BUCKET to one that exists.'
    if error.status in (301, 307) or error.reason == "AuthorizationHeaderMalformed":
        where = f"in the region {error.region}" if error.region else "in another region"
        return f"S3: the bucket is {where}, not in {config.s3_region}. Set S3_REGION and S3_ENDPOINT to its own."
    fallback = ADVICE["AccessDenied"] if error.status == 403 else UNREACHABLE
    return f"{error}. {ADVICE.get(error.reason, fallback)}"
