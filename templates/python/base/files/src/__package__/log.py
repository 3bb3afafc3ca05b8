"""The log: one JSON object a line, on stderr and, if LOG_FILE is set, in that file as well.

Never on stdout, which belongs to the protocol. Values of secret settings and fields with telling names are replaced
before a line is written. The lines of the SDK and of other libraries take the same way.
"""

import json
import logging
import os
import re
import sys
import traceback
from collections import deque
from collections.abc import Mapping, Sequence
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue
from typing import TextIO, cast

from .clock import iso
from .config import Config, secret_values

_KEPT_LINES = 200
_SECRET_NAME = re.compile(r"token|secret|password|authorization|api_?key|cookie", re.IGNORECASE)
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}


class Log:
    """Collects what is logged in this process until it is closed."""

    def __init__(self, config: Config) -> None:
        self._kept: deque[str] = deque(maxlen=_KEPT_LINES)
        streams: list[TextIO] = [sys.stderr]
        if config.log_file is not None:
            streams.append(_open(config.log_file))
        self._files = streams[1:]
        # Files and pipes can be slow, and the event loop must not wait for them: a thread writes.
        queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
        self._handler = _LineHandler(queue, self._kept, secret_values(config))
        self._listener = QueueListener(queue, *map(logging.StreamHandler, streams))
        self._listener.start()
        level = _LEVELS[config.log_level]
        # Libraries tell a lot about themselves at the level of information.
        self._root = logging.getLogger()
        self._root.setLevel(level if level == logging.DEBUG else max(level, logging.WARNING))
        self._root.addHandler(self._handler)
        self._own = logging.getLogger(__package__)
        self._own.setLevel(level)

    def debug(self, message: str, **fields: object) -> None:
        """Logs what helps to find a defect."""
        self._own.debug(message, extra={"fields": fields})

    def info(self, message: str, **fields: object) -> None:
        """Logs what happened."""
        self._own.info(message, extra={"fields": fields})

    def warn(self, message: str, **fields: object) -> None:
        """Logs what somebody should look at some day."""
        self._own.warning(message, extra={"fields": fields})

    def error(self, message: str, error: BaseException | None = None, **fields: object) -> None:
        """Logs a defect, with the stack of an error."""
        self._own.error(message, exc_info=error, extra={"fields": fields})

    def recent(self) -> list[str]:
        """The last lines, oldest first."""
        return list(self._kept)

    def close(self) -> None:
        """Writes what is still to be written. Idempotent."""
        if self._handler not in self._root.handlers:
            return
        self._root.removeHandler(self._handler)
        self._listener.stop()
        for file in self._files:
            file.close()


def _open(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")


class _LineHandler(QueueHandler):
    """Makes a line of each record, keeps it, and hands it to the thread that writes."""

    def __init__(self, queue: "SimpleQueue[logging.LogRecord]", kept: deque[str], secrets: Sequence[str]) -> None:
        super().__init__(queue)
        self._kept = kept
        self._secrets = [json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets]

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """The record as it is written."""
        line = self._line(record)
        self._kept.append(line)
        return logging.makeLogRecord({"name": record.name, "levelno": record.levelno, "msg": line})

    def _line(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": iso(int(record.created * 1000)),
            "level": "warn" if record.levelno == logging.WARNING else record.levelname.lower(),
            "message": record.getMessage(),
        }
        if not record.name.startswith(str(__package__)):
            entry["logger"] = record.name
        entry.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = _describe(record.exc_info[1])
        text = json.dumps(_redact(entry), ensure_ascii=False, separators=(",", ":"), default=str)
        for secret in self._secrets:
            text = text.replace(secret, "[redacted]")
        return text


def _describe(error: BaseException) -> dict[str, object]:
    stack = "".join(traceback.format_exception(error)).rstrip()
    return {"name": type(error).__name__, "message": str(error), "stack": stack}


def _redact(value: object, name: str = "") -> object:
    if _SECRET_NAME.search(name):
        return "[redacted]"
    if isinstance(value, Mapping):
        return {str(key): _redact(member, str(key)) for key, member in cast("Mapping[object, object]", value).items()}
    return _describe(value) if isinstance(value, BaseException) else value
