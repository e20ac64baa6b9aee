"""Training, end to end with decoding and augmentation: Senoscope beside PyTorch, in turns.

    bench/run training --data DATASET [--network resnet18|efficientnet-lite0|both] [--rounds 3] [--epochs 2] [--json]

DATASET is one that senoscope imported, with labels of pathology. Its training part under a hold-out of
85/15/0 is used by all. The first of Senoscope's epochs pays for decoding; Python decodes in every epoch.
The trial that chooses a precision (once a run, some 15 s), validation, checkpoints and the start of either
program are not in the rate.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from common import HERE, SENOSCOPE, progress, result, show

ALLOCATOR = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_TOP_PAD_": "134217728",
}

RECIPE = """
name: bench
task: pathology
preprocessing: [{{step: resize, height: 224, width: 224, fit: pad}}]
augmentation: {{flip: 0.5, rotation: 11, scale: [0.75, 1.1], shift: 0.12, brightness: 0.1, contrast: 0.1}}
network: {{family: {network}}}
training: {{epochs: {epochs}, batch: 32, optimizer: adamw, rate: 4e-4, weightDecay: 0.02, labelSmoothing: 0.05, precision: auto}}
"""


def ours(network, data, epochs):
    folder = tempfile.mkdtemp()
    try:
        recipe = os.path.join(folder, "recipe.yaml")
        with open(recipe, "w") as file:
            file.write(RECIPE.format(network=network, epochs=epochs))
        run = os.path.join(folder, "run")
        printed = subprocess.run(
            [SENOSCOPE, "train", recipe, "--data", data, "--out", run, "--json", "--quiet"],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
        report = json.loads(printed)
        seconds = report["preparingSeconds"]
        images = 0
        with open(os.path.join(run, "log.jsonl")) as file:
            for line in file:
                entry = json.loads(line)
                seconds += entry["seconds"]
                images += entry["seconds"] * entry["imagesPerSecond"]
        with open(os.path.join(run, "precision.json")) as file:
            precision = json.load(file)["precision"]
        return images / seconds, precision
    finally:
        shutil.rmtree(folder)


def peer(network, mode, data, epochs):
    environment = dict(os.environ)
    if mode != "plain":
        environment.update(ALLOCATOR)
    printed = subprocess.run(
        [sys.executable, os.path.join(HERE, "peer", "train.py"), network, mode, data, str(epochs)],
        check=True, stdout=subprocess.PIPE, text=True, env=environment,
    ).stdout  # fmt: skip
    answer = json.loads(printed)
    return answer["imagesPerSecond"], answer["torch"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--network", default="both")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    data = os.path.join(tempfile.mkdtemp(), "data")
    # A copy with a split of its own: the user's is left as it is.
    shutil.copytree(arguments.data, data, ignore=shutil.ignore_patterns("split.json"))
    subprocess.run(
        [SENOSCOPE, "split", data, "--holdout", "85/15/0", "--quiet"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    networks = (
        ["resnet18", "efficientnet-lite0"] if arguments.network == "both" else [arguments.network]
    )
    results = []
    for network in networks:
        rates = {"senoscope": [], "plain": [], "tuned-fp32": [], "tuned-bf16": []}
        for _ in range(arguments.rounds):
            for name in rates:
                if name == "senoscope":
                    rate, precision = ours(network, data, arguments.epochs)
                else:
                    rate, version = peer(network, name, data, arguments.epochs)
                rates[name].append(rate)
                progress(f"{network} {name}: {rate:.1f} images/s")
        # The tuned script is the better of its two kinds.
        tuned = max(("tuned-fp32", "tuned-bf16"), key=lambda name: sum(rates[name]))
        for name in ("plain", tuned):
            results.append(
                result(
                    f"train {network} 3×224², batch 32, {precision}, beside {name}", "images/s", rates["senoscope"],
                    {"name": "PyTorch", "version": version, "values": rates[name]},
                )
            )  # fmt: skip
    show(results, arguments.json, load)
    shutil.rmtree(os.path.dirname(data))


main()
