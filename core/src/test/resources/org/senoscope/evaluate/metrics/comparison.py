"""Writes comparison.json: the paired test of two areas under ROC curves, from the published formulas
written out naively (every pair of cases), and McNemar's exact test by statsmodels with the mid-p of

    Fagerland, Lydersen & Laake, BMC Medical Research Methodology 13 (2013) 91

    DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837
    Obuchowski, Biometrics 53 (1997) 567 (clustered cases)

Given pROC's example data (`python comparison.py aSAH.RData`, with the package rdata), it first checks the
same formulas against what pROC documents for `roc.test(outcome ~ wfns, outcome ~ s100b)`: areas .8236789
and .7313686, Z = 2.209, p = .02718.

Needs numpy, scipy, statsmodels. Run in this folder.
"""

import json
import sys

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar


def components(y, s):
    x, z = s[y == 1], s[y == 0]
    kernel = (x[:, None] > z[None, :]) + 0.5 * (x[:, None] == z[None, :])
    return kernel.mean(), kernel.mean(axis=1), kernel.mean(axis=0)


def covariance(y, g, one, two):
    """Of two areas; with one case a group it is DeLong's S10/m + S01/n."""
    (a, a10, a01), (b, b10, b01) = components(y, one), components(y, two)
    gx, gz = g[y == 1], g[y == 0]
    ids = np.unique(g)

    def sums(v, groups, area):
        return np.array([np.sum(v[groups == i] - area) for i in ids])

    ax, az, bx, bz = sums(a10, gx, a), sums(a01, gz, a), sums(b10, gx, b), sums(b01, gz, b)
    m, n = len(gx), len(gz)
    i10, i01, i = len(np.unique(gx)), len(np.unique(gz)), len(ids)
    s10 = i10 / (i10 - 1) * ax @ bx / m**2
    s01 = i01 / (i01 - 1) * az @ bz / n**2
    s11 = i / (i - 1) * (ax @ bz + az @ bx) / (m * n)
    return s10 + s01 + s11


def delong(y, one, two):
    """As DeLong wrote it, cases alone."""
    (a, a10, a01), (b, b10, b01) = components(y, one), components(y, two)
    s = np.cov(a10, b10) / len(a10) + np.cov(a01, b01) / len(a01)
    return a, b, s[0, 0] + s[1, 1] - 2 * s[0, 1]


def pair(name, seed, n, clusters, digits, gap):
    rng = np.random.default_rng(seed)
    g = np.unique(rng.integers(clusters, size=n), return_inverse=True)[1] if clusters else np.arange(n)
    y = (rng.random(n) < 0.4).astype(int)
    y[:4] = [1, 0, 1, 0]
    effect = rng.normal(size=(g.max() + 1, 2))[g] if clusters else np.zeros((n, 2))
    shared = rng.normal(size=n)
    logits = [gap[m] * y + shared + 0.7 * rng.normal(size=n) + effect[:, m] for m in range(2)]
    one, two = [1 / (1 + np.exp(-x)) for x in logits]
    if digits:
        one, two = one.round(digits), two.round(digits)
    variance = covariance(y, g, one, one) + covariance(y, g, two, two) - 2 * covariance(y, g, one, two)
    a, b, alone = delong(y, one, two)
    if not clusters:
        np.testing.assert_allclose(variance, alone, rtol=1e-12)
    freedom = min(len(np.unique(g[y == 1])), len(np.unique(g[y == 0]))) - 1
    error = np.sqrt(variance)
    half = stats.t.ppf(0.975, freedom) * error
    return {
        "name": name,
        "truth": y.tolist(),
        "group": g.tolist(),
        "first": one.tolist(),
        "second": two.tolist(),
        "difference": a - b,
        "variance": variance,
        "p": 2 * stats.t.sf(abs(a - b) / error, freedom),
        "low": a - b - half,
        "high": a - b + half,
    }


def test_of_counts(b, c):
    n, fewer = b + c, min(b, c)
    exact = mcnemar([[0, b], [c, 0]], exact=True).pvalue if n else 1.0
    seen = stats.binom.pmf(fewer, n, 0.5)
    mid = 1 - seen / 2 if b == c else exact - seen
    return {"b": b, "c": c, "exact": exact, "midP": mid if n else 1.0}


if len(sys.argv) > 1:
    import rdata

    sah = rdata.read_rda(sys.argv[1])["aSAH"]
    y = (sah["outcome"].astype(str) == "Poor").to_numpy().astype(int)
    one, two = (sah[c].astype(str).astype(float).to_numpy() for c in ("wfns", "s100b"))
    a, b, variance = delong(y, one, two)
    z = (a - b) / np.sqrt(variance)
    print(f"{a:.7f} {b:.7f} Z = {z:.4g}, p = {2 * stats.norm.sf(abs(z)):.4g}")
    np.testing.assert_allclose([a, b], [0.8236789, 0.7313686], atol=5e-8)
    np.testing.assert_allclose([z, 2 * stats.norm.sf(z)], [2.209, 0.02718], rtol=3e-4)

golden = {
    "pairs": [
        pair("alone", 1, 70, 0, 0, (1.5, 0.8)),
        pair("alone with ties", 2, 90, 0, 1, (1.0, 0.9)),
        pair("in groups", 3, 120, 30, 0, (1.5, 1.0)),
        pair("in groups with ties", 4, 100, 25, 1, (0.8, 1.4)),
    ],
    "mcnemar": [test_of_counts(*x) for x in [(0, 0), (0, 5), (3, 9), (9, 3), (7, 7), (40, 61), (400, 520)]],
}
with open("comparison.json", "w") as out:
    json.dump(golden, out, separators=(",", ":"))
    out.write("\n")
