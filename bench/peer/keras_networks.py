"""The networks of three recipes in Keras 3, as its image tutorials write such networks."""

import keras
from keras import layers


def tumour_folders():
    """recipes/tumour-folders.yaml: 64×64 grey, three blocks of two convolutions, one sigmoid."""
    model = [keras.Input((64, 64, 1)), layers.Rescaling(1 / 255)]
    for channels in (32, 64, 128):
        for _ in range(2):
            model += [
                layers.Conv2D(channels, 3, padding="same", activation="relu"),
                layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
            ]
        model += [layers.MaxPooling2D(), layers.Dropout(0.25)]
    model += [
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1, activation="sigmoid"),
    ]
    return keras.Sequential(model)


def ultrasound(first, dropout):
    """Three blocks of one convolution at 180×180, three classes, after layers of augmentation."""
    model = [keras.Input((180, 180, 3)), *first, layers.Rescaling(1 / 255)]
    for channels in (16, 32, 64):
        model += [
            layers.Conv2D(channels, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
        ]
    model += [layers.Flatten(), layers.Dense(128, activation="relu")]
    model += [layers.Dropout(dropout)] if dropout else []
    return keras.Sequential([*model, layers.Dense(3)])


def ultrasound_plain():
    """recipes/ultrasound-plain.yaml."""
    return ultrasound([], 0)


def ultrasound_regularised():
    """recipes/ultrasound-regularised.yaml; rotation is a share of a full turn, either way."""
    changes = [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1, fill_mode="constant"),
        layers.RandomZoom(0.1, fill_mode="constant"),
    ]
    return ultrasound(changes, 0.2)


NETWORKS = {
    "tumour-folders": tumour_folders,
    "ultrasound-plain": ultrasound_plain,
    "ultrasound-regularised": ultrasound_regularised,
}
