"""What a user reads is plain technical English: the patterns that docs/wording.md avoids do not occur in new texts."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, NamedTuple

import yaml

from tests.house.plan import PACKAGE, ROOT, files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

GUIDE = "docs/wording.md"
ALLOWED = ROOT / "tests/house/wording_allowed.txt"

PATTERNS = tuple(
    re.split(r" {2,}", line)[0]
    for line in (ROOT / GUIDE)
    .read_text(encoding="utf-8")
    .partition("## Avoided patterns")[2]
    .partition("```text\n")[2]
    .partition("```")[0]
    .splitlines()
)
"""The avoided patterns. The guide is the only place where they are written."""

BOUNDARY = r"\b"  # what each pattern begins with

_GROUPS = (re.sub(r"\((?!\?)", "(?:", pattern).replace(" ", r"\s+") for pattern in PATTERNS)
AVOIDED = re.compile(rf"\b(?:{'|'.join(f'({group.removeprefix(BOUNDARY)})' for group in _GROUPS)})", re.IGNORECASE)
"""All of them; the number of the group that matched is that of the pattern. Where no word begins, none is tried."""

PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md"))
    if path != ROOT / GUIDE
)
"""The pages; not the guide itself, which has to name what it avoids."""

TEXTS_OF_SPECS = ("title", "note", "source", "disputed")
"""The keys of a spec whose values are shown to users."""

CONTEXT = 3
"""Words on each side of a match that identify it."""

OLDER = "an older text"

Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Text(NamedTuple):
    """A text that a user reads, and the line where it begins."""

    place: str
    line: int
    text: str


class Offence(NamedTuple):
    """A match of an avoided pattern."""

    place: str
    line: int
    text: str
    pattern: str

    @property
    def key(self) -> tuple[str, str]:
        """What the allow-list knows it by; lines move too often."""
        return self.place, self.text


class _Strings(ast.NodeVisitor):
    """Collects the strings of a module, except those that only describe private names."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.found: list[Text] = []
        self.is_hidden = False

    def visit_body(self, node: Scope, name: str, *, hides: bool) -> None:
        """Visit a body; a string that stands alone describes the name that was bound before it."""
        outer, self.is_hidden = self.is_hidden, self.is_hidden or _is_private(name)
        described = name
        for child in node.body:
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                if not (self.is_hidden or _is_private(described)):
                    self.visit(child.value)
                continue
            described = _bound(child) or described
            self.is_hidden = self.is_hidden or hides
            self.visit(child)
        self.is_hidden = outer

    def visit_Module(self, node: ast.Module) -> None:
        self.visit_body(node, "", hides=False)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_body(node, node.name, hides=False)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit_body(node, node.name, hides=True)
        for part in (*node.decorator_list, node.args):
            self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name that ast calls

    def generic_visit(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.Name | ast.expr_context | ast.operator | ast.cmpop):  # half of a tree
                self.visit(child)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.append(Text(self.place, node.lineno, node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
        self.found.append(Text(self.place, node.lineno, "".join(parts)))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _bound(node: ast.stmt) -> str:
    """Return the name that an assignment binds."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return targets[0].id if targets and isinstance(targets[0], ast.Name) else ""


def strings(place: str, tree: ast.Module) -> list[Text]:
    """Return the strings of a module that a user may read."""
    visitor = _Strings(place)
    visitor.visit(tree)
    return visitor.found


def of_spec(place: str, content: str) -> Iterator[Text]:
    """Yield the texts of a spec: titles, notes, sources, and reasons of disputes."""
    waiting = [yaml.compose(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in node.value]
            yield from (
                Text(place, value.start_mark.line + 1, value.value)
                for key, value in node.value
                if key.value in TEXTS_OF_SPECS and isinstance(value, yaml.ScalarNode)
            )


def of_page(place: str, content: str) -> Iterator[Text]:
    """Yield the paragraphs of a page; what a program prints is checked where the program has it."""
    without = re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), content, flags=re.DOTALL | re.MULTILINE)
    for paragraph in re.finditer(r"(?:.+\n?)+", without):
        yield Text(place, without.count("\n", 0, paragraph.start()) + 1, paragraph[0])


def of_data(place: str, content: str) -> Iterator[Text]:
    """Yield the strings of a file of data."""
    for number, line in enumerate(content.splitlines(), 1):
        for string in re.findall(r'"(?:[^"\\]|\\.)*"', line):
            yield Text(place, number, json.loads(string))


def texts() -> Iterator[Text]:
    """Yield every text that a user may read."""
    for file in files():
        yield from strings(file.place, file.tree)
    for read, paths in (
        (of_spec, sorted((ROOT / "specs").rglob("*.yaml"))),
        (of_page, PAGES),
        (of_data, sorted((PACKAGE / "profiles").glob("*.json"))),
    ):
        for path in paths:
            yield from read(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def offences(found: Iterable[Text]) -> Iterator[Offence]:
    """Yield the matches of avoided patterns, each with a few words around it."""
    for place, line, text in found:
        for match in AVOIDED.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            words = [*before.split()[-CONTEXT:], *match[0].split(), *after.split()[:CONTEXT]]
            yield Offence(place, line + before.count("\n"), " ".join(words), PATTERNS[(match.lastindex or 1) - 1])


def read_allowed(content: str) -> dict[tuple[str, str], str]:
    """Read an allow-list: file, text and reason, a line each."""
    rows = (line.split("\t") for line in content.splitlines() if line)
    return {(place, text): reason for place, text, reason in rows}


def written(allowed: dict[tuple[str, str], str]) -> str:
    """Write an allow-list."""
    return "".join(f"{place}\t{text}\t{reason}\n" for (place, text), reason in sorted(allowed.items()))


def complaints(found: Iterable[Offence], allowed: dict[tuple[str, str], str]) -> list[str]:
    """Return a line for each offence that is not allowed, and for each allowed text that no longer occurs."""
    found = list(found)
    new = [f"{o.place}:{o.line}: '{o.text}' matches {o.pattern}" for o in found if o.key not in allowed]
    gone = sorted(allowed.keys() - {offence.key for offence in found})
    hint = "no longer occurs; run pytest --update-wording tests/house/test_wording.py"
    return [*new, *(f"{place}: '{text}' {hint}" for place, text in gone)]


def test_texts_for_users_avoid_the_patterns_of_the_guide(request: pytest.FixtureRequest) -> None:
    found = list(offences(texts()))
    if request.config.getoption("--update-wording"):
        known = read_allowed(ALLOWED.read_text(encoding="utf-8")) if ALLOWED.exists() else None
        kept = {o.key: known[o.key] if known else OLDER for o in found if known is None or o.key in known}
        ALLOWED.write_text(written(kept), encoding="utf-8")
    said = complaints(found, read_allowed(ALLOWED.read_text(encoding="utf-8")))
    assert not said, "\n".join(["write it as docs/wording.md says:", *said])


def test_each_entry_of_the_allow_list_has_a_reason_and_the_list_is_sorted() -> None:
    content = ALLOWED.read_text(encoding="utf-8")
    allowed = read_allowed(content)
    assert all(reason.strip() for reason in allowed.values())
    assert content == written(allowed)


def test_the_guide_shows_the_patterns_and_is_linked() -> None:
    assert len(PATTERNS) >= 15
    assert all(pattern.startswith(BOUNDARY) for pattern in PATTERNS)
    assert len(set(PATTERNS)) == len(PATTERNS)
    assert f"]({GUIDE})" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


EXAMPLES = [
    "'x' is no name", "there are no layers", "it is none of them", "none of them fits", "what it puts out",
    "what stands there", "an input, as in alexnet", "nobody reads it", "a dear layer", "pool5 dies",
    "so many levels", "known beforehand", "it goes one way", "the paper says which", "the very pixels",
    "the row behind it", "wrong in print", "a shipped network",
]  # fmt: skip


def test_each_pattern_finds_what_it_is_for() -> None:
    assert [next(offences([Text("x", 1, text)])).pattern for text in EXAMPLES] == list(PATTERNS)


MODULE = '''
"""A module behind others."""
_hidden = 1
"""A private name; nobody reads this."""
SHOWN = f"{SHOWN} of the\\n    shipped networks"

def public():
    """Return something."""
    def _inner():
        """Whatever stands there."""
        return "stands there"
    raise Error("it is "
                "no number")
'''


def test_strings_are_found_wherever_they_are_shown_and_descriptions_of_private_names_are_not() -> None:
    found = [(o.line, o.text) for o in offences(strings("x", ast.parse(MODULE)))]
    assert found == [
        (2, "A module behind others."),
        (6, "{} of the shipped networks"),
        (11, "stands there"),
        (12, "it is no number"),
    ]


def test_specs_pages_and_data_are_read_at_their_lines() -> None:
    spec = "title: X\nexpect:\n  - {params: 3, disputed: wrong in print}\nlayers: [behind]"
    page = "# X\n\n```text\nbehind\n```\n\nIt is\nno page."
    data = '{\n  "why": "the \\u0042 is behind"\n}'
    assert [o.line for o in offences(of_spec("x", spec))] == [3]
    assert [o.line for o in offences(of_page("x", page))] == [7]
    assert [(o.line, o.text) for o in offences(of_data("x", data))] == [(2, "the B is behind")]


def test_a_new_offence_and_an_entry_that_no_longer_occurs_are_complained_of() -> None:
    offence = next(offences([Text("a.py", 7, "this is no name")]))
    allowed = {("b.py", "behind it"): OLDER}
    assert complaints([offence], {offence.key: OLDER}) == []
    assert complaints([offence], allowed) == [
        r"a.py:7: 'this is no name' matches \bis no\b",
        "b.py: 'behind it' no longer occurs; run pytest --update-wording tests/house/test_wording.py",
    ]
    assert read_allowed(written(allowed)) == allowed
