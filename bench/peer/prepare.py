"""The shipped bundle's steps in Python: grey, 224 × 224 with black beside, three channels, ImageNet's scale."""

import numpy as np
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
