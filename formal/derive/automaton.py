"""Automata that play a repeated game: states, what is played in each, and where play goes from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formal.model.static import Finite, Profile


@dataclass(frozen=True)
class Automaton:
    """`profiles` by state, the first one where play starts; conformity leads to `next`, any deviation to `after`."""

    profiles: Mapping[str, Profile]
    next: Mapping[str, str]
    after: Mapping[str, str]

    def successor(self, state: str, played: Profile) -> str:
        return self.next[state] if played == self.profiles[state] else self.after[state]


@dataclass(frozen=True)
class Deviation:
    """One player's one-shot deviation in a state."""

    state: str
    player: int
    played: Profile


def deviations(form: Finite, automaton: Automaton) -> Iterator[Deviation]:
    for state, profile in automaton.profiles.items():
        for i, menu in enumerate(form.actions):
            for action in menu:
                if action != profile[i]:
                    yield Deviation(state, i, (*profile[:i], action, *profile[i + 1 :]))
