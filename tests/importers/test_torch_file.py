"""Files of torch.save: what their opcodes describe is read, and nothing in them is imported or called."""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from archcalc.errors import UsageError
from archcalc.importers.weights import read
from archcalc.limits import PICKLE_SIZE, PICKLE_STEPS, TENSORS
from tests.cli.forking import within
from tests.importers.weight_files import archive, before, number, state_dict, tensor, unicode, write

if TYPE_CHECKING:
    from pathlib import Path

FC = state_dict(fc__weight=tensor("0", (3, 5), 15), fc__bias=tensor("1", (3,), 3, storage="HalfStorage"))
STORAGES = {"0": 60, "1": 6}


def refusal(folder: Path, content: bytes, name: str = "w.pt") -> str:
    """Return what is said of a file, without its folder."""
    with pytest.raises(UsageError) as caught:
        read(write(folder, name, content))
    return str(caught.value).replace(f"{folder}/", "")


def test_an_archive_is_read(tmp_path: Path) -> None:
    found = read(write(tmp_path, "w.pt", archive(FC, STORAGES)))
    assert [tensor[:3] for tensor in found.tensors] == [("fc.weight", (3, 5), "float32"), ("fc.bias", (3,), "float16")]
    assert (found.form, found.bytes, found.ties) == ("PyTorch", 66, {})


def test_the_format_before_it_is_read(tmp_path: Path) -> None:
    found = read(write(tmp_path, "w.pth", before(FC, ["0", "1"], bytes(8 + 60 + 8 + 6))))
    assert (len(found.tensors), found.form, found.bytes) == (2, "PyTorch before 1.6", 66)


def test_tied_tensors_have_one_storage_and_the_same_place_in_it(tmp_path: Path) -> None:
    tied = state_dict(a=tensor("0", (3,), 6), b=tensor("0", (3,), 6), c=tensor("0", (3,), 6, offset=3))
    found = read(write(tmp_path, "w.bin", archive(tied, {"0": 24})))
    assert (found.ties, found.elements) == ({"b": "a"}, 6)


def test_names_are_the_keys_of_mappings_and_lists_and_attributes(tmp_path: Path) -> None:
    module = b"cnet\nNet\n)\x81}" + unicode("_parameters") + b"}" + unicode("w") + tensor("0", (1,), 1) + b"s"
    module += b"s" + unicode("training") + b"\x88sb"
    nested = b"\x80\x02}(" + unicode("model") + module + unicode("layers") + b"](" + tensor("1", (2,), 2) + b"e"
    nested += unicode("epoch") + number(7) + b"u."
    found = read(write(tmp_path, "w.pt", archive(nested, {"0": 4, "1": 8})))
    assert [tensor.name for tensor in found.tensors] == ["model.w", "layers.0"]
    assert found.remarks == ("1 object in the file not read: net.Net",)


def test_a_parameter_is_the_tensor_in_it(tmp_path: Path) -> None:
    parameter = b"ctorch._utils\n_rebuild_parameter\n(" + tensor("0", (2,), 2) + b"\x88}tR"
    assert read(write(tmp_path, "w.pt", archive(state_dict(p=parameter), {"0": 8}))).tensors[0].dims == (2,)


class Shell:
    """What runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (self.command,)


@pytest.mark.parametrize("protocol", range(6))
def test_nothing_is_called(protocol: int, tmp_path: Path) -> None:
    flag = tmp_path / "called"
    hostile = pickle.dumps({"a": Shell(f"touch {flag}")}, protocol=protocol)
    pickle.loads(pickle.dumps(Shell(f"touch {flag}"), protocol=protocol))  # noqa: S301 - it does run a command
    assert flag.exists()
    flag.unlink()
    found = read(write(tmp_path, "w.pt", archive(hostile, {})))
    assert found.tensors == ()
    assert found.remarks == (f"1 object in the file not read: {os.system.__module__}.system",)
    assert not flag.exists()


def test_nothing_is_imported(tmp_path: Path) -> None:
    pickled = b"\x80\x02cthis\ns\n)R."
    sys.modules.pop("this", None)
    read(write(tmp_path, "w.pt", archive(pickled, {})))
    assert "this" not in sys.modules


DEEP = b"\x80\x02" + b"]" * 50_000 + b"a" * 49_999 + b"."
CIRCLE = b"\x80\x02]q\0h\0a."
HUGE = b"\x8b" + struct.pack("<i", 1_000_000) + b"\x7f" * 1_000_000
EXTENSION = b"\x80\x02}" + unicode("a") + b"\x82\x01s."


def laughs(first: bytes, times: int) -> bytes:
    """Return the pickle of a list that contains ten times another one, and so on, down to the first."""
    lists = b"".join(b"](" + (b"h" + bytes([i])) * 10 + b"eq" + bytes([i + 1]) for i in range(times))
    return b"\x80\x02" + first + b"q\0" + lists + b"."


HARMLESS = {"a list that contains ten times another, thirty times": laughs(b"]", 30),
            "deep nesting": DEEP, "a list in itself": CIRCLE, "an extension": EXTENSION,
            "a huge number": b"\x80\x02}" + unicode("a") + HUGE + b"s.",
            "a huge number as a key": b"\x80\x02}" + HUGE + tensor("0", (1,), 1) + b"s."}  # fmt: skip


@pytest.mark.parametrize("pickled", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_describes_no_tensors_has_none(pickled: bytes, tmp_path: Path) -> None:
    assert read(write(tmp_path, "w.pt", archive(pickled, {}))).tensors == ()


def sized(dims: bytes, strides: bytes = b"(" + number(1) + b"t", storage: bytes = b"") -> bytes:
    """Return a state dict whose tensor has some sizes, strides and storage."""
    part = (
        storage
        or b"(" + unicode("storage") + b"ctorch\nFloatStorage\n" + unicode("0") + unicode("cpu") + number(1) + b"tQ"
    )
    call = b"ctorch._utils\n_rebuild_tensor_v2\n(" + part + number(0) + dims + strides + b"\x89NtR"
    return state_dict(a=call)


WRONG = "w.pt: the tensor 'a' is described wrongly: "
PICKLE = "the pickle in w.pt is damaged: "
HOSTILE = {
    "a list that contains ten times another, six times": (archive(laughs(tensor("0", (1,), 1), 6), {"0": 4}), "the pickle in w.pt has more than 200,000 tensors"),
    "two tensors of one name": (archive(b"\x80\x02}(" + (unicode("a") + tensor("0", (1,), 1)) * 2 + b"u.", {"0": 4}), f"{WRONG}another one has the same name"),
    "no end": (archive(FC[:-1], STORAGES), f"{PICKLE}pickle exhausted before seeing STOP"),
    "an unknown opcode": (archive(b"\x80\x02\xff.", {}), f"{PICKLE}at position 2, opcode b'\\xff' unknown"),
    "nothing on the stack": (archive(b"\x80\x02R.", {}), f"{PICKLE}pop from empty list"),
    "no mark": (archive(b"\x80\x02Nt.", {}), PICKLE),
    "an unknown memo": (archive(b"\x80\x02h\x05.", {}), PICKLE),
    "a tuple of what is missing": (archive(b"\x80\x02N\x87.", {}), PICKLE),
    "items of a number": (archive(b"\x80\x02K\x01K\x02K\x03s.", {}), PICKLE),
    "a key without a value": (archive(b"\x80\x02}(K\x01u.", {}), PICKLE),
    "a text longer than the file": (archive(b"\x80\x02X\xff\xff\xff\x7fabc.", {}), PICKLE),
    "a line without an end": (archive(b"\x80\x02c" + b"a" * 5_000, {}), PICKLE),
    "a negative size": (archive(sized(b"(" + number(-1) + b"t"), {"0": 4}), f"{WRONG}its size is not a list of at most 64"),
    "a huge size": (archive(sized(b"(" + HUGE + b"t"), {"0": 4}), f"{WRONG}its size is not a list of at most 64"),
    "sizes without strides": (archive(sized(b"(" + number(1) + b"t", b")"), {"0": 4}), f"{WRONG}its size is not a list"),
    "a size that is a text": (archive(sized(b"(" + unicode("a") + b"t"), {"0": 4}), f"{WRONG}its size is not a list"),
    "no storage": (archive(sized(b"(" + number(1) + b"t", storage=b"N"), {}), f"{WRONG}it does not name its storage"),
    "an unknown storage": (archive(state_dict(a=tensor("0", (1,), 1, storage="OddStorage")), {"0": 4}), f"{WRONG}its storage 'torch.OddStorage' is unknown"),
    "beyond its storage": (archive(state_dict(a=tensor("0", (3,), 3, offset=1)), {"0": 12}), f"{WRONG}it ends at value 4, but its storage has 12 bytes"),
    "a storage is missing": (archive(FC, {"0": 60}), "w.pt is not a valid file of torch.save: storage 1 needs 6 bytes, but is missing"),
    "a storage is too small": (archive(FC, {"0": 60, "1": 5}), "w.pt is not a valid file of torch.save: storage 1 needs 6 bytes, but has 5"),
    "an archive without a pickle": (archive(FC, STORAGES).replace(b"data.pkl", b"data.txt"), "w.pt is a ZIP archive without data.pkl"),
    "an archive without its end": (archive(FC, STORAGES)[:-30], "w.pt is not a valid file of torch.save: the end of the archive is missing"),
    "truncated before 1.6": (before(FC, ["0", "1"], bytes(8)), "w.pt is not a valid file of torch.save: its storages need 82 bytes"),
    "keys missing before 1.6": (before(FC, ["0"], bytes(82)), "w.pt is not a valid file of torch.save: a storage is missing"),
    "a pickle of something else": (pickle.dumps({"a": 1}), "w.pt is a pickle, not a file of torch.save\n  archcalc does not unpickle: a pickle can run code"),
    "a PDF": (b"%PDF-1.7", "w.pt is a PDF, not a file of torch.save"),
    "source": (b"import torch\n", "w.pt is a text file, not a file of torch.save"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(*case, id=name, marks=pytest.mark.long if "six times" in name else ())
        for name, case in HOSTILE.items()
    ],
)
def test_a_damaged_or_hostile_file_is_told_what_is_wrong(content: bytes, message: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, content).startswith(message)


def test_every_beginning_of_a_file_is_refused(tmp_path: Path) -> None:
    for content in (archive(FC, STORAGES), before(FC, ["0", "1"], bytes(82))):
        for end in (*range(1, len(content) - 8, 11), len(content) - 8):
            with pytest.raises(UsageError):
                read(write(tmp_path, "w.pt", content[:end]))


def test_every_changed_byte_of_a_pickle_is_a_message_or_a_result(tmp_path: Path) -> None:
    for at in range(0, len(FC), 3):
        for value in (0, b"(Rbt."[at % 5], 0xFF):
            changed = archive(FC[:at] + bytes([value]) + FC[at + 1 :], STORAGES)
            try:
                read(write(tmp_path, "w.pt", changed))
            except UsageError:
                continue


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a/data.pkl", b"N0" * (PICKLE_SIZE.default // 2 + 1))
    assert refusal(tmp_path, content.getvalue()).startswith("the pickle in w.pt is larger than 50 MB")


def test_a_directory_that_is_larger_than_the_limit_is_not_loaded(tmp_path: Path) -> None:
    content = archive(FC, STORAGES)
    at = content.rfind(b"PK\x05\x06") + 12
    assert "directory of w.pt is larger than 20 MB" in refusal(
        tmp_path, content[:at] + b"\0\0\0\x7f" + content[at + 4 :]
    )
    far = content[:at] + b"\xff" * 4 + content[at + 4 :]
    assert "directory of w.pt is larger than 20 MB" in refusal(tmp_path, far)


def test_steps_and_tensors_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PICKLE_STEPS.variable, "20")
    assert refusal(tmp_path, archive(FC, STORAGES)).startswith("the pickle in w.pt has more than 20 steps")
    monkeypatch.delenv(PICKLE_STEPS.variable)
    monkeypatch.setenv(TENSORS.variable, "1")
    assert refusal(tmp_path, archive(FC, STORAGES)).startswith("the pickle in w.pt has more than 1 tensors")


@pytest.mark.long
def test_so_many_steps_are_bounded(tmp_path: Path) -> None:
    endless = archive(b"\x80\x02" + b"N0" * 600_000 + b"N.", {})
    assert refusal(tmp_path, endless).startswith("the pickle in w.pt has more than 400,000 steps")


@pytest.mark.long
@pytest.mark.parametrize("step", [b"]", b"}", b")", b"N", b"(", b"cos\nsystem\n", b"\x88"])
def test_the_most_steps_take_seconds_and_less_than_200_megabytes(step: bytes, tmp_path: Path) -> None:
    path = write(tmp_path, "w.pt", archive(b"\x80\x02" + step * 399_990 + b"N.", {}))
    done = within(5, 200_000_000, "show", path)
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


def test_a_file_of_two_gigabytes_takes_a_second_and_100_megabytes(tmp_path: Path) -> None:
    values = 2 * 10**9 // 4
    pickled = state_dict(w=tensor("0", (values,), values))
    path = tmp_path / "big.pt"
    path.write_bytes(before(pickled, ["0"], struct.pack("<Q", values)))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + 4 * values)
    done = within(1, 100_000_000, "show", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "2,000,000,000" in done.stdout
