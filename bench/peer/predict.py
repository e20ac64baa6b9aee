"""Predicts a folder of images one at a time, as a plain script does: Pillow and ONNX Runtime.

    predict.py MODEL.onnx FOLDER OUT.csv

The same steps as the bundle: grey, a square of the network's size with black beside, the mean of an image and its
mirror. What calibrates the bundle's answers is left out.
"""

import csv
import os
import sys

import numpy as np
import onnxruntime

from prepare import prepare


def main(model, folder, out):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    side = session.get_inputs()[0].shape[2]
    files = sorted(
        os.path.join(root, name) for root, _, names in os.walk(folder) for name in names
    )
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        for path in files:
            image = prepare(path, side)
            logits = session.run(["logits"], {"image": np.stack([image, image[:, :, ::-1]])})[0].mean(0)
            powers = np.exp(logits - logits.max())
            writer.writerow([path, *(powers / powers.sum())])


main(*sys.argv[1:])
