"""The parameters of the reference model, shared by its games."""

from formal import parameters

p = parameters(
    "phi > 0: fear of entrapment, how fast the expected cost of being dragged in grows",
    "beta >= 0: parliament's intrinsic marginal benefit of contributing",
    "alpha0 >= 0: abandonment cost of declining any official invitation",
    "alpha1 >= 0: further abandonment cost per unit of the request declined",
    "alphab >= 0: standing abandonment cost of staying out, invited or not (the Atlantic predisposition)",
    "sigma > 0: status that the government earns per unit of contribution",
    "chi > 0: the government's own cost of the contribution",
    "kappa >= 0: cost to the government per unit of commitment signalled",
    "lambda_ > 0: the leader's benefit per unit of contribution",
    "rho > 0: the leader's cost of seeing an invitation declined",
)
