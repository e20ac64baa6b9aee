"""Writes golden.json: metrics by scikit-learn, Wilson intervals by statsmodels, and the variance
of the AUC from the published formulas, written out naively (every pair of cases) so that they share
nothing with the fast midrank code under test.

    DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837
    Obuchowski, Biometrics 53 (1997) 567 (clustered cases)

Needs numpy, scikit-learn >= 1.7 (Brier score of several labels), statsmodels. Run in this folder.
"""

import json

import numpy as np
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint


def components(y, s):
    x, z = s[y == 1], s[y == 0]
    kernel = (x[:, None] > z[None, :]) + 0.5 * (x[:, None] == z[None, :])
    return kernel.mean(), kernel.mean(axis=1), kernel.mean(axis=0)


def delong(y, s):
    auc, v10, v01 = components(y, s)
    return auc, v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01)


def obuchowski(y, s, g):
    auc, v10, v01 = components(y, s)
    m, n = len(v10), len(v01)
    gx, gz = g[y == 1], g[y == 0]
    ids = np.unique(g)
    a = np.array([np.sum(v10[gx == i] - auc) for i in ids])
    b = np.array([np.sum(v01[gz == i] - auc) for i in ids])
    i10, i01, i = len(np.unique(gx)), len(np.unique(gz)), len(ids)
    s10 = i10 / ((i10 - 1) * m) * np.sum(a**2)
    s01 = i01 / ((i01 - 1) * n) * np.sum(b**2)
    s11 = i / (i - 1) * np.sum(a * b)
    return s10 / m + s01 / n + 2 * s11 / (m * n)


def ece(y, p, bins=15):
    top, right = p.max(axis=1), p.argmax(axis=1) == y
    edges = np.linspace(0, 1, bins + 1)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (top > low) & (top <= high)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - top[inside].mean())
    return total


def case(name, seed, n, k, clusters, digits, strength):
    rng = np.random.default_rng(seed)
    g = rng.integers(clusters, size=n) if clusters else np.arange(n)
    share = rng.dirichlet(np.full(k, 3.0))
    y = rng.choice(k, size=n, p=share)
    y[:k] = np.arange(k)
    effect = rng.normal(size=(g.max() + 1, k))[g] if clusters else 0
    logits = strength * np.eye(k)[y] + rng.normal(size=(n, k)) + effect
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    if digits:
        # Coarse probabilities make many ties; the last label takes what rounding left.
        p = np.floor(p * 10**digits) / 10**digits
        p[:, -1] = np.round(1 - p[:, :-1].sum(axis=1), digits)
    said = p.argmax(axis=1)
    binary = k == 2
    by_label = []
    for label in range(k):
        one = (y == label).astype(int)
        auc, variance = delong(one, p[:, label])
        by_label.append({
            "auc": auc,
            "delong": variance,
            "obuchowski": obuchowski(one, p[:, label], g),
            "sensitivity": metrics.recall_score(one, said == label),
            "specificity": metrics.recall_score(1 - one, said != label),
        })
    np.testing.assert_allclose(
        [b["auc"] for b in by_label],
        [metrics.roc_auc_score(y == label, p[:, label]) for label in range(k)], rtol=1e-12)
    fpr, tpr, _ = metrics.roc_curve(y == k - 1, p[:, k - 1], drop_intermediate=False)
    return {
        "name": name,
        "labels": k,
        "truth": y.tolist(),
        "group": g.tolist(),
        "probabilities": p.tolist(),
        "auc": metrics.roc_auc_score(y, p[:, 1] if binary else p, multi_class="ovr"),
        "balancedAccuracy": metrics.balanced_accuracy_score(y, said),
        "accuracy": metrics.accuracy_score(y, said),
        "macroF1": metrics.f1_score(y, said, average="macro"),
        "brier": metrics.brier_score_loss(y, p[:, 1]) if binary
        else metrics.brier_score_loss(y, p, scale_by_half=False),
        "logLoss": metrics.log_loss(y, p),
        "ece": ece(y, p),
        "confusion": metrics.confusion_matrix(y, said, labels=range(k)).tolist(),
        "byLabel": by_label,
        "rocOfLast": {"fpr": fpr.tolist(), "tpr": tpr.tolist()},
    }


def wilson(hits, n):
    low, high = proportion_confint(hits, n, alpha=0.05, method="wilson")
    return {"hits": hits, "n": n, "low": float(low), "high": float(high)}


golden = {
    "cases": [
        case("two labels", 1, 60, 2, 0, 0, 1.5),
        case("two labels with ties", 2, 90, 2, 0, 1, 1.0),
        case("two labels in groups", 3, 80, 2, 25, 0, 1.0),
        case("three labels in groups with ties", 4, 100, 3, 40, 2, 1.5),
        case("seven labels", 5, 150, 7, 0, 0, 2.0),
    ],
    "wilson": [wilson(*x) for x in [(0, 10), (10, 10), (1, 3), (7, 9), (433, 500), (1, 1)]],
}
with open("golden.json", "w") as out:
    json.dump(golden, out, separators=(",", ":"))
    out.write("\n")
