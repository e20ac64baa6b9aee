"""Golden values for ShrunkGaussianTest: scikit-learn's LedoitWolf on standardised rows.

    pip install scikit-learn==1.9.1 numpy
    python shrunk_gaussian.py > shrunk-gaussian.json
"""

import json

import numpy as np
import sklearn
from sklearn.covariance import LedoitWolf

random = np.random.default_rng(7)
cases = []
for rows, columns in ((12, 3), (9, 14), (40, 8)):
    mixing = random.normal(size=(columns, columns))
    train = (random.normal(size=(rows, columns)) @ mixing + 3).astype(np.float32)
    other = (random.normal(size=(5, columns)) @ mixing * 2).astype(np.float32)
    mean, scale = train.mean(0, dtype=np.float64), train.std(0, dtype=np.float64)
    fitted = LedoitWolf(assume_centered=True).fit((train - mean) / scale)
    cases.append(
        {
            "rows": train.tolist(),
            "others": other.tolist(),
            "distances": (fitted.mahalanobis((other - mean) / scale) / columns).tolist(),
        }
    )
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}))
