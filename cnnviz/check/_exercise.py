"""An exercise: the right answer, the cases it is tried on, and the wrong answers that are known by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np

from .._check import bad_type
from ._answers import Array, Kind, read, same
from ._calling import Function, Outcome, call
from ._verdict import Failure, Verdict

Spoil: TypeAlias = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """One call: what is new in it, and the arguments that are given; the others keep their defaults."""

    about: str
    given: Mapping[str, Any]

    @property
    def size(self) -> int:
        """How many numbers a reader has to look at."""
        return sum(value.size for value in self.given.values() if isinstance(value, np.ndarray))


@dataclass(frozen=True)
class Mistake:
    """A wrong answer with a name, and a hint that does not give the right one away.

    Each of `spoils` takes a function that answers (the right one, or one that is already spoiled, since mistakes come
    in pairs) and all the arguments in order, and returns what someone who makes this mistake would return.
    """

    name: str
    hint: str
    spoils: tuple[Spoil, ...]


def mistake(name: str, hint: str, *spoils: Spoil) -> Mistake:
    """A Mistake, with the ways it is made as further arguments."""
    return Mistake(name, hint, spoils)


@dataclass(frozen=True)
class Exercise:
    """What there is to know about one function that readers write; `judge` compares theirs with it."""

    name: str
    required: tuple[str, ...]
    optional: Mapping[str, Any]
    truth: Function
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    returns: Kind = "array"

    @property
    def signature(self) -> str:
        """As a reader would write it: `f(x, weight, bias=None, stride=1, padding=0)`."""
        return f"f({', '.join([*self.required, *(f'{name}={value}' for name, value in self.optional.items())])})"

    def judge(self, function: object) -> Verdict:
        """Try `function` on every case and name what is wrong. Raises TypeError for what cannot be called."""
        if not callable(function):
            do = f"pass your function itself, without calling it: check.{self.name}(my_function)"
            raise bad_type(f"check.{self.name}", f"a function {self.signature}", type(function).__name__, do)
        outcomes = self._outcomes(function)
        right = [self._right(case, outcome) for case, outcome in zip(self.cases, outcomes, strict=False)]
        if not all(right):
            return self._wrong(outcomes, right)
        for case, outcome in zip(self.cases, outcomes, strict=True):
            if outcome.changed:
                hint = (
                    f"Every answer is right, but afterwards `{outcome.changed}` holds other numbers than before, and "
                    "whoever calls your function does not expect that. Work on a copy, or fill a new array."
                )
                said = f"changed its argument `{outcome.changed}`"
                return self._verdict("changes its input", hint, sum(right), case, Outcome(outcome.answer, "", said))
        return Verdict(self.name, len(right), len(self.cases))

    def spoiled(self, *spoils: Spoil) -> Function:
        """The right answer with these mistakes made in it."""
        answer = self.truth
        for spoil in spoils:
            answer = partial(spoil, answer)

        def function(*args: Any, **kwargs: Any) -> Any:
            given = {**dict(zip(self.required, args, strict=False)), **self.optional, **kwargs}
            return answer(*(given[name] for name in (*self.required, *self.optional)))

        return function

    def _outcomes(self, function: Function) -> list[Outcome]:
        """What comes of each case, from the smallest on; one that hangs or is not written is not tried again."""
        outcomes = []
        for case in self.cases:
            required = {name: case.given[name] for name in self.required}
            optional = {name: value for name, value in case.given.items() if name not in required}
            outcomes.append(call(function, required, optional, self.returns))
            if outcomes[-1].trouble in ("nothing", "gap", "slow"):
                break
        return outcomes

    def _planted(self, case: Case, *spoils: Spoil) -> Array | None:
        """What someone with these mistakes answers; None where that raises, as a swapped stride of 0 does."""
        try:
            with np.errstate(all="ignore"):
                return read(self.spoiled(*spoils)(**case.given), self.returns)
        except (ArithmeticError, ValueError, IndexError):
            return None

    def _truth(self, case: Case) -> Array:
        return np.asarray(self.spoiled()(**case.given))

    def _right(self, case: Case, outcome: Outcome) -> bool:
        return same(outcome.answer, self._truth(case), self.returns)

    def _agree(self, answer: Array, planted: Array | None) -> bool:
        """Whether someone with a mistake would answer this. Where no window fits, that is nothing, in any shape."""
        if answer.size == 0:
            return planted is None or planted.size == 0
        return same(answer, planted, self.returns)

    def _equals(self, outcomes: list[Outcome], *spoils: Spoil) -> bool:
        """Whether this mistake explains every answer that was given, a wrong one among them."""
        evidence = False
        # The largest case first: it tells most mistakes apart, and thousands of pairs are tried.
        for case, outcome in reversed([*zip(self.cases, outcomes, strict=False)]):
            if outcome.answer is None:
                continue
            if not self._agree(outcome.answer, self._planted(case, *spoils)):
                return False
            evidence = evidence or not self._right(case, outcome)
        return evidence

    def _named(self, outcomes: list[Outcome]) -> tuple[Mistake, ...]:
        """The mistake that was made, or the two; empty when none fits, or when several fit equally well."""
        found = {m.name: m for m in self.mistakes if any(self._equals(outcomes, spoil) for spoil in m.spoils)}
        if found:
            return tuple(found.values()) if len(found) == 1 else ()
        if any(outcome.answer is None for outcome in outcomes):
            return ()  # Two mistakes explain much: only where every case bears them out.
        for first, second in permutations(self.mistakes, 2):
            for spoil in first.spoils:
                if any(self._equals(outcomes, spoil, other) for other in second.spoils):
                    return first, second
        return ()

    def _wrong(self, outcomes: list[Outcome], right: list[bool]) -> Verdict:
        at = right.index(False)
        if named := self._named(outcomes):
            # The case to show is one with numbers in it: that is where the mistake can be seen.
            at = next(k for k, ok in enumerate(right) if not ok and outcomes[k].answer is not None)
            name, hint = " and ".join(m.name for m in named), " ".join(m.hint for m in named)
            return self._verdict(name, hint, sum(right), self.cases[at], outcomes[at])
        name_or_none, hint = self._trouble(outcomes[at], self.cases[at], any(right))
        return self._verdict(name_or_none, hint, sum(right), self.cases[at], outcomes[at])

    def _trouble(self, outcome: Outcome, case: Case, some_right: bool) -> tuple[str | None, str]:
        """The name and hint for a call that gave no answer, or one that no known mistake gives."""
        if outcome.trouble == "gap":
            return "a gap left open", "Put your own code where the `...` stands."
        if outcome.trouble == "nothing":
            return "returns nothing", "Not written yet? When it is, let it end with `return`."
        if outcome.trouble == "slow":
            return "does not end", "Look at what ends your loops: does it change in every round?"
        if outcome.trouble == "type":
            wanted = {"array": "one NumPy array", "integer": "one whole number", "number": "one number"}[self.returns]
            return f"not {wanted.replace('one', 'a', 1)}", f"`{self.name}` has to return {wanted}."
        if outcome.trouble == "raised" and ("keyword arg" in outcome.said or "positional arg" in outcome.said):
            return None, f"The check calls your function as `{self.signature}`: give the arguments these names."
        if some_right:
            return None, f"Smaller cases come out right. What is new in this one: {case.about}."
        return None, "Work this case out by hand, then let your function print what it does at each step."

    def _verdict(self, name: str | None, hint: str, passed: int, case: Case, outcome: Outcome) -> Verdict:
        failure = Failure(
            about=case.about,
            arguments={name: np.copy(v) if isinstance(v, np.ndarray) else v for name, v in case.given.items()},
            expected=self._truth(case),
            got=outcome.answer,
            said=outcome.said,
        )
        return Verdict(self.name, passed, len(self.cases), name, hint, failure)
