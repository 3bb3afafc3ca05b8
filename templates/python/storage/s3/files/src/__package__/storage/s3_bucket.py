"""One bucket of an S3-compatible service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config as ClientConfig  # pyright: ignore[reportMissingTypeStubs]
from botocore.exceptions import BotoCoreError, ClientError  # pyright: ignore[reportMissingTypeStubs]

from ..config import Config
from .store import StoreError

AT_ONCE = 32
PATIENCE_SECONDS = 4  # for an answer; what got none is tried once more

CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
MISSING = ("NoSuchKey", "404")


class ConditionError(Exception):
    """The object is not what the request was on condition of, or has become so by an earlier attempt of it."""

    def __init__(self, is_repeated: bool) -> None:
        super().__init__("the condition does not hold")
        self.is_repeated = is_repeated


@dataclass(frozen=True)
class Listing:
    """A part of the objects, by name."""

    names: list[str]
    is_truncated: bool


class Bucket:
    """The client blocks, so it works in threads. Every method raises StoreError `unavailable`."""

    def __init__(self, config: Config) -> None:
        key, secret = config.s3_access_key_id, config.s3_secret_access_key
        self._name = config.s3_bucket
        self._turns = anyio.CapacityLimiter(AT_ONCE)
        self._client: Any = boto3.client(  # pyright: ignore[reportUnknownMemberType]
            "s3",
            endpoint_url=config.s3_endpoint,
            region_name=config.s3_region,
            # Otherwise boto3 looks where other programs keep theirs: AWS_ACCESS_KEY_ID, profiles, roles of a machine.
            aws_access_key_id=key and key.get_secret_value(),
            aws_secret_access_key=secret and secret.get_secret_value(),
            config=ClientConfig(
                # Services on a plain address have no names for buckets, and few know the newer checksums.
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=PATIENCE_SECONDS,
                read_timeout=PATIENCE_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 2},
                max_pool_connections=AT_ONCE,
            ),
        )

    async def get(self, name: str) -> tuple[bytes, str] | None:
        """The content of an object and its ETag."""

        def get() -> tuple[bytes, str]:
            answer = self._client.get_object(Bucket=self._name, Key=name)
            return answer["Body"].read(), answer["ETag"]

        return await self._call(get)

    async def put(self, name: str, body: bytes, **condition: str) -> str:
        """Writes an object and returns its ETag. `IfMatch` or `IfNoneMatch`: raises ConditionError."""
        given = {"Bucket": self._name, "Key": name, "Body": body, "ContentType": "application/json", **condition}
        answer = await self._call(lambda: self._client.put_object(**given))
        if answer is None:  # there is nothing that could match
            raise ConditionError(is_repeated=False)
        return answer["ETag"]

    async def delete(self, name: str, **condition: str) -> bool:
        """Whether it can have been there, which the service does not always tell."""
        given = {"Bucket": self._name, "Key": name, **condition}
        return await self._call(lambda: self._client.delete_object(**given)) is not None

    async def list(self, prefix: str, after: str, size: int) -> Listing:
        """Objects whose names begin with a prefix, in the order of their bytes."""
        given = {"Bucket": self._name, "Prefix": prefix, "StartAfter": after, "MaxKeys": size}
        answer = await self._call(lambda: self._client.list_objects_v2(**given))
        return Listing([one["Key"] for one in answer.get("Contents", [])], answer["IsTruncated"])

    async def _call(self, work: Callable[[], Any]) -> Any:
        """What the service answers, or `None` if there is no such object."""
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._turns, abandon_on_cancel=True)
        except ClientError as error:
            answer: Any = error.response
            code = str(answer["Error"].get("Code", ""))
            if code in CONFLICTS:
                raise ConditionError(answer["ResponseMetadata"].get("RetryAttempts", 0) > 0) from None
            if code in MISSING:
                return None
            raise ServiceError(code, f"{code} ({answer['Error'].get('Message', '')})", answer) from None
        except (BotoCoreError, OSError) as error:
            # Only its name: the message may hold the address.
            raise ServiceError(type(error).__name__, f"no answer ({type(error).__name__})", {}) from None


class ServiceError(StoreError):
    """The service refuses, or does not answer."""

    def __init__(self, reason: str, message: str, answer: Any) -> None:
        super().__init__("unavailable", f"S3: {message}")
        self.reason = reason
        self.region = str(answer.get("Error", {}).get("Region", ""))
        self.status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
