"""Training and predicting beside Keras 3 on TensorFlow, in turns: the networks of three recipes.

    bench/run keras --data BUSI --folders FOLDERS [--recipe NAME …] [--rounds 3] [--epochs N] [--images N] [--json]

BUSI and FOLDERS are data sets that senoscope imported and audited: of ultrasound with labels of pathology,
and of mammogram folders with labels of cancer. Both sides get the same image files, in the same parts of a
hold-out of 80/20/0, and the same network (its count of parameters is compared), augmentation, optimiser,
batch (32) and epochs (--epochs; 10 without it). Keras as its tutorials do it: image_dataset_from_directory,
cache, prefetch, model.fit.

Training is timed from the start of the command until the file with the trained weights lies on disk: reading,
training and validation on both sides; on Senoscope's also the choice of precision and a checkpoint after each
epoch. The seconds of the whole command are there too (Senoscope goes on to score the validation images with
the bundle, with intervals, for its card), and the rate of the training steps alone, to explain the others.

Then both predict with what they trained: `senoscope serve` from a PNG in an HTTP request to the JSON of its
answer (a connection for each), and `model.predict` of one image that is ready in memory, and from the PNG on.
"""

import argparse
import collections
import csv
import http.client
import json
import os
import re
import resource
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

from common import HERE, HOME, SENOSCOPE, progress, result, show

RECIPES = {
    "tumour-folders": "folders",
    "ultrasound-plain": "data",
    "ultrasound-regularised": "data",
}
PREDICTIONS = 40
WARM_UP = 400


def with_hold_out(source, target, images):
    """A copy of a data set with a split of its own, of every so-manieth image if fewer are wanted."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("split.json", "masks"))
    manifest = os.path.join(target, "manifest.csv")
    with open(manifest, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    if images and images < len(rows):
        rows = rows[:: len(rows) // images]
        if os.path.exists(os.path.join(target, "groups.csv")):
            os.remove(os.path.join(target, "groups.csv"))
        with open(manifest, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
    subprocess.run(
        [SENOSCOPE, "split", target, "--holdout", "80/20/0", "--quiet"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def as_folders(data, task, target):
    """The same image files as train/LABEL/… and validation/LABEL/…; returns how many in each part."""
    with open(os.path.join(data, "split.json")) as file:
        parts = json.load(file)["assignments"]
    counts = collections.Counter()
    with open(os.path.join(data, "manifest.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            part, label = parts.get(row["image"]), row[f"label.{task}"]
            if part and label and not row["excluded"]:
                folder = os.path.join(target, part, label)
                os.makedirs(folder, exist_ok=True)
                extension = os.path.splitext(row["image"])[1]
                os.link(
                    os.path.join(data, row["image"]),
                    os.path.join(folder, f"{counts.total():05d}{extension}"),
                )
                counts[part] += 1
    return counts


def recipe_text(name, epochs):
    """The recipe as it is under recipes/, but for epochs and split."""
    with open(os.path.join(HOME, "recipes", name + ".yaml"), encoding="utf-8") as file:
        text = file.read()
    text, one = re.subn(r"(?m)^  epochs: .*$", f"  epochs: {epochs}", text)
    text, other = re.subn(r"(?m)^split:\n(  .*\n)+", "split: {holdout: [80, 20, 0]}\n", text)
    assert one == other == 1, f"{name}.yaml is not laid out as this script knows it"
    return text


def parameters(bundle):
    """How many numbers a bundle's network holds, batch norm's statistics among them."""
    with open(os.path.join(bundle, "weights.safetensors"), "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    total = 0
    for name, tensor in header.items():
        size = 1
        for side in tensor.get("shape", []) if name != "__metadata__" else [0]:
            size *= side
        total += size
    return total


def timed(command):
    """What a command prints as JSON, its seconds, and its seconds of processor time."""
    begun, used = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, now = time.time() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(printed), {
        "begun": begun,
        "whole": seconds,
        "processor": now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime,
    }


def ours(recipe, data, out):
    report, times = timed([SENOSCOPE, "train", recipe, "--data", data, "--out", out, "--json", "--quiet"])
    with open(os.path.join(out, "log.jsonl")) as file:
        epochs = [json.loads(line) for line in file]
    with open(os.path.join(out, "precision.json")) as file:
        precision = json.load(file)["precision"]
    weights = os.path.join(out, "bundle", "weights.safetensors")
    return {
        **times,
        "seconds": os.path.getmtime(weights) - times["begun"],
        "secondsInSteps": sum(epoch["seconds"] for epoch in epochs),
        "images": round(sum(epoch["seconds"] * epoch["imagesPerSecond"] for epoch in epochs)),
        "epochs": report["epochs"],
        "parameters": parameters(os.path.join(out, "bundle")),
        "trainingLoss": [epoch["trainingLoss"] for epoch in epochs],
        "precision": precision,
    }


def theirs(network, folder, epochs, out):
    script = os.path.join(HERE, "peer", "keras_train.py")
    report, times = timed([sys.executable, script, network, folder, str(epochs), out])
    return {**report, **times, "seconds": os.path.getmtime(out) - times["begun"]}


def train(name, data, task, rounds, epochs, work):
    """The lines of training; the last round's bundle and model stay in the work folder."""
    folder = os.path.join(work, name + "-folders")
    counts = as_folders(data, task, folder)
    recipe = os.path.join(work, name + ".yaml")
    with open(recipe, "w", encoding="utf-8") as file:
        file.write(recipe_text(name, epochs))
    run, model = os.path.join(work, name), os.path.join(work, name + ".keras")
    mine, peer = [], []
    for i in range(rounds):
        shutil.rmtree(run, ignore_errors=True)
        mine.append(ours(recipe, data, run))
        peer.append(theirs(name, folder, epochs, model))
        a, b = mine[-1], peer[-1]
        assert a["parameters"] == b["parameters"], (a["parameters"], b["parameters"])
        assert a["images"] == b["images"] == counts["train"] * epochs, (a["images"], b["images"], counts)
        for side, r in (("Senoscope, " + a["precision"], a), ("Keras", b)):
            progress(
                f"{name}, round {i + 1} of {rounds}: {side}: {r['seconds']:.1f} s to the weights"
                f" ({r['secondsInSteps']:.1f} s in steps), {r['whole']:.1f} s in all ({r['processor']:.1f} s of processor time),"
                f" last training loss {r['trainingLoss'][-1]:.3f}"
            )
    progress(
        f"{name}: {mine[0]['parameters']} parameters in Senoscope, {peer[0]['parameters']} in Keras;"
        f" {counts['train']} images to learn from, {counts['validation']} to validate, {epochs} epochs"
    )
    about = {"name": "Keras", "version": peer[0]["version"]}

    def line(what, unit, value):
        return result(
            f"train {name}, {epochs} epochs of {counts['train']}: {what}", unit,
            [value(r) for r in mine], {**about, "values": [value(r) for r in peer]},
        )  # fmt: skip

    return [
        line("image files to trained weights", "s", lambda r: r["seconds"]),
        line("whole command", "s", lambda r: r["whole"]),
        line("the steps alone", "images/s", lambda r: r["images"] / r["secondsInSteps"]),
    ]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(port, model, image):
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", f"/api/v1/predictions?model={model}", image, {"Content-Type": "image/png"})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    seconds = time.perf_counter() - begun
    connection.close()
    assert answer.status == 200, body
    return seconds


def predict(name, rounds, work):
    """The lines of prediction, from what train left."""
    models, pngs = os.path.join(work, name + "-models"), os.path.join(work, name + "-pngs")
    os.mkdir(models)
    os.mkdir(pngs)
    shutil.copytree(os.path.join(work, name, "bundle"), os.path.join(models, name))
    port = free_port()
    server = subprocess.Popen(
        [SENOSCOPE, "serve", "--models", models, "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    keras = subprocess.Popen(
        [
            sys.executable, os.path.join(HERE, "peer", "keras_predict.py"), os.path.join(work, name + ".keras"),
            os.path.join(work, name + "-folders", "validation"), pngs,
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    served, ready, whole = [], [], []
    try:
        hello = json.loads(keras.stdout.readline())
        images = []
        for path in hello["files"]:
            with open(path, "rb") as file:
                images.append(file.read())
        deadline = time.perf_counter() + 60
        while True:
            try:
                ask(port, name, images[0])
                break
            except (ConnectionError, AssertionError):
                if server.poll() is not None or time.perf_counter() > deadline:
                    raise
                time.sleep(0.05)
        # Both have answered some before anything counts; a JVM compiles what it has run a few hundred times.
        for i in range(WARM_UP):
            ask(port, name, images[i % len(images)])
        for i in range(rounds):
            served.append(statistics.median(ask(port, name, images[k % len(images)]) for k in range(PREDICTIONS)))
            keras.stdin.write(f"{PREDICTIONS}\n")
            keras.stdin.flush()
            answer = json.loads(keras.stdout.readline())
            ready.append(statistics.median(answer["predict"]))
            whole.append(statistics.median(answer["whole"]))
            progress(
                f"{name}, one image, round {i + 1} of {rounds}: served {served[-1] * 1e3:.2f} ms; model.predict"
                f" {ready[-1] * 1e3:.1f} ms, from the PNG on {whole[-1] * 1e3:.1f} ms"
            )
    finally:
        server.terminate()
        keras.stdin.close()
        server.wait()
        keras.wait()
    size = sum(map(len, images)) / len(images) / 1000

    def line(what, values):
        return result(
            f"predict {name}, PNG of {size:.0f} KB over HTTP, beside {what}", "ms", [s * 1e3 for s in served],
            {"name": "Keras", "version": hello["version"], "values": [s * 1e3 for s in values]},
        )  # fmt: skip

    return [line("model.predict of an array", ready), line("reading the PNG and model.predict", whole)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", help="ultrasound images, imported and audited")
    parser.add_argument("--folders", help="mammogram folders, imported and audited")
    parser.add_argument("--recipe", nargs="+", choices=RECIPES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--images", type=int, help="about so many of each set, for a quick try")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    names = arguments.recipe or [name for name, of in RECIPES.items() if vars(arguments)[of]]
    if not names or any(not vars(arguments)[RECIPES[name]] for name in names):
        parser.error("say where the images lie: --data BUSI for ultrasound-*, --folders FOLDERS for tumour-folders")
    load = os.getloadavg()[0]
    work = tempfile.mkdtemp()
    try:
        results = []
        for name in names:
            of = RECIPES[name]
            data = os.path.join(work, of)
            if not os.path.exists(data):
                with_hold_out(vars(arguments)[of], data, arguments.images)
            task = "cancer" if of == "folders" else "pathology"
            results += train(name, data, task, arguments.rounds, arguments.epochs, work)
            results += predict(name, arguments.rounds, work)
        show(results, arguments.json, load)
    finally:
        shutil.rmtree(work)


main()
