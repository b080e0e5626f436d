"""Writing files: whole or not at all, and never over something that is there already unless that is wanted."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ELOOP
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING, NoReturn

from archcalc.errors import UsageError
from archcalc.file_bytes import STREAM

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator


def write_file(content: str | bytes | Iterable[str], file: str, *, force: bool) -> None:
    """Write a file, from a text or its pieces; one that is there already only with ``force``.

    It appears under its name when all of it is written. Links are followed; streams that the shell has opened are
    written to.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    if not file:
        raise UsageError("-o requires a file name", "use -o - for standard output")
    if isinstance(content, bytes) and _is_terminal(file):
        raise UsageError(f"{file} is a terminal, which cannot show this format", "name a file")
    data = [content] if isinstance(content, bytes) else _encoded([content] if isinstance(content, str) else content)
    try:
        _write(data, file, force=force)
    except BrokenPipeError:  # nobody reads on: no error, as on standard output
        raise
    except FileExistsError:
        refuse(file)
    except IsADirectoryError:
        raise UsageError(f"{file} is a directory", "name a file in this directory") from None
    except ValueError:  # a NUL, or what the system's encoding of names lacks
        raise UsageError(f"invalid file name {file}") from None
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}") from None


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    return (piece.encode("utf-8", "replace") for piece in pieces)


def is_there(file: str) -> bool:
    """Whether a file has this name; a stream that the shell has opened is none."""
    return not STREAM.fullmatch(file) and Path(file).is_file()


def refuse(file: str) -> NoReturn:
    """Refuse to write over a file.

    Raises:
        UsageError: always.
    """
    raise UsageError(f"{file} already exists", "use --force to overwrite it") from None


def _is_terminal(file: str) -> bool:
    """Whether a name means a stream of ours that is a terminal."""
    stream = STREAM.fullmatch(file)
    return stream is not None and os.isatty(_number(stream, file))


def _number(stream: re.Match[str], file: str) -> int:
    return int(stream["number"] or (1 if file.endswith("stdout") else 2))


def _write(data: Iterable[bytes], file: str, *, force: bool) -> None:
    if stream := STREAM.fullmatch(file):
        # Opening it by name would begin a file anew that the shell has opened to be appended to.
        with os.fdopen(os.dup(_number(stream, file)), "wb") as out:
            out.writelines(data)
        return
    target = Path(os.path.realpath(file))
    if target.is_dir() or file.endswith(("/", os.sep)):
        raise IsADirectoryError
    if target.is_symlink():  # still, when links have been followed
        raise OSError(ELOOP, os.strerror(ELOOP))
    if target.exists() and not target.is_file():
        raise UsageError(f"{file} is a device or a pipe", "name a file, or use -o - for standard output")
    if target.exists() and not force:
        raise FileExistsError
    _write_whole(data, target, force=force)


def _write_whole(data: Iterable[bytes], target: Path, *, force: bool) -> None:
    """Write next to the target, then give it the name: in one step, so that nobody ever sees a part of it."""
    if target.exists():
        target.open("ab").close()  # one that is protected from writing is not replaced either
    beside = target.with_name(f".archcalc-{os.urandom(8).hex()}")
    try:
        with beside.open("xb") as out:
            out.writelines(data)
        if force:
            with suppress(FileNotFoundError):
                beside.chmod(S_IMODE(target.stat().st_mode))
            beside.replace(target)
        else:
            _name(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _name(written: Path, target: Path) -> None:
    """Give a file its name, unless another has it."""
    try:
        target.hardlink_to(written)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without links, or a system (Android, WebAssembly)
        target.open("xb").close()
        try:
            written.replace(target)
        except OSError:
            target.unlink()
            raise
