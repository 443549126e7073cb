"""Games declared in Python as games with symbolic payoffs and constraints, for the same engine.

Finite games of perfect information without chance: decisions and payoffs that are polynomials in the parameters. The
parameters' domains and the game's assumptions are the constraints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp

from formal.errors import ModelError, Place, UsageError, suggestion
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.trees.expression import Clause, Comparison
from formal.trees.game import PROPERTIES, History, SecurityGame, check_history
from formal.trees.polynomial import Number, Poly, Symbols, frozen, negative
from formal.trees.tree import Tree

if TYPE_CHECKING:
    from formal.model.game import Game
    from formal.trees.report import Answer

_RELATIONS = {sp.Ge: (">=", 1), sp.Gt: (">", 1), sp.Le: (">=", -1), sp.Lt: (">", -1), sp.Eq: ("=", 1), sp.Ne: ("!=", 1)}


def security(
    game: Game,
    honest: Sequence[str] | Sequence[Sequence[str]],
    properties: Iterable[str] | str = PROPERTIES,
    *,
    infinitesimals: Iterable[sp.Symbol] = (),
    preconditions: bool = False,
    strategies: bool = False,
    counterexamples: bool = False,
) -> list[Answer]:
    """Decide the security properties of a declared game for one honest history, or for several.

    `honest` is a path of actions from the start to an end of the game, or a list of such paths. `infinitesimals` are parameters
    that count only where everything else is equal. Each answer has `property`, `history`, `verdict` ("yes", "no" or "unknown"),
    and prints as the command line shows it. Definitions: formal.trees.immunity, collusion, practicality.
    Raises ModelError for a game that is not finite, has chance or hidden moves, or payoffs that are not polynomials, and for
    a history that is not a path to an end; UsageError for an unknown property.
    """
    from formal.trees.answer import Wanted, answers

    paths: list[Any] = [honest] if honest and isinstance(honest[0], str) else list(honest)
    histories = [tuple(path) for path in paths]
    asked = [properties] if isinstance(properties, str) else list(properties)
    for name in asked:
        if name not in PROPERTIES:
            raise UsageError(f'there is no property "{name}"; {suggestion(name, PROPERTIES)}')
    if not histories:
        raise ModelError("honest is a path of actions, or a list of paths; none was given")
    made = security_game(game, histories, infinitesimals)
    return list(answers(made, asked, Wanted(preconditions, strategies, counterexamples)))


def security_game(game: Game, honest: Iterable[Sequence[str]], infinitesimals: Iterable[sp.Symbol] = ()) -> SecurityGame:
    """The declared game in the form that properties are decided in. Raises ModelError as `security` does."""
    small = tuple(infinitesimals)
    if game.hidden:
        raise ModelError(
            f"{game.name} has moves that others do not see; security properties need perfect information", place=game.place
        )
    for parameter in (p for p in game.parameters if p.domain.whole):
        raise ModelError(f'"{parameter.name}" is an integer; security properties are decided over the reals', place=game.place)
    constants = [p for p in game.parameters if p not in small]
    symbols = Symbols(tuple(p.name for p in constants), tuple(s.name for s in small))
    reader = Reader(game, (*constants, *small), symbols)
    tree = Tree()
    tree.finish(reader.node(tree, game.tree))
    histories: tuple[History, ...] = tuple(tuple(map(str, h)) for h in honest)
    for history in histories:
        check_history(tree, history, game.players, game.place)
    facts = [f for p in (*constants, *small) for f in getattr(p, "facts", tuple)()]
    clauses = [c for f in (*facts, *game.assume.values()) for c in reader.clauses(f)]
    return SecurityGame(game.players, symbols, tree, histories, tuple(clauses), name=game.name)


class Reader:
    """Expressions and conditions over a game's parameters, as polynomials and clauses. What it cannot read is a ModelError."""

    def __init__(self, game: Game, parameters: tuple[sp.Symbol, ...], symbols: Symbols) -> None:
        self.game, self.parameters, self.symbols = game, parameters, symbols
        self.index = {parameter: i for i, parameter in enumerate(parameters)}
        self.known: dict[sp.Expr, Poly] = {}

    def error(self, message: str) -> ModelError:
        place: Place | None = self.game.place
        return ModelError(f"{self.game.name}: {message}", place=place)

    def node(self, tree: Tree, node: Node) -> int:
        """The number of a node and all below it; a declared tree is no deeper than the interpreter's own stack."""
        if isinstance(node, Leaf):
            return tree.leaf(tuple(tree.utility(self.poly(node.payoffs[p])) for p in self.game.players))
        if not isinstance(node, Decision):
            kind = {Chance: "a draw of chance", Continuous: "a choice from an interval", Fork: "a fork on parameters"}
            what = next((words for t, words in kind.items() if isinstance(node, t)), "such a node")
            raise self.error(f"security properties are for finite games without chance; this one has {what}: {node.head()}")
        key = [self.game.players.index(node.player)]
        for action, child in zip(node.actions, node.following, strict=True):
            key += (tree.action_number(action), self.node(tree, child))
        return tree.node(tuple(key))

    def poly(self, expression: sp.Expr) -> Poly:
        """A polynomial in the parameters with exact coefficients."""
        expression = sp.sympify(expression)
        if expression not in self.known:
            self.known[expression] = self._poly(expression)
        return self.known[expression]

    def _poly(self, expression: sp.Expr) -> Poly:
        plain = self._linear(expression)
        if plain is not None:
            return plain
        try:
            terms = sp.Poly(expression, *self.parameters).terms()
        except (sp.PolynomialError, sp.GeneratorsNeeded):
            raise self.error(f"{expression} is not a polynomial in the parameters") from None
        found: dict[tuple[int, ...], Number] = {}
        for powers, coefficient in terms:
            if not coefficient.is_Rational:
                raise self.error(f"{expression} has the coefficient {coefficient}, which is not a rational number")
            monomial = tuple(i for i, power in enumerate(powers) for _ in range(power))
            if sum(i >= len(self.symbols.constants) for i in monomial) > 1:
                raise self.error(f"{expression} multiplies an infinitesimal by an infinitesimal")
            found[monomial] = _number(coefficient)
        return frozen(found)

    def _linear(self, expression: sp.Expr) -> Poly | None:
        """The common case, quickly: a sum of numbers and of multiples of different parameters."""
        found: dict[tuple[int, ...], Number] = {}
        for term in expression.args if expression.is_Add else (expression,):
            factor, symbol = term.args if term.is_Mul and len(term.args) == 2 else (sp.S.One, term)
            monomial: tuple[int, ...] = ()
            if symbol.is_Rational:
                factor = symbol * factor
            elif symbol in self.index:
                monomial = (self.index[symbol],)
            else:
                return None
            if monomial in found or not factor.is_Rational:
                return None
            found[monomial] = _number(factor)
        return frozen(found)

    def clauses(self, relation: Any) -> list[Clause]:
        """A condition as a conjunction of clauses."""
        if isinstance(relation, sp.And):
            return [c for part in relation.args for c in self.clauses(part)]
        if isinstance(relation, sp.Or):
            found: Clause = ()
            for part in relation.args:
                inner = self.clauses(part)
                if len(inner) != 1:
                    raise self.error(f"the assumption {relation} is not a conjunction of disjunctions; write it as one")
                found += inner[0]
            return [found]
        if relation in (True, sp.true):
            return []
        if relation in (False, sp.false):
            return [()]
        for kind, (sign, direction) in _RELATIONS.items():
            if isinstance(relation, kind):
                poly = self.poly(relation.lhs - relation.rhs)
                return [(Comparison(poly if direction == 1 else negative(poly), sign),)]
        raise self.error(f"the assumption {relation} is not made of comparisons")


def _number(value: Any) -> Number:
    number = Fraction(int(value.p), int(value.q))
    return number.numerator if number.denominator == 1 else number
