"""Predicting a folder, cold start included: senoscope predict beside a plain Python script, in turns.

    bench/run predict --data DATASET [--images 600] [--rounds 5] [--model models/ultrasound]

Both run the same ONNX file on the same images and average each with its mirror; their answers are compared.
"""

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SENOSCOPE = os.path.join(HERE, "..", "senoscope")


def timed(command, **more):
    begun = time.perf_counter()
    subprocess.run(command, check=True, **more)
    return time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", default=os.path.join(HERE, "..", "models", "ultrasound"))
    parser.add_argument("--images", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    work = tempfile.mkdtemp()
    folder = os.path.join(work, "images")
    os.mkdir(folder)
    with open(os.path.join(arguments.data, "manifest.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[: arguments.images]
    for i, row in enumerate(rows):
        extension = os.path.splitext(row["image"])[1]
        shutil.copy(os.path.join(arguments.data, row["image"]), os.path.join(folder, f"{i:05d}{extension}"))
    ours, theirs = os.path.join(work, "ours.csv"), os.path.join(work, "theirs.csv")
    times = {"senoscope": [], "python": []}
    for _ in range(arguments.rounds):
        with open(ours, "w") as out:
            times["senoscope"].append(
                timed([SENOSCOPE, "predict", arguments.model, folder, "--format", "csv", "--quiet"], stdout=out)
            )
        script = os.path.join(HERE, "peer", "predict.py")
        model = os.path.join(arguments.model, "model.onnx")
        times["python"].append(timed([sys.executable, script, model, folder, theirs]))
    with open(ours, newline="") as a, open(theirs, newline="") as b:
        own = [[float(x) for key, x in row.items() if key.startswith("score_")] for row in csv.DictReader(a)]
        peer = [[float(x) for x in row[1:]] for row in csv.reader(b)]
    assert len(own) == len(peer) == len(rows), (len(own), len(peer), len(rows))
    apart = max(abs(x - y) for p, q in zip(own, peer) for x, y in zip(p, q))
    for name, values in times.items():
        print(f"{name:10s} {statistics.median(values):.2f} s ({min(values):.2f} to {max(values):.2f}) for {len(rows)} images")
    ratios = [q / p for p, q in zip(times["senoscope"], times["python"])]
    print(f"senoscope is {statistics.median(ratios):.2f}× as fast ({min(ratios):.2f} to {max(ratios):.2f}), pair by pair")
    print(f"largest difference of a probability: {apart:.4f}")
    shutil.rmtree(work)


main()
