"""Predicting a folder, cold start included: senoscope predict beside a plain Python script, in turns.

    bench/run predict --data DATASET [--images 2000] [--rounds 5] [--model models/ultrasound] [--int8] [--json]

Both answer the same folder of PNG files, the data set's own in turn until there are enough, and average each image with
its mirror. Python runs the float network, and Senoscope too unless --int8 asks for the one in 8 bits. Labels are
compared; probabilities too where the bundle is not calibrated.
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
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--int8", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    work = tempfile.mkdtemp()
    folder = os.path.join(work, "images")
    os.mkdir(folder)
    with open(os.path.join(arguments.data, "manifest.csv"), newline="", encoding="utf-8") as file:
        own = [row["image"] for row in csv.DictReader(file) if row["image"].endswith(".png")]
    if not own:
        sys.exit(f"bench: {arguments.data} holds no PNG files; name one that does, such as BUSI's")
    rows = [own[i % len(own)] for i in range(arguments.images)]
    for i, image in enumerate(rows):
        shutil.copy(os.path.join(arguments.data, image), os.path.join(folder, f"{i:05d}.png"))
    ours, theirs = os.path.join(work, "ours.csv"), os.path.join(work, "theirs.csv")
    script = os.path.join(HERE, "peer", "predict.py")
    model = os.path.join(arguments.model, "model.onnx")
    runs = {"senoscope": [], "python": []}
    for i in range(arguments.rounds):
        with open(ours, "w") as out:
            runs["senoscope"].append(
                Measured(
                    [SENOSCOPE, "predict", arguments.model, folder, "--format", "csv", "--quiet"]
                    + (["--int8"] if arguments.int8 else []),
                    stdout=out,
                )
            )
        runs["python"].append(Measured([sys.executable, script, model, folder, theirs]))
        progress(f"round {i + 1} of {arguments.rounds}: " + ", ".join(f"{k} {v[-1].seconds:.2f} s" for k, v in runs.items()))
    with open(ours, newline="") as a, open(theirs, newline="") as b:
        own = [[float(x) for key, x in row.items() if key.startswith("score_")] for row in csv.DictReader(a)]
        peer = [[float(x) for x in row[1:]] for row in csv.reader(b)]
    assert len(own) == len(peer) == len(rows), (len(own), len(peer), len(rows))
    apart = max(abs(x - y) for p, q in zip(own, peer) for x, y in zip(p, q))
    labels = sum(p.index(max(p)) != q.index(max(q)) for p, q in zip(own, peer))
    progress(f"largest difference of a probability: {apart:.4f} (with our calibration, where there is one); other labels: {labels}")
    version = importlib.metadata.version
    peer = {"name": "ONNX Runtime and Pillow in Python", "version": f"{version('onnxruntime')}, {version('pillow')}"}
    results = [
        result(
            f"predict {len(rows)} PNG files{', int8' if arguments.int8 else ''}, cold start included", "s", [r.seconds for r in runs["senoscope"]],
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
