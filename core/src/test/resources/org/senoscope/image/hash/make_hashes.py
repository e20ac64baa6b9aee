"""Makes hashes.csv, the expected 64-bit DCT hashes of PerceptualHashTest.

Needs numpy, scipy and Pillow:  python make_hashes.py > hashes.csv
"""

import numpy as np
from PIL import Image
from scipy.fft import dctn


def pattern(kind, height, width):
    """Brightness 0..255 of integers alone, so that Java makes the very same image."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    return ((x * (7 + kind) + y * (13 - kind) + (x * y * kind) // 17) % 256).astype(np.float32)


def phash(image):
    small = np.asarray(Image.fromarray(image).resize((32, 32), Image.BILINEAR), np.float64)
    low = dctn(small, type=2)[:8, :8].reshape(64)
    bits = low > np.median(low)
    return sum(1 << i for i in range(64) if bits[i])


print("kind,height,width,hash")
for kind, height, width in [(1, 64, 64), (2, 48, 80), (3, 321, 123), (4, 20, 24), (5, 32, 32)]:
    print(f"{kind},{height},{width},{phash(pattern(kind, height, width)):016x}")
