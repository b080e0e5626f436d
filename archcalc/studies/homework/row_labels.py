"""Which layer of a network a row is about: names as people write them, kinds with a number, and the order of rows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

from archcalc.network.table import prefixes
from archcalc.studies.homework.number_reading import unaccented

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.sheet import SheetRow

TOTAL = "total"

_TOTALS = frozenset({"total", "totals", "sum", "sums", "overall", "all", "network", "σ", "totalparams", "summe",
                     "wholenetwork", "totalparameters", "grandtotal", "gesamt", "insgesamt", "somme", "suma", "soma",
                     "총합", "합계", "총계", "全体", "总计", "总和", "合计", "總計", "合計", "総計"})  # fmt: skip
_INPUTS = frozenset(
    {
        "input",
        "image",
        "inputs",
        "data",
        "inputimage",
        "inputlayer",
        "eingabe",
        "entree",
        "entrada",
        "입력",
        "输入",
        "輸入",
        "入力",
        "inputvolume",
    }
)

_FAMILIES = {
    "conv": ("conv", "convolution", "convolutional", "conv2d", "c", "conv1d", "conv3d", "faltung", "convolucion",
             "convolucional", "합성곱", "컨볼루션", "卷积", "卷积层", "卷積", "卷積層", "畳み込み", "畳み込み層"),
    "pool": ("pool", "pooling", "maxpool", "maxpooling", "maxpool2d", "maxpooling2d", "avgpool", "averagepool", "p",
             "averagepooling", "subsampling", "subsample", "s", "mp", "ap", "globalavgpool", "gap", "avgpool2d",
             "풀링", "池化", "池化层", "池化層", "最大池化", "平均池化", "プーリング", "プーリング層"),
    "fc": ("fc", "fullyconnected", "dense", "linear", "f", "ip", "affine", "innerproduct", "vollverbunden", "densa",
           "lineal", "완전연결", "완전연결층", "全连接", "全连接层", "全連接", "全結合", "全結合層"),
    "norm": ("norm", "batchnorm", "bn", "lrn", "batchnormalization", "layernorm", "ln", "n", "batchnorm2d", "gn"),
    "relu": ("relu", "activation", "act", "tanh", "sigmoid"),
    "flatten": ("flatten", "reshape"),
    "dropout": ("dropout", "drop"),
    "softmax": ("softmax", "output", "prob"),
    "concat": ("concat", "concatenate", "cat", "depthconcat"),
    "add": ("add", "sum", "eltwise", "shortcut"),
}  # fmt: skip
"""Words for kinds of layers, by what they have in common."""

_FAMILY = {word: family for family, words in _FAMILIES.items() for word in words}
_KINDS = {"conv_transpose": "conv", "subsampling": "pool", "global_avgpool": "pool", "global_maxpool": "pool",
          "adaptive_avgpool": "pool", "adaptive_maxpool": "pool", "linear": "fc", "rbf": "fc", "lrn": "norm",
          "groupnorm": "norm", "instancenorm": "norm", "rms_norm": "norm", "tanh": "relu", "relu6": "relu"}  # fmt: skip
_SPLIT = re.compile(r"^([^\W\d_]*)(.*)$")
_NUMBERED = re.compile(r"^\s*\d+\s*[.):]\s+")


_BLOCK = re.compile(r"^\s*(?:inception|block|stage|module)(?=[\s_-]*\d)")


class Target(NamedTuple):
    """What a row is about: a layer, a block with all its layers, or the whole network (``total``)."""

    path: str
    rows: tuple[Row, ...]


def family(row: Row) -> str:
    """Return what a layer is to those who write tables: a convolution, a pool, a fully connected layer."""
    return _KINDS.get(row.kind, _FAMILY.get(row.kind, row.kind))


def simple(label: str) -> str:
    """Return a name in small letters and digits, its kind in one word.

    >>> simple("Conv 1"), simple("C1"), simple("3. max-pool_2"), simple("3a/5x5")
    ('conv1', 'conv1', 'pool2', '3a5x5')
    """
    bare = _BLOCK.sub("", re.sub(r"\([^()]*\)", "", _NUMBERED.sub("", label)).lower())
    joined = re.sub(r"[\W_]+", "", unaccented(bare))
    split = _SPLIT.match(joined)
    word, rest = (split[1], split[2]) if split else ("", joined)
    if joined.startswith(("conv2d", "maxpool2d", "batchnorm2d")):
        word, rest = joined.split("2d", 1)
    return _FAMILY.get(word, word) + rest if rest[:1].isdigit() or not rest else joined


def targets(lines: Sequence[SheetRow], table: Table, *, by_order: bool = True) -> list[Target | None]:
    """Return what each row is about, None where that cannot be told; no layer is meant twice.

    With ``by_order``, a row that names only a kind is about the next layer of that kind, and so are rows of one name.

    >>> import archcalc
    >>> from archcalc.studies.homework.sheet import SheetRow
    >>> table = archcalc.load("alexnet").analyze()
    >>> found = targets([SheetRow("Conv 1", "", {}), SheetRow("fc1", "", {}), SheetRow("Total", "", {})], table)
    >>> [target.path for target in found if target]
    ['conv1', 'fc6', 'total']
    """
    known = _names(table)
    found: list[Target | None] = []
    taken: set[str] = set()
    rows = {row.path: row for row in table}
    twice = {name for name, times in Counter(simple(line.label) for line in lines).items() if times > 1}
    again = {label for label, times in Counter(line.label for line in lines).items() if times > 1}
    for line in lines:
        exact = line.label in rows and line.label not in again
        target = _by_name(line, known, rows) if exact or simple(line.label) not in twice else None
        if target is not None and target.path in taken:
            target = None
        if target is not None:
            taken.add(target.path)
        found.append(target)
    return _by_order(lines, found, table) if by_order else found


def is_input(line: SheetRow) -> bool:
    """Whether a row is about the input, which nobody asks."""
    return simple(line.label) in _INPUTS


def _names(table: Table) -> dict[str, Target]:
    """Return what each name means; what several layers are called means none of them."""
    meant: dict[str, Target | None] = {}
    for names in (_paths(table), _last_names(table), _ordinals(table)):
        level: dict[str, Target | None] = {}
        for name, target in names:
            level[name] = target if level.get(name, target) == target else None
        meant = level | meant
    return {name: target for name, target in meant.items() if target is not None and name}


def _paths(table: Table) -> Iterable[tuple[str, Target]]:
    blocks: dict[str, list[Row]] = {}
    for row in table:
        for path in prefixes(row.path):
            blocks.setdefault(path, []).append(row)
    for path, rows in blocks.items():
        yield simple(path), Target(path, tuple(rows))


def _last_names(table: Table) -> Iterable[tuple[str, Target]]:
    for row in table:
        yield simple(row.name), Target(row.path, (row,))


def _ordinals(table: Table) -> Iterable[tuple[str, Target]]:
    counted: dict[str, int] = {}
    for row in table:
        kind = family(row)
        counted[kind] = counted.get(kind, 0) + 1
        yield f"{kind}{counted[kind]}", Target(row.path, (row,))


def _by_name(line: SheetRow, known: Mapping[str, Target], rows: Mapping[str, Row]) -> Target | None:
    if line.label in rows:
        return Target(line.label, (rows[line.label],))
    name = simple(line.label)
    if re.sub(r"[\W\d_]", "", unaccented(line.label.lower())) in _TOTALS and "total" not in known:
        return Target(TOTAL, tuple(row for row in rows.values() if not row.train_only))
    return known.get(name) or known.get(simple(re.sub(r"[()]", " ", line.label)))


def _by_order(lines: Sequence[SheetRow], found: list[Target | None], table: Table) -> list[Target | None]:
    """Give each row that is left the next layer of its kind between its neighbours."""
    place = {row.path: index for index, row in enumerate(table.rows)}
    taken = {target.path for target in found if target}
    kinds: dict[str, deque[Row]] = {}
    for row in table:
        kinds.setdefault(family(row), deque()).append(row)
    later = sorted(place[target.path] for target in found if target and target.path in place)
    result, low = list(found), 0
    for number, (line, target) in enumerate(zip(lines, found, strict=True)):
        if target is not None:
            own = place.get(target.path)
            low = max(low, low if own is None else own)
            if own is not None:
                del later[bisect_left(later, own)]
            continue
        left = kinds.get(_kind(line)) or deque()
        while left and (left[0].path in taken or place[left[0].path] < low):
            left.popleft()
        next_ = bisect_left(later, low)
        high = later[next_] if next_ < len(later) else len(table.rows)
        if left and place[left[0].path] < high:
            row = left.popleft()
            result[number] = Target(row.path, (row,))
            taken.add(row.path)
            low = place[row.path]
    return result


def _kind(line: SheetRow) -> str:
    """Return the kind that a row names, in its own column or in its label; nothing where it names none."""
    for text in (line.kind, line.label):
        word = re.sub(r"[\W_]", "", unaccented(text.lower()))
        for candidate in (word, word.rstrip("0123456789"), re.sub(r"[0-9].*", "", word)):
            if candidate in _FAMILY:
                return _FAMILY[candidate]
    return ""
