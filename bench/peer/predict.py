"""Predicts a folder of images one at a time, as a plain script does: Pillow and ONNX Runtime.

    predict.py MODEL.onnx FOLDER OUT.csv

The same steps as the bundle: grey, 224 × 224 with black beside, the mean of an image and its mirror.
"""

import csv
import os
import sys

import numpy as np
import onnxruntime
from PIL import Image

SIDE = 224
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def prepare(path):
    image = Image.open(path).convert("L")
    scale = SIDE / max(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)
    square = Image.new("L", (SIDE, SIDE))
    square.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    grey = np.asarray(square, np.float32)[..., None] / 255
    return ((grey - MEAN) / STD).transpose(2, 0, 1)


def main(model, folder, out):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    files = sorted(
        os.path.join(root, name) for root, _, names in os.walk(folder) for name in names
    )
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        for path in files:
            image = prepare(path)
            logits = session.run(["logits"], {"image": np.stack([image, image[:, :, ::-1]])})[0].mean(0)
            powers = np.exp(logits - logits.max())
            writer.writerow([path, *(powers / powers.sum())])


main(*sys.argv[1:])
