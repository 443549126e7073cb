"""Pictures of solved games: cells over two parameters, comparative statics, payoffs along a path.

Boundaries are those of the symbolic partition: critical parameters are roots of polynomials with exact coefficients, and each
region is named by an exact evaluation of the cells' conditions inside it. Needs matplotlib, the extra `plots`.
"""

from formal.plots.draw import payoff_path, regions, statics
from formal.plots.style import save

__all__ = ["payoff_path", "regions", "save", "statics"]
