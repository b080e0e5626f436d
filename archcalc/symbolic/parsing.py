"""The grammar of expressions: from words to parts. The docstring of each method is its line of the grammar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import ExpressionError, did_you_mean
from archcalc.symbolic.conditions import Comparison, Conditional, Logic, Not
from archcalc.symbolic.formula import FUNCTIONS, Call, Chain, Constant, FormulaPart, Name, Negative, Several
from archcalc.symbolic.ratio import ratio
from archcalc.symbolic.relations import HOLDS
from archcalc.symbolic.tokens import END, NAME, NUMBER, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Container

_DEEPEST = 50
_SIZES = re.compile(r"\s*[0-9]{1,18}(\s*[x×]\s*[0-9]{1,18})+\s*")
_DIGITS = re.compile(r"[0-9]+")
_CONSTANTS = {"true": True, "True": True, "false": False, "False": False}
_KEYWORDS = ("and", "or", "not", "if", "else")


class Parser:
    """A recursive-descent parser; each method reads one rule of the grammar from where it stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0
        self.names: set[str] = set()

    def whole(self) -> FormulaPart:
        """Whole = sizes | choice, end."""
        if _SIZES.fullmatch(self._text):
            return self._sizes()
        node = self._choice()
        if self._next.kind != END:
            raise self._expected("an operator or the end")
        return node

    def _sizes(self) -> FormulaPart:
        """Sizes = number, "x", number, {"x", number}: a size for each axis, as in 3x3."""
        found = [(match.start(), match[0]) for match in _DIGITS.finditer(self._text)]
        return Several((0, len(self._text)), [Constant((start, len(text)), int(text)) for start, text in found])

    def _choice(self) -> FormulaPart:
        """Choice = either, ["if", either, "else", choice]."""
        start = self._next.start
        node = self._either()
        if not self._took("if"):
            return node
        condition = self._either()
        if not self._took("else"):
            raise self._expected("'else'")
        no = self._nested(self._choice)
        return Conditional(self._since(start), node, condition, no)

    def _either(self) -> FormulaPart:
        """Either = both, {"or", both}."""
        return self._logic("or", self._both, settled=True)

    def _both(self) -> FormulaPart:
        """Both = opposite, {"and", opposite}."""
        return self._logic("and", self._opposite, settled=False)

    def _opposite(self) -> FormulaPart:
        """Opposite = "not", opposite | comparison."""
        start = self._next.start
        if self._took("not"):
            operand = self._nested(self._opposite)
            return Not(self._since(start), operand)
        return self._comparison()

    def _comparison(self) -> FormulaPart:
        """Comparison = sum, [relation, sum]."""
        start = self._next.start
        node = self._sum()
        relation = self._take(HOLDS)
        if not relation:
            return node
        right = self._sum()
        if self._next.text in HOLDS:
            raise self._expected("the end of the comparison", "write a chained comparison as a < b and b < c")
        return Comparison(self._since(start), node, relation, right)

    def _sum(self) -> FormulaPart:
        """Sum = product, {"+" | "-", product}."""
        return self._chain(("+", "-"), self._product)

    def _product(self) -> FormulaPart:
        """Product = signed, {"*" | "/" | "//" | "%", signed}."""
        return self._chain(("*", "/", "//", "%"), self._signed)

    def _signed(self) -> FormulaPart:
        """Signed = "-", signed | power."""
        start = self._next.start
        if self._took("-"):
            operand = self._nested(self._signed)
            return Negative(self._since(start), operand)
        return self._power()

    def _power(self) -> FormulaPart:
        """Power = atom, ["**", signed]."""
        start = self._next.start
        base = self._atom()
        if not self._took("**"):
            return base
        exponent = self._nested(self._signed)
        return Chain(self._since(start), base, [("**", exponent)])

    def _atom(self) -> FormulaPart:
        """Atom = number | name | name, "(", choice, {",", choice}, ")" | "(", choice, {",", choice}, [","], ")"."""
        token = self._next
        if token.kind == NUMBER or (token.kind == NAME and token.text not in _KEYWORDS):
            self._at += 1
            return self._number(token) if token.kind == NUMBER else self._name(token)
        if not self._took("("):
            raise self._expected("a number, a name or '('")
        parts = [self._nested(self._choice)]
        several = self._next.text == ","
        while self._took(",") and self._next.text != ")":
            parts.append(self._nested(self._choice))
        self._close()
        return Several(self._since(token.start), parts) if several else parts[0]

    def _number(self, token: Token) -> FormulaPart:
        whole, _, decimals = token.text.partition(".")
        return Constant(token.span, ratio(int(whole + decimals), 10 ** len(decimals)))

    def _name(self, token: Token) -> FormulaPart:
        if self._took("("):
            return self._call(token)
        if token.text in _CONSTANTS:
            return Constant(token.span, _CONSTANTS[token.text])
        self.names.add(token.text)
        return Name(token.span, token.text)

    def _call(self, token: Token) -> FormulaPart:
        if token.text not in FUNCTIONS:
            hint = did_you_mean(token.text, FUNCTIONS) or f"available: {', '.join(FUNCTIONS)}"
            raise ExpressionError(f"unknown function '{token.text}'", hint, token.span)
        function, many = FUNCTIONS[token.text]
        arguments = [self._nested(self._choice)]
        while self._next.text == "," and many:
            self._at += 1
            arguments.append(self._nested(self._choice))
        self._close()
        return Call(self._since(token.start), function, arguments)

    def _close(self) -> None:
        if not self._took(")"):
            raise self._expected("')'")

    def _logic(self, word: str, part: Callable[[], FormulaPart], *, settled: bool) -> FormulaPart:
        start = self._next.start
        parts = [part()]
        while self._took(word):
            parts.append(part())
        return Logic(self._since(start), parts, settled=settled) if len(parts) > 1 else parts[0]

    def _chain(self, symbols: tuple[str, ...], part: Callable[[], FormulaPart]) -> FormulaPart:
        start = self._next.start
        first, steps = part(), []
        while symbol := self._take(symbols):
            steps.append((symbol, part()))
        return Chain(self._since(start), first, steps) if steps else first

    def _nested(self, part: Callable[[], FormulaPart]) -> FormulaPart:
        if self._depth == _DEEPEST:
            raise ExpressionError(f"an expression nested deeper than {_DEEPEST}", span=self._next.span)
        self._depth += 1
        node = part()
        self._depth -= 1
        return node

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _took(self, text: str) -> bool:
        return bool(self._take((text,)))

    def _take(self, texts: Container[str]) -> str:
        """Step over the next word if it is one of some, and return it."""
        text = self._next.text
        if text not in texts:
            return ""
        self._at += 1
        return text

    def _since(self, start: int) -> tuple[int, int]:
        return start, sum(self._tokens[self._at - 1].span) - start

    def _expected(self, what: str, hint: str = "") -> ExpressionError:
        return ExpressionError(f"expected {what}, got {self._next.described}", hint, self._next.span)
