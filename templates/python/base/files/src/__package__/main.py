"""The entry."""

import gc


def main() -> None:
    """Runs the server until its client has gone or a signal comes."""
    # What is imported stays, so looking for garbage in between only makes a client wait: an eighth of the start.
    gc.disable()
    from .run import run

    gc.freeze()
    gc.enable()
    run()
