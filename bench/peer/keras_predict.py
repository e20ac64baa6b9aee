"""Predicts one image at a time with a saved Keras model, as often as standard input asks.

    keras_predict.py MODEL.keras FOLDER PNGS

First names up to 20 images of FOLDER for the other side; one that is no PNG is written as one into PNGS, in
its own size. Then, for each line with a number, that many predictions: a line of JSON with the seconds of each by `model.predict`
of an array that is ready in memory, and of each from the PNG file on.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import tensorflow as tf

MOST = 20


def decode(path, channels):
    return tf.io.decode_image(tf.io.read_file(path), channels=channels, expand_animations=False)


def main(model, folder, pngs):
    model = keras.models.load_model(model, compile=False)
    height, width, channels = model.input_shape[1:]
    found = sorted(os.path.join(root, name) for root, _, names in os.walk(folder) for name in names)
    files = []
    for i, path in enumerate(found[:: max(1, len(found) // MOST)][:MOST]):
        if path.endswith(".png"):
            files.append(path)
        else:
            files.append(os.path.join(pngs, f"{i:02d}.png"))
            tf.io.write_file(files[-1], tf.io.encode_png(decode(path, 0)))

    def prepare(path):
        return tf.image.resize(decode(path, channels), (height, width))[tf.newaxis]

    ready = [prepare(path).numpy() for path in files]
    for _ in range(10):
        model.predict(ready[0], verbose=0)
    print(json.dumps({"files": files, "version": f"{keras.__version__} on TensorFlow {tf.__version__}"}), flush=True)
    for line in sys.stdin:
        predict, whole = [], []
        for i in range(int(line)):
            begun = time.perf_counter()
            model.predict(ready[i % len(ready)], verbose=0)
            predict.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            model.predict(prepare(files[i % len(files)]), verbose=0)
            whole.append(time.perf_counter() - begun)
        print(json.dumps({"predict": predict, "whole": whole}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
