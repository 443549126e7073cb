"""Classical inequalities, which appendices quote as lemmas: hard for their sharpness, degree or number of variables."""

from sympy import Matrix, Rational, sqrt

from formal import parameters, proposition

p = parameters(
    "x1 x2 x3 x4 y1 y2 y3 y4 real",
    "a b c d > 0",
    "n1 n2 n3 n4 n5 n6 n7 >= 0",
    "z > -1",
)
xs, ys, ns = list(p)[:4], list(p)[4:8], list(p)[12:19]


def cyclic(term, *numbers):
    """The sum of the term over neighbours on a circle."""
    count = len(numbers)
    return sum(term(numbers[i], numbers[(i + 1) % count], numbers[(i + 2) % count]) for i in range(count))


def pairs(*numbers):
    """The sum of the products of neighbours on a circle."""
    return cyclic(lambda u, v, _: u * v, *numbers)


@proposition("lemma.cauchy", "Cauchy and Schwarz, in eight variables")
def cauchy():
    product = sum(x * y for x, y in zip(xs, ys, strict=True))
    return product**2 <= sum(x**2 for x in xs) * sum(y**2 for y in ys)


@proposition("lemma.nesbitt", "Nesbitt: a/(b + c) + b/(c + a) + c/(a + b) ≥ 3/2")
def nesbitt():
    return cyclic(lambda u, v, w: u / (v + w), p.a, p.b, p.c) >= Rational(3, 2)


@proposition("lemma.shapiro", "Shapiro, four terms")
def shapiro():
    return cyclic(lambda u, v, w: u / (v + w), p.a, p.b, p.c, p.d) >= 2


@proposition("lemma.means", "Arithmetic and geometric mean, four terms")
def means():
    a, b, c, d = xs
    return a**4 + b**4 + c**4 + d**4 >= 4 * a * b * c * d


@proposition("lemma.schur", "Schur, of degree 4")
def schur():
    a, b, c = p.n1, p.n2, p.n3
    return a**2 * (a - b) * (a - c) + b**2 * (b - a) * (b - c) + c**2 * (c - a) * (c - b) >= 0


@proposition("lemma.motzkin", "Motzkin's form is not negative")
def motzkin():
    x, y, z = xs[:3]
    return x**4 * y**2 + x**2 * y**4 + z**6 >= 3 * x**2 * y**2 * z**2


@proposition("lemma.motzkin_constant", "x⁴y² + x²y⁴ + 0.296 is at least 2x²y²", expect="refuted")
def motzkin_constant():
    x, y = xs[:2]
    return x**4 * y**2 + x**2 * y**4 + Rational(296, 1000) >= 2 * x**2 * y**2


@proposition("lemma.choi_lam", "Choi and Lam's form is not negative")
def choi_lam():
    w, x, y, z = xs
    return w**4 + x**2 * y**2 + y**2 * z**2 + z**2 * x**2 >= 4 * w * x * y * z


@proposition("lemma.cyclic", "Vasile's inequality: (a² + b² + c²)² ≥ 3(a³b + b³c + c³a)")
def vasile():
    a, b, c = xs[:3]
    return (a**2 + b**2 + c**2) ** 2 >= 3 * (a**3 * b + b**3 * c + c**3 * a)


@proposition("lemma.horn", "Horn's form is not negative where its five variables are not")
def horn():
    return sum(ns[:5]) ** 2 >= 4 * pairs(*ns[:5])


@proposition("lemma.ring", "Seven weights on a ring: neighbours make up at most half of the square of their sum")
def ring():
    return sum(ns) ** 2 >= 4 * pairs(*ns)


@proposition(
    "lemma.rearrangement",
    "Sums of products are greatest in order",
    given=[p.x1 <= p.x2, p.x2 <= p.x3, p.y1 <= p.y2, p.y2 <= p.y3],
)
def rearrangement():
    return p.x1 * p.y1 + p.x2 * p.y2 + p.x3 * p.y3 >= p.x1 * p.y2 + p.x2 * p.y3 + p.x3 * p.y1


@proposition("lemma.jensen", "Jensen, for the cube and three weights")
def jensen():
    weights, points = (p.a, p.b, p.c), ns[:3]
    mean = sum(w * x for w, x in zip(weights, points, strict=True)) / sum(weights)
    return mean**3 <= sum(w * x**3 for w, x in zip(weights, points, strict=True)) / sum(weights)


@proposition(
    "lemma.discriminant",
    "A convex parabola with discriminant at most 0 is not negative",
    given=[p.x2**2 <= 4 * p.a * p.x3],
)
def discriminant():
    return p.a * p.x1**2 + p.x2 * p.x1 + p.x3 >= 0


@proposition(
    "lemma.vandermonde", "Vandermonde's determinant is positive at points in order", given=[p.a < p.b, p.b < p.c, p.c < p.d]
)
def vandermonde():
    return Matrix([[q**k for k in range(4)] for q in (p.a, p.b, p.c, p.d)]).det() > 0


@proposition("lemma.minkowski", "The length of a sum is at most the sum of the lengths")
def minkowski():
    a, b, c, d = xs
    return sqrt((a + c) ** 2 + (b + d) ** 2) <= sqrt(a**2 + b**2) + sqrt(c**2 + d**2)


@proposition("lemma.bernoulli", "Bernoulli: (1 + z)⁷ ≥ 1 + 7z")
def bernoulli():
    return (1 + p.z) ** 7 >= 1 + 7 * p.z
