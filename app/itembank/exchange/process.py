"""Reads one file of items: the job and the file on standard input, what was read as JSON on standard output.

Started by `sandbox`. It needs the readers and no database, and the front door of `app.itembank` would open that one: an empty
package stands in for it, and the start takes a third of a second instead of two.
"""

from __future__ import annotations

import codecs
import sys
import traceback
from importlib import import_module
from pathlib import Path
from types import ModuleType

stand_in = ModuleType("app.itembank")
stand_in.__path__ = [str(Path(__file__).parents[1])]
sys.modules["app.itembank"] = stand_in

import msgspec  # noqa: E402
from PIL import Image  # noqa: E402

from app.core.archives import Refused  # noqa: E402
from app.core.datafile import DataFileError  # noqa: E402
from app.core.sandbox import limit, shut  # noqa: E402
from app.itembank.exchange.archives import refused, unreadable  # noqa: E402
from app.itembank.exchange.detection import detect  # noqa: E402
from app.itembank.exchange.formats import READERS  # noqa: E402
from app.itembank.exchange.sandbox import Answer, Job  # noqa: E402
from app.itembank.exchange.types import Format  # noqa: E402
from app.itembank.richtext import clean  # noqa: E402

ENCODINGS = ("ascii", "latin-1", "cp1252", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "unicode_escape", "idna")


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    content = sys.stdin.buffer.read()
    limit()
    sys.stdout.buffer.write(msgspec.json.encode(_answer(job, content)))


def _warm_up() -> None:
    """What is loaded at its first use, loaded while something can be."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    Image.init()
    clean("<p>\\(\\frac{1}{2}\\)</p>")


def _answer(job: Job, content: bytes) -> Answer:
    try:
        found = job.format or detect(content, job.name)
        sealed_with = _passphrase(job) if found is Format.PACKAGE else ()
        reader = import_module(READERS[found])
        _warm_up()
        shut()
        return Answer(reader.read(content, job.name, *sealed_with))
    except DataFileError as error:
        return Answer(faults=error.faults)
    except Refused as error:
        return Answer(faults=refused(job.name, error).faults)
    except MemoryError:
        raise
    except Exception as error:  # a library met what it does not know; its words may quote the file
        frames = traceback.extract_tb(error.__traceback__)
        where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[:-4:-1])
        return Answer(failed_at=f"{type(error).__name__} at {where}")


def _passphrase(job: Job) -> tuple[str]:
    if job.passphrase is None:
        raise unreadable(job.name, "paket bersegel; tulis frasa sandinya", "a sealed package; write its passphrase")
    return (job.passphrase,)


if __name__ == "__main__":
    main()
