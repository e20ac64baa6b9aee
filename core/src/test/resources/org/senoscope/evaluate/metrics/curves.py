"""Writes curves.json: decision curves and risk-coverage curves, each point counted anew from the definition,
and scikit-learn's precision-recall curves.

    Vickers & Elkin, Medical Decision Making 26 (2006) 565
    Geifman, Uziel & El-Yaniv, ICLR 2019 (AURC)

Net benefit is counted from scikit-learn's confusion matrix at each threshold. Needs numpy, scikit-learn.
Run in this folder.
"""

import json

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
)

PERCENT = np.arange(1, 101)


def net_benefit(y, p, t):
    (_, fp), (_, tp) = confusion_matrix(y, p >= t, labels=[0, 1])
    return tp / len(y) - fp / len(y) * t / (1 - t)


def case(name, seed, n, clusters, digits):
    rng = np.random.default_rng(seed)
    g = np.unique(rng.integers(clusters, size=n), return_inverse=True)[1]
    y = (rng.random(n) < 0.35).astype(int)
    effect = rng.normal(size=g.max() + 1)[g]
    p = 1 / (1 + np.exp(-(2 * y - 1 + rng.normal(size=n) + effect)))
    if digits:
        # Sixteenths: 1 - p is exact, so that both labels tie alike.
        p = np.round(p * 16) / 16
    said = (p > 1 - p).astype(int)
    confidence = np.maximum(p, 1 - p)
    risks = [1 - accuracy_score(y[confidence >= c], said[confidence >= c]) for c in confidence]
    accuracies, kept = [], []
    for percent in PERCENT:
        # The highest threshold that keeps at least this share.
        c = next(c for c in sorted(set(confidence), reverse=True) if np.sum(confidence >= c) * 100 >= percent * n)
        keep = confidence >= c
        accuracies.append(accuracy_score(y[keep], said[keep]))
        kept.append(keep.mean())
    thresholds = np.arange(1, 100) / 100
    # Highest score first; without the point (0, 1) that scikit-learn adds.
    precision, recall, _ = precision_recall_curve(y, p)
    return {
        "name": name,
        "truth": y.tolist(),
        "group": g.tolist(),
        "score": p.tolist(),
        "netBenefit": [net_benefit(y, p, t) for t in thresholds],
        "treatAll": [net_benefit(y, np.ones(n), t) for t in thresholds],
        "aurc": float(np.mean(risks)),
        "selectiveAccuracy": accuracies,
        "kept": kept,
        "averagePrecision": float(average_precision_score(y, p)),
        "precision": precision[:-1][::-1].tolist(),
        "recall": recall[:-1][::-1].tolist(),
    }


golden = [case("in groups", 1, 80, 30, 0), case("in groups with ties", 2, 110, 40, 1)]
with open("curves.json", "w") as out:
    json.dump(golden, out, separators=(",", ":"))
    out.write("\n")
