"""Trains one network on a data set's training part, as a Python script would; prints images per second.

    train.py NETWORK plain|tuned-fp32|tuned-bf16 DATASET EPOCHS

plain: float32, PyTorch's defaults. tuned: channels-last, two loader workers, and (set by the caller) the
allocator's settings. Decoding and augmentation are part of the time; starting Python is not.
"""

import csv
import json
import math
import os
import random
import sys
import time

import numpy as np
import torch
from PIL import Image, ImageEnhance
from torch.utils.data import DataLoader, Dataset

from networks import NETWORKS

SIDE = 224
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


class Images(Dataset):
    def __init__(self, folder):
        parts = json.load(open(os.path.join(folder, "split.json")))["assignments"]
        self.items = []
        with open(os.path.join(folder, "manifest.csv"), newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if parts.get(row["image"]) == "train":
                    self.items.append((os.path.join(folder, row["image"]), row["label.pathology"]))
        self.labels = sorted({label for _, label in self.items})

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        path, label = self.items[index]
        image = Image.open(path).convert("L")
        scale = SIDE / max(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)
        square = Image.new("L", (SIDE, SIDE))
        square.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
        if random.random() < 0.5:
            square = square.transpose(Image.FLIP_LEFT_RIGHT)
        angle = math.radians(random.uniform(-11, 11))
        zoom = math.exp(random.uniform(math.log(0.75), math.log(1.1)))
        cos, sin = math.cos(angle) / zoom, math.sin(angle) / zoom
        dx, dy = (random.uniform(-0.12, 0.12) * SIDE for _ in range(2))
        middle = (SIDE - 1) / 2
        square = square.transform(
            (SIDE, SIDE),
            Image.AFFINE,
            (cos, -sin, middle - cos * middle + sin * middle + dx,
             sin, cos, middle - sin * middle - cos * middle + dy),
            Image.BILINEAR,
        )  # fmt: skip
        square = ImageEnhance.Brightness(square).enhance(random.uniform(0.9, 1.1))
        square = ImageEnhance.Contrast(square).enhance(random.uniform(0.9, 1.1))
        grey = np.asarray(square, np.float32)[..., None] / 255
        image = torch.from_numpy(((grey - MEAN) / STD).transpose(2, 0, 1).copy())
        return image, self.labels.index(label)


def main(network, mode, folder, epochs):
    tuned = mode != "plain"
    random.seed(1)
    torch.manual_seed(1)
    images = Images(folder)
    loader = DataLoader(
        images, batch_size=32, shuffle=True, num_workers=2 if tuned else 0, persistent_workers=tuned
    )
    net = NETWORKS[network](len(images.labels)).train()
    if tuned:
        net = net.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), lr=4e-4, weight_decay=0.02)
    begun = time.perf_counter()
    done = 0
    for _ in range(epochs):
        for x, y in loader:
            if tuned:
                x = x.to(memory_format=torch.channels_last)
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=mode == "tuned-bf16"):
                logits = net(x)
            loss = torch.nn.functional.cross_entropy(logits.float(), y, label_smoothing=0.05)
            loss.backward()
            optimizer.step()
            float(loss)
            done += len(y)
    rate = done / (time.perf_counter() - begun)
    print(json.dumps({"imagesPerSecond": rate, "images": done, "torch": torch.__version__}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
