"""Writes golden.json: calibrators by scikit-learn and SciPy, conformal limits by NumPy's quantiles,
and the Beta law of coverage by SciPy.

    temperature  scipy.optimize.minimize_scalar on the mean log loss
    vector       scipy.optimize.minimize (BFGS) on the log loss with the prior of VectorScaling
    Platt        sklearn LogisticRegression without penalty; a soft target is a hit and a miss with
                 weights
    isotonic     sklearn IsotonicRegression on the soft targets, numpy.interp between its blocks
    sets         numpy.quantile, method "inverted_cdf", at the rank ceil((n + 1) level) of n; half a
                 rank less, so that rounding finds the same one. Method "higher", often seen for
                 this, counts between n - 1 steps and takes the next rank

Needs numpy, scipy, scikit-learn >= 1.7. Run in this folder.
"""

import json
import math
from fractions import Fraction

import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression


def temperature(z, y):
    def loss(factor):
        return -special.log_softmax(z * factor, axis=1)[np.arange(len(y)), y].mean()

    found = optimize.minimize_scalar(
        loss, bounds=(0.01, 10), method="bounded", options={"xatol": 1e-12})
    return {"temperature": 1 / found.x, "probabilities": special.softmax(z * found.x, axis=1)}


def vector(z, y):
    k = z.shape[1]
    centred = z - z.mean(axis=1, keepdims=True)
    identity = np.concatenate([np.ones(k), np.zeros(k)])

    def loss(x):
        u = centred * x[:k] + x[k:]
        r = special.softmax(u, axis=1) - np.eye(k)[y]
        value = -special.log_softmax(u, axis=1)[np.arange(len(y)), y].sum()
        slope = np.concatenate([(r * centred).sum(axis=0), r.sum(axis=0)])
        return value + ((x - identity) ** 2).sum() / 2, slope + x - identity

    x = optimize.minimize(loss, identity, jac=True, method="BFGS", options={"gtol": 1e-10}).x
    return {"scale": x[:k], "shift": x[k:],
            "probabilities": special.softmax(centred * x[:k] + x[k:], axis=1)}


def margin(z, label):
    return z[:, label] - special.logsumexp(np.delete(z, label, axis=1), axis=1)


def targets(y, label):
    n = np.sum(y == label)
    m = len(y) - n
    return np.where(y == label, (n + 1) / (n + 2), 1 / (m + 2))


def one_versus_rest(z, y, fit):
    k = z.shape[1]
    labels = [1] if k == 2 else range(k)
    curves = [fit(margin(z, label), targets(y, label)) for label in labels]
    p = np.stack([values for _, values in curves], axis=1)
    p = np.hstack([1 - p, p]) if k == 2 else p / p.sum(axis=1, keepdims=True)
    return [curve for curve, _ in curves], p


def line(x, t):
    n = len(x)
    model = LogisticRegression(penalty=None, solver="newton-cholesky", tol=1e-13, max_iter=1000)
    model.fit(np.tile(x, 2)[:, None], np.repeat([1, 0], n),
              sample_weight=np.concatenate([t, 1 - t]))
    slope, intercept = model.coef_[0, 0], model.intercept_[0]
    return {"slope": slope, "intercept": intercept}, special.expit(slope * x + intercept)


def steps(x, t):
    fitted = IsotonicRegression().fit_transform(x, t)
    # scikit-learn keeps the ends of its blocks; equal neighbours are one block.
    values = []
    for value in fitted[np.argsort(x, kind="stable")]:
        if not values or value - values[-1] > 1e-12:
            values.append(value)
    scores = [x[np.abs(fitted - value) < 1e-12].mean() for value in values]
    return {"scores": scores, "probabilities": values}, np.interp(x, scores, values)


def sets(p, y, level):
    k = p.shape[1]
    limits = []
    for label in range(k):
        distances = 1 - p[y == label, label]
        n = len(distances)
        rank = math.ceil((n + 1) * Fraction(str(level)))
        limits.append(
            float(np.quantile(distances, (rank - 0.5) / n, method="inverted_cdf"))
            if rank <= n else None)
    inside = [[label for label in range(k) if limits[label] is None or 1 - row[label] <= limits[label]]
              for row in p]
    return {"level": level, "limits": limits, "sets": inside}


def case(name, seed, n, k, parts, factor):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, k)) * 2
    # In binary fractions, so that scores that tie are equal to the last bit.
    z = np.round(z * parts) / parts if parts else z
    shift = rng.normal(size=k) / 2
    p = special.softmax(factor * z + shift, axis=1)
    y = np.array([rng.choice(k, p=row) for row in p])
    y[:k] = np.arange(k)
    plain = special.softmax(z, axis=1)
    lines, platt = one_versus_rest(z, y, line)
    curves, isotonic = one_versus_rest(z, y, steps)
    return {
        "name": name,
        "logits": z,
        "truth": y,
        "none": {
            "probabilities": plain,
            "logLoss": metrics.log_loss(y, plain),
            "brier": metrics.brier_score_loss(y, plain[:, 1]) if k == 2
            else metrics.brier_score_loss(y, plain, scale_by_half=False),
        },
        "temperature": temperature(z, y),
        "vector": vector(z, y),
        "platt": {"lines": lines, "probabilities": platt},
        "isotonic": {"curves": curves, "probabilities": isotonic},
        "conformal": [sets(plain, y, level) for level in (0.6, 0.8, 0.9, 0.95)],
    }


def coverage(n, level):
    rank = math.ceil((n + 1) * Fraction(str(level)))
    law = stats.beta(rank, n + 1 - rank)
    at = [0.5, 0.8, 0.9, 0.93, 0.99]
    return {"cases": n, "level": level, "mean": law.mean(), "deviation": law.std(),
            "at": at, "below": law.cdf(at)}


golden = {
    "cases": [
        case("two labels, too sure", 1, 60, 2, 0, 0.4),
        case("two labels, ties", 2, 80, 2, 4, 0.8),
        case("three labels", 3, 90, 3, 0, 0.5),
        case("five labels, not sure enough", 4, 100, 5, 0, 1.5),
    ],
    "coverage": [coverage(*x) for x in [(9, 0.9), (50, 0.9), (99, 0.95), (266, 0.9)]],
}


def plain(value):
    return value.tolist() if hasattr(value, "tolist") else value


with open("golden.json", "w") as out:
    json.dump(golden, out, separators=(",", ":"), default=plain)
    out.write("\n")
