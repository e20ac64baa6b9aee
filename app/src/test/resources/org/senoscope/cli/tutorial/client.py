"""The client of TensorFlow Serving's REST tutorial, and what it wants before.

https://www.tensorflow.org/tfx/tutorials/serving/rest_simple (its two requests; `requests` is the
module beside this one). Prints the answers as one JSON value.
"""

import json


class Array(list):
    """As much of a NumPy array as the client uses."""

    def __getitem__(self, places):
        return Array(super().__getitem__(places))

    def tolist(self):
        return list(self)


def pixels(number):
    """An image of make_models.py, 28 x 28 x 1, scaled to 0.0 to 1.0 as in the tutorial."""
    return [
        [
            [(r * (7 + 3 * number) + c * (13 - 2 * number) + r * c // (5 + number)) % 256 / 255.0]
            for c in range(28)
        ]
        for r in range(28)
    ]


test_images = Array(pixels(number) for number in range(4))

# The tutorial's own lines:

data = json.dumps({"signature_name": "serving_default", "instances": test_images[0:3].tolist()})

import requests
headers = {"content-type": "application/json"}
json_response = requests.post('http://localhost:8501/v1/models/fashion_model:predict', data=data, headers=headers)
predictions = json.loads(json_response.text)['predictions']

newest = predictions

headers = {"content-type": "application/json"}
json_response = requests.post('http://localhost:8501/v1/models/fashion_model/versions/1:predict', data=data, headers=headers)
predictions = json.loads(json_response.text)['predictions']

# End of the tutorial's own lines.

print(json.dumps({"newest": newest, "version 1": predictions}))
