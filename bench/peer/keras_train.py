"""Trains a recipe's network with Keras 3 as its tutorials do, and saves it; prints what it took.

    keras_train.py NETWORK FOLDER EPOCHS OUT.keras

FOLDER holds train/LABEL/… and validation/LABEL/…. `secondsInSteps` are those of the epochs without their
validation.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import tensorflow as tf

from keras_networks import NETWORKS

BATCH = 32


class Steps(keras.callbacks.Callback):
    """Seconds of the training steps alone."""

    def __init__(self):
        super().__init__()
        self.seconds = 0.0
        self.running = False

    def on_epoch_begin(self, epoch, logs=None):
        self.begun = time.perf_counter()
        self.running = True

    def stop(self):
        if self.running:
            self.seconds += time.perf_counter() - self.begun
            self.running = False

    def on_test_begin(self, logs=None):
        self.stop()

    def on_epoch_end(self, epoch, logs=None):
        self.stop()


def images(folder, model, binary, shuffled):
    height, width, channels = model.input_shape[1:]
    return keras.utils.image_dataset_from_directory(
        folder,
        label_mode="binary" if binary else "int",
        color_mode="grayscale" if channels == 1 else "rgb",
        image_size=(height, width),
        batch_size=BATCH,
        shuffle=shuffled,
        seed=1,
        verbose=False,
    )


def main(network, folder, epochs, out):
    keras.utils.set_random_seed(1)
    model = NETWORKS[network]()
    binary = model.output_shape[-1] == 1
    training = images(os.path.join(folder, "train"), model, binary, True)
    count = len(training.file_paths)
    validation = images(os.path.join(folder, "validation"), model, binary, False)
    training = training.cache().shuffle(1000).prefetch(buffer_size=tf.data.AUTOTUNE)
    validation = validation.cache().prefetch(buffer_size=tf.data.AUTOTUNE)
    loss = (
        keras.losses.BinaryCrossentropy()
        if binary
        else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, metrics=["accuracy"])
    steps = Steps()
    callbacks = [steps]
    if binary:
        # As the recipe: the rate falls on a plateau, the best weights come back.
        callbacks += [
            keras.callbacks.ReduceLROnPlateau(patience=4, factor=0.5),
            keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True),
        ]
    history = model.fit(
        training, validation_data=validation, epochs=epochs, callbacks=callbacks, verbose=0
    )
    model.save(out)
    done = len(history.history["loss"])
    print(
        json.dumps(
            {
                "secondsInSteps": steps.seconds,
                "images": count * done,
                "epochs": done,
                "parameters": model.count_params(),
                "trainingLoss": history.history["loss"],
                "validationAccuracy": history.history["val_accuracy"],
                "version": f"{keras.__version__} on TensorFlow {tf.__version__}",
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
