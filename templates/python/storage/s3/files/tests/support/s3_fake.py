"""A stand-in for S3: one bucket, as the API reference describes it.

Signatures, conditional writes and deletes, listings in the order of UTF-8, errors as XML. Everything that the
documentation does not allow is refused.
"""

from hashlib import md5
from urllib.parse import quote_plus, unquote
from xml.sax.saxutils import escape

from support.fake_http import Answer, FakeService, Request
from support.s3_signature import Credentials, refuse

BUCKET = "test-bucket"
CREDENTIALS = Credentials("eu-central-1", "AKIAFAKE", "fake/secret+key")

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class FakeS3(FakeService):
    """The service, on a port of this machine."""

    def __init__(self, *, ignores_conditions: bool = False, lists_encoded: bool = False) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}
        self._ignores_conditions = ignores_conditions
        self._lists_encoded = lists_encoded

    def answer(self, request: Request) -> Answer:
        """The right one."""
        refusal = refuse(request.method, request.url, request.headers, request.body, CREDENTIALS)
        if refusal is not None:
            return failure(400 if refusal[0] == "AuthorizationHeaderMalformed" else 403, *refusal)
        bucket, _, encoded = request.path.removeprefix("/").partition("/")
        name = unquote(encoded)
        if bucket != BUCKET:
            return failure(404, "NoSuchBucket", "The specified bucket does not exist")
        match request.method, name != "":
            case "GET", False:
                return self._list(request)
            case "GET", True:
                body = self.objects.get(name)
                return _NO_SUCH_KEY if body is None else Answer(200, body, {"ETag": _etag_of(body)})
            case "PUT", True:
                return self._put(request, name)
            case "DELETE", True:
                return self._condition(request, name) or self._delete(name)
            case _:
                return failure(405, "MethodNotAllowed")

    def _put(self, request: Request, name: str) -> Answer:
        if "content-length" not in request.headers:
            return failure(411, "MissingContentLength", "Missing.")
        if len(name.encode()) > 1024:
            return failure(400, "KeyTooLongError", "Your key is too long")
        failed = self._condition(request, name)
        if failed is not None:
            return failed
        self.objects[name] = request.body
        return Answer(200, headers={"ETag": _etag_of(request.body)})

    def _delete(self, name: str) -> Answer:
        self.objects.pop(name, None)
        return Answer(204)

    def _condition(self, request: Request, name: str) -> Answer | None:
        match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
        body = self.objects.get(name)
        if self._ignores_conditions:
            return None
        if none_match is not None and (none_match != "*" or request.method != "PUT"):
            said = "A header you provided implies functionality that is not implemented."
            return failure(501, "NotImplemented", said)
        if none_match == "*" and body is not None:
            return _PRECONDITION_FAILED
        if match is None:
            return None
        if body is None:
            return _NO_SUCH_KEY
        return None if match == _etag_of(body) else _PRECONDITION_FAILED

    def _list(self, request: Request) -> Answer:
        query = request.query
        most = query.get("max-keys", "1000")
        if query.get("list-type") != "2":
            return failure(501, "NotImplemented", "Only version 2 is here.")
        if not most.isdecimal():
            return failure(400, "InvalidArgument", "max-keys")
        prefix, after = query.get("prefix", ""), query.get("continuation-token") or query.get("start-after", "")
        names = sorted(name for name in self.objects if name.startswith(prefix) and name > after)
        shown = names[: min(int(most), 1000)]
        rest = f"<NextContinuationToken>{self._show(shown[-1])}</NextContinuationToken>" if shown != names else ""
        encoding = "<EncodingType>url</EncodingType>" if self._lists_encoded else ""
        body = (
            f'{_HEAD}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{BUCKET}</Name>'
            f"<Prefix>{self._show(prefix)}</Prefix><KeyCount>{len(shown)}</KeyCount>{encoding}{rest}"
            f"<IsTruncated>{str(shown != names).lower()}</IsTruncated>"
            f"{''.join(map(self._contents, shown))}</ListBucketResult>"
        )
        return Answer(200, body.encode())

    def _contents(self, name: str) -> str:
        body = self.objects[name]
        return (
            f"<Contents><Key>{self._show(name)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>{escape(_etag_of(body))}</ETag><Size>{len(body)}</Size></Contents>"
        )

    def _show(self, text: str) -> str:
        return quote_plus(text) if self._lists_encoded else escape(text, {'"': "&#34;", "'": "&#39;"})


def failure(status: int, code: str, message: str = "A fault.") -> Answer:
    """A refusal, as the service says it."""
    region = CREDENTIALS.region
    body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message><Region>{region}</Region></Error>"
    return Answer(status, f"{_HEAD}{body}".encode(), {"Content-Type": "application/xml"})


_NO_SUCH_KEY = failure(404, "NoSuchKey", "The specified key does not exist.")
_PRECONDITION_FAILED = failure(412, "PreconditionFailed", "At least one of the pre-conditions did not hold")


def _etag_of(body: bytes) -> str:
    return f'"{md5(body, usedforsecurity=False).hexdigest()}"'
