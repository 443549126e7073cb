"""Signals: information sets to which one move of one sender leads, whatever its type."""

from __future__ import annotations

from formal.errors import DerivationError
from formal.model.information import Information, InformationSet


def reached_by_signal(info: Information, where: InformationSet) -> list[InformationSet]:
    """The sender's information sets from which the same signal leads to each node of the set, one a type.

    Raises DerivationError where that is not how the set is reached, or where more is decided after the reply.
    """
    wrong = DerivationError(f"{where.name} is not reached by one signal of one sender and followed by the end of the game")
    senders, signals = [], set()
    for node, way in zip(where.nodes, info.apart(where), strict=True):
        if len(way.actions) != 1:
            raise wrong
        ((sender, signal),) = way.actions
        if len(sender.nodes) != 1 or sender.nodes[0].children[sender.actions.index(signal)] is not node:
            raise wrong
        if any(info.below(child) for child in node.children):
            raise wrong
        senders.append(sender)
        signals.add((sender.player, sender.label, signal))
    if len(signals) != 1 or len(set(senders)) < len(senders):
        raise wrong
    return senders
