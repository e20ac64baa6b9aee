"""The bootstrap interval of an AUC, warm: Senoscope beside a Python loop over scikit-learn's roc_auc_score.

    bench/run bootstrap [--cases 10000] [--draws 2000] [--rounds 3] [--json]

Made predictions of independent cases, 40% positive, true AUC .80. Each round times either side once, in turns;
Senoscope's figure is the median of nine runs after thirty (and three seconds) of warming up. "all metrics" is what `evaluate`
does with the same draws: AUC of both labels, accuracy, F1, Brier, calibration error and the rest, DeLong, and the
noise floor. The two intervals must agree within what 2,000 draws leave open (a quarter of a standard error of
the AUC at either end), or the command fails.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import sklearn
from sklearn.metrics import roc_auc_score

from common import HERE, HOME, progress, result, show


def ours(cases, draws):
    launcher = os.path.join(HOME, "app", "target", "launcher")
    with open(os.path.join(launcher, "current")) as file:
        jars = os.path.join(launcher, file.read().strip())
    printed = subprocess.run(
        [
            os.path.join(os.environ["JDK"], "bin", "java"),
            "--class-path", os.path.join(jars, "senoscope.jar"),
            os.path.join(HERE, "Bootstrap.java"), cases, str(draws),
        ],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    lines = [line.split() for line in printed.splitlines()]
    return {name: [float(x) for x in rest] for name, *rest in lines}


def theirs(truth, score, draws, seed):
    """As people write it: seconds, area, and the 2.5% and 97.5% percentiles."""
    random = np.random.default_rng(seed)
    n = len(truth)
    begun = time.perf_counter()
    value = roc_auc_score(truth, score)
    areas = []
    for _ in range(draws):
        drawn = random.integers(n, size=n)
        areas.append(roc_auc_score(truth[drawn], score[drawn]))
    low, high = np.percentile(areas, [2.5, 97.5])
    return time.perf_counter() - begun, value, low, high, np.std(areas)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    random = np.random.default_rng(1)
    truth = (random.random(arguments.cases) < 0.4).astype(int)
    score = 1 / (1 + np.exp(-random.normal(size=arguments.cases) - 1.19 * truth))
    mine, whole, loop = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        cases = os.path.join(folder, "cases.csv")
        np.savetxt(cases, np.column_stack([truth, score]), fmt=["%d", "%.17g"], delimiter=",")
        for i in range(arguments.rounds):
            progress(f"round {i + 1} of {arguments.rounds}")
            found = ours(cases, arguments.draws)
            seconds, *peer, error = theirs(truth, score, arguments.draws, i)
            mine.append(found["auc"][0])
            whole += [found["all"][0]] if "all" in found else []
            loop.append(seconds)
            progress("AUC (95%): {:.5f} ({:.5f} to {:.5f}); ".format(*found["auc"][1:])
                     + "scikit-learn: {:.5f} ({:.5f} to {:.5f})".format(*peer))
            if abs(found["auc"][1] - peer[0]) > 1e-12 or any(
                abs(a - b) > 0.25 * error for a, b in zip(found["auc"][2:], peer[1:])
            ):
                sys.exit("bench: the intervals differ by more than the draws leave open")
    what = f"{arguments.draws} draws of {arguments.cases} cases"
    peer = {"name": "scikit-learn", "version": sklearn.__version__, "values": loop}
    results = [result(f"AUC with its bootstrap interval, {what}", "s", mine, peer)]
    if whole:
        results.append(result(f"all metrics with their intervals, {what}", "s", whole, peer))
    show(results, arguments.json, load)


main()
