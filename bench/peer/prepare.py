"""The shipped bundle's steps in Python: grey, a square with black beside, three channels, ImageNet's scale."""

import numpy as np
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def prepare(path, side):
    image = Image.open(path).convert("L")
    scale = side / max(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)
    square = Image.new("L", (side, side))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    grey = np.asarray(square, np.float32)[..., None] / 255
    return ((grey - MEAN) / STD).transpose(2, 0, 1)
