"""Networks in 8 bits: senoscope export beside ONNX Runtime's own quantiser in Python, in turns.

    bench/run int8 --data DATASET [--models BUNDLE|RUN ...] [--rounds 7] [--json]

Without --models: the shipped EfficientNet-Lite0, and a ResNet-18 that is trained for four epochs from nothing on
a hold-out of 70/15/15 (its speed is that of any ResNet-18, its AUC a beginner's). The peer is quant_pre_process
and quantize_static: QDQ, uint8 activations, int8 weights by channel, minimum and maximum, calibrated on the same
images. All three files of a network (float, ours, theirs) run in one process on the same ONNX Runtime, in turns.
AUC and the change of probabilities are of images that the network was not trained on and that are in no part
"test"; where it has seen all, only what the two do to its probabilities is said. A run with folds is measured
out of fold, each fold's network quantised by its own training images.
"""

import argparse
import csv
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from common import HERE, HOME, SENOSCOPE, progress, result, show

sys.path.insert(0, os.path.join(HERE, "peer"))
from prepare import prepare

RECIPE = """
name: bench-resnet18
task: pathology
preprocessing: [{step: resize, height: 224, width: 224, fit: pad}]
input: {channels: 3, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}
augmentation: {flip: 0.5, rotation: 11, scale: [0.75, 1.1], shift: 0.12, brightness: 0.1, contrast: 0.1}
network: {family: resnet18}
training: {epochs: 4, batch: 32, optimizer: adamw, rate: 4e-4, weightDecay: 0.02, precision: auto}
"""


class Images(CalibrationDataReader):
    def __init__(self, paths, side):
        self.paths = iter(paths)
        self.side = side

    def get_next(self):
        path = next(self.paths, None)
        return None if path is None else {"image": prepare(path, self.side)[None]}


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    options.inter_op_num_threads = 1
    # As Senoscope sets them: waiting threads sleep.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def side(path):
    """Of a network's square input, in pixels."""
    return session(path).get_inputs()[0].shape[2]


def bundle_of(named):
    inner = os.path.join(named, "bundle")
    return inner if not os.path.exists(os.path.join(named, "model.json")) and os.path.isdir(inner) else named


def trained_resnet(data, work):
    recipe = os.path.join(work, "resnet18.yaml")
    with open(recipe, "w") as file:
        file.write(RECIPE)
    run = os.path.join(work, "resnet18")
    progress("training a ResNet-18 for four epochs")
    subprocess.run([SENOSCOPE, "train", recipe, "--data", data, "--out", run, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return run


def quantised(named, data, rows, work):
    """The float file, ours and theirs, of one bundle; and what ours was counted on."""
    os.makedirs(work)
    named = bundle_of(named)  # of a run with folds the export would measure all folds, as is done here
    floats, ours, theirs = (os.path.join(work, name) for name in ("float.onnx", "ours.onnx", "theirs.onnx"))
    subprocess.run([SENOSCOPE, "export", named, "--format", "onnx", "--out", floats, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    printed = subprocess.run(
        [SENOSCOPE, "export", named, "--format", "onnx-int8", "--data", data, "--out", ours, "--json", "--quiet"],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    export = json.loads(printed)
    counted = [os.path.join(data, rows[sha]["image"]) for sha in export["int8"]["countedOn"]]
    prepared = os.path.join(work, "prepared.onnx")
    try:
        quant_pre_process(floats, prepared)
    except AssertionError:  # its symbolic shapes do not know every operator of a mask's decoder
        quant_pre_process(floats, prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared, theirs, Images(counted, side(floats)), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
    )  # fmt: skip
    return floats, ours, theirs, export


def probabilities(path, images):
    network = session(path)
    output = next(o.name for o in network.get_outputs() if o.name == "logits" or o.name.startswith("logits."))
    logits = np.stack([network.run([output], {"image": np.stack([i, i[:, :, ::-1]])})[0].mean(0) for i in images])
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def auc(scores, positive):
    """By ranks, ties counted half."""
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n = positive.sum()
    return (ranks[positive].sum() - n * (n + 1) / 2) / (n * (~positive).sum())


def macro(scores, truth):
    return float(np.mean([auc(scores[:, k], truth == k) for k in range(scores.shape[1]) if 0 < (truth == k).sum() < len(truth)]))


def speeds(name, files, rounds):
    results = []
    networks = [session(file) for file in files]
    shape = networks[0].get_inputs()[0].shape[1:]
    peer = f"ONNX Runtime's quantiser, onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}"
    for images, repeats in ((1, 20), (32, 1)):
        batch = np.random.default_rng(0).standard_normal((images, *shape)).astype(np.float32)
        times = [[], [], []]
        for turn in range(-1, rounds):
            for kept, network in zip(times, networks):
                taken = []
                for _ in range(repeats):
                    begun = time.perf_counter()
                    network.run(None, {"image": batch})
                    taken.append(time.perf_counter() - begun)
                if turn >= 0:
                    kept.append(1000 * float(np.median(taken)))
        floats, ours, theirs = times
        text = "one image" if images == 1 else f"{images} images"
        results.append(result(f"{name}, {text}, int8", "ms", ours, {"name": peer, "version": "", "values": theirs}))
        results.append(result(f"{name}, {text}, int8 beside float", "ms", ours, {"name": "the float network", "version": "", "values": floats}))
    return results


def measured(named, data, rows, split, rounds, work):
    name = os.path.basename(os.path.normpath(named))
    floats, ours, theirs, export = quantised(named, data, rows, os.path.join(work, name))
    results = speeds(name, (floats, ours, theirs), rounds)
    sizes = [os.path.getsize(file) / 1e6 for file in (floats, ours, theirs)]
    progress(f"{name}: float {sizes[0]:.2f} MB, ours {sizes[1]:.2f} MB, theirs {sizes[2]:.2f} MB")
    with open(os.path.join(bundle_of(named), "model.json")) as file:
        task = json.load(file)["tasks"][0]
    folds = sorted(f for f in os.listdir(named) if f.startswith("fold") and os.path.isdir(os.path.join(named, f, "bundle")))
    honest = bool(folds) or (export["change"] is not None and "validation" in split.values())
    answers, truth = [[], [], []], []
    for fold in folds or [None]:
        files = quantised(os.path.join(named, fold), data, rows, os.path.join(work, name + fold))[:3] if fold else (floats, ours, theirs)
        part = fold or ("validation" if honest else None)
        chosen = [
            row for row in rows.values()
            if row[f"label.{task['name']}"] in task["labels"]
            and (split.get(row["image"]) == part if part else split.get(row["image"], "test") != "test")
        ]  # fmt: skip
        if not part:
            chosen = chosen[:100]
        images = [prepare(os.path.join(data, row["image"]), side(files[0])) for row in chosen]
        truth += [task["labels"].index(row[f"label.{task['name']}"]) for row in chosen]
        for kept, file in zip(answers, files):
            kept.append(probabilities(file, images))
    a, b, c = (np.concatenate(each) for each in answers)
    truth = np.array(truth)
    where = "out of fold" if folds else "the validation part" if honest else "images that the network was trained on: no AUC"
    text = f"{name}, {len(truth)} images, {where}: largest change of a probability, ours {abs(b - a).max():.3f}, theirs {abs(c - a).max():.3f}; mean {abs(b - a).mean():.4f} and {abs(c - a).mean():.4f}"
    if honest:
        text += f"; macro AUC {macro(a, truth):.4f}, ours {macro(b, truth) - macro(a, truth):+.4f}, theirs {macro(c, truth) - macro(a, truth):+.4f}"
    progress(text)
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--models", nargs="+")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    version = importlib.metadata.version
    progress(f"Python: onnxruntime {version('onnxruntime')}, onnx {version('onnx')}, numpy {version('numpy')}, pillow {version('pillow')}")
    subprocess.run([SENOSCOPE, "--version"], check=True, stdout=sys.stderr)
    work = tempfile.mkdtemp()
    try:
        data, models = arguments.data, arguments.models
        if not models:
            # A copy with a split of its own: the user's is left as it is.
            data = os.path.join(work, "data")
            shutil.copytree(arguments.data, data, ignore=shutil.ignore_patterns("split.json"))
            subprocess.run([SENOSCOPE, "split", data, "--holdout", "70/15/15", "--quiet"], check=True, stdout=subprocess.DEVNULL)
            models = [os.path.join(HOME, "models", "ultrasound"), trained_resnet(data, work)]
        with open(os.path.join(data, "manifest.csv"), newline="", encoding="utf-8") as file:
            rows = {row["sha256"]: row for row in csv.DictReader(file) if not row["excluded"]}
        with open(os.path.join(data, "split.json")) as file:
            split = json.load(file)["assignments"]
        results = [line for named in models for line in measured(named, data, rows, split, arguments.rounds, os.path.join(work, "files"))]
    finally:
        shutil.rmtree(work)
    show(results, arguments.json, load)


main()
