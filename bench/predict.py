"""Predicting a folder, cold start included: senoscope predict beside a plain Python script, in turns.

    bench/run predict --data DATASET [--images 600] [--rounds 5] [--model models/ultrasound] [--json]

Both run the same ONNX file on the same images and average each with its mirror; their answers are compared.
"""

import argparse
import csv
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile

from common import HERE, HOME, SENOSCOPE, Measured, progress, result, show


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", default=os.path.join(HOME, "models", "ultrasound"))
    parser.add_argument("--images", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    work = tempfile.mkdtemp()
    folder = os.path.join(work, "images")
    os.mkdir(folder)
    with open(os.path.join(arguments.data, "manifest.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[: arguments.images]
    for i, row in enumerate(rows):
        extension = os.path.splitext(row["image"])[1]
        shutil.copy(os.path.join(arguments.data, row["image"]), os.path.join(folder, f"{i:05d}{extension}"))
    ours, theirs = os.path.join(work, "ours.csv"), os.path.join(work, "theirs.csv")
    script = os.path.join(HERE, "peer", "predict.py")
    model = os.path.join(arguments.model, "model.onnx")
    runs = {"senoscope": [], "python": []}
    for i in range(arguments.rounds):
        with open(ours, "w") as out:
            runs["senoscope"].append(
                Measured(
                    [SENOSCOPE, "predict", arguments.model, folder, "--format", "csv", "--quiet"], stdout=out
                )
            )
        runs["python"].append(Measured([sys.executable, script, model, folder, theirs]))
        progress(f"round {i + 1} of {arguments.rounds}: " + ", ".join(f"{k} {v[-1].seconds:.2f} s" for k, v in runs.items()))
    with open(ours, newline="") as a, open(theirs, newline="") as b:
        own = [[float(x) for key, x in row.items() if key.startswith("score_")] for row in csv.DictReader(a)]
        peer = [[float(x) for x in row[1:]] for row in csv.reader(b)]
    assert len(own) == len(peer) == len(rows), (len(own), len(peer), len(rows))
    apart = max(abs(x - y) for p, q in zip(own, peer) for x, y in zip(p, q))
    progress(f"largest difference of a probability: {apart:.4f}")
    version = importlib.metadata.version
    peer = {"name": "ONNX Runtime and Pillow in Python", "version": f"{version('onnxruntime')}, {version('pillow')}"}
    results = [
        result(
            f"predict {len(rows)} images, cold start included", "s", [r.seconds for r in runs["senoscope"]],
            {**peer, "values": [r.seconds for r in runs["python"]]},
        ),
        result(
            "memory at its highest", "MB", [r.peak for r in runs["senoscope"]],
            {**peer, "values": [r.peak for r in runs["python"]]},
        ),
    ]  # fmt: skip
    show(results, arguments.json, load)
    shutil.rmtree(work)


main()
