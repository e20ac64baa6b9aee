"""Writes operating.json: operating points from scikit-learn's ROC curve, Wilson intervals at them by
statsmodels, and predictive values at a stated prevalence with intervals by the delta method on the logit

    Mercaldo, Lau & Zhou, Statistics in Medicine 26 (2007) 2170

whose derivatives are taken numerically here. The covariance of sensitivity and specificity of clustered cases
is Obuchowski's (Statistics in Medicine 17 (1998) 1495), written out group by group.

Needs numpy, scipy, scikit-learn, statsmodels. Run in this folder.
"""

import json

import numpy as np
from scipy import stats
from scipy.special import expit, logit
from sklearn.metrics import confusion_matrix, roc_curve
from statsmodels.stats.proportion import proportion_confint

RULES = ["youden", "sensitivity>=0.9", "specificity>=0.8"]


def ppv(se, sp, p):
    return p * se / (p * se + (1 - p) * (1 - sp))


def npv(se, sp, p):
    return (1 - p) * sp / ((1 - p) * sp + p * (1 - se))


def interval(value, se, sp, p, covariance, quantile):
    h = 1e-6
    gradient = np.array([
        (logit(value(se + h, sp, p)) - logit(value(se - h, sp, p))) / (2 * h),
        (logit(value(se, sp + h, p)) - logit(value(se, sp - h, p))) / (2 * h),
    ])
    half = quantile * np.sqrt(gradient @ covariance @ gradient)
    centre = logit(value(se, sp, p))
    return {"value": value(se, sp, p), "low": expit(centre - half), "high": expit(centre + half)}


def alone(tp, fn, tn, fp, p):
    se, sp = tp / (tp + fn), tn / (tn + fp)
    covariance = np.diag([se * (1 - se) / (tp + fn), sp * (1 - sp) / (tn + fp)])
    z = stats.norm.ppf(0.975)
    counts = {"tp": tp, "fn": fn, "tn": tn, "fp": fp, "prevalence": p}
    return {**counts, "ppv": interval(ppv, se, sp, p, covariance, z), "npv": interval(npv, se, sp, p, covariance, z)}


def in_groups(y, called, g, p):
    ids = np.unique(g)
    se, sp = called[y == 1].mean(), (~called)[y == 0].mean()
    a = np.array([np.sum(called[(g == i) & (y == 1)] - se) for i in ids]) / np.sum(y == 1)
    b = np.array([np.sum((~called)[(g == i) & (y == 0)] - sp) for i in ids]) / np.sum(y == 0)
    gx, gz = len(np.unique(g[y == 1])), len(np.unique(g[y == 0]))
    covariance = np.array([
        [gx / (gx - 1) * a @ a, len(ids) / (len(ids) - 1) * a @ b],
        [len(ids) / (len(ids) - 1) * a @ b, gz / (gz - 1) * b @ b],
    ])
    t = stats.t.ppf(0.975, min(gx, gz) - 1)
    return {
        "prevalence": p,
        "ppv": interval(ppv, se, sp, p, covariance, t),
        "npv": interval(npv, se, sp, p, covariance, t),
    }


def chosen(y, s, rule):
    fpr, tpr, thresholds = roc_curve(y, s, drop_intermediate=False)
    if rule == "youden":
        at = np.argmax(tpr - fpr)
    elif rule.startswith("sensitivity"):
        at = np.flatnonzero(tpr >= float(rule[13:]))[0]
        at = np.flatnonzero(fpr == fpr[at])[-1]
    else:
        at = np.flatnonzero(1 - fpr >= float(rule[13:]) - 1e-12)[-1]
        at = np.flatnonzero(tpr == tpr[at])[0]
    called = s >= thresholds[at]
    (tn, fp), (fn, tp) = confusion_matrix(y, called).tolist()
    wilson = [proportion_confint(k, n, method="wilson") for k, n in [(tp, tp + fn), (tn, tn + fp)]]
    return called, {"rule": rule, "tp": tp, "fn": fn, "tn": tn, "fp": fp, "wilson": np.array(wilson).tolist()}


def case(name, seed, n, clusters, digits):
    rng = np.random.default_rng(seed)
    g = np.unique(rng.integers(clusters, size=n), return_inverse=True)[1] if clusters else np.arange(n)
    y = (rng.random(n) < 0.35).astype(int)
    effect = rng.normal(size=g.max() + 1)[g] if clusters else 0
    s = expit(2 * y - 1 + rng.normal(size=n) + effect)
    if digits:
        s = s.round(digits)
    points = []
    for rule in RULES:
        called, point = chosen(y, s, rule)
        points.append({**point, "predictive": in_groups(y, called, g, 0.05)} if clusters else point)
    return {"name": name, "truth": y.tolist(), "group": g.tolist(), "score": s.tolist(), "points": points}


golden = {
    "cases": [case("alone", 1, 80, 0, 0), case("alone with ties", 2, 100, 0, 1), case("in groups", 3, 130, 40, 0)],
    "predictive": [
        alone(240, 178, 288, 87, 0.03),
        alone(45, 5, 80, 20, 0.006),
        alone(9, 3, 30, 1, 0.5),
    ],
}
with open("operating.json", "w") as out:
    json.dump(golden, out, separators=(",", ":"))
    out.write("\n")
