"""A client as the tutorials for TensorFlow Serving have it, with the standard library alone.

Usage: tfs_tutorial.py http://localhost:8501 SEED. Asks fashion_model for three images of 28 x 28 x 1,
0 to 1, twice, and prints what it heard as one JSON value.
"""

import json
import random
import sys
import urllib.error
import urllib.request


class Response:
    def __init__(self, status_code, text):
        self.status_code = status_code
        self.text = text


class requests:
    """As much of the package as the tutorials use."""

    @staticmethod
    def post(url, data, headers):
        request = urllib.request.Request(url, data=data.encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Response(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Response(error.code, error.read().decode())


def argmax(values):
    return max(range(len(values)), key=values.__getitem__)


server = sys.argv[1]
random.seed(int(sys.argv[2]))
test_images = [
    [[[random.randrange(256) / 255.0] for _ in range(28)] for _ in range(28)] for _ in range(5)
]

data = json.dumps({"signature_name": "serving_default", "instances": test_images[0:3]})
headers = {"content-type": "application/json"}
json_response = requests.post(
    server + "/v1/models/fashion_model:predict", data=data, headers=headers
)
predictions = json.loads(json_response.text)["predictions"]

json_response = requests.post(
    server + "/v1/models/fashion_model/versions/1:predict", data=data, headers=headers
)
again = json.loads(json_response.text)["predictions"]

missing = requests.post(server + "/v1/models/nope:predict", data=data, headers=headers)
nan = json.loads(
    requests.post(
        server + "/v1/models/fashion_model:predict",
        data=json.dumps({"instances": [[[[float("nan")]] * 28] * 28]}),
        headers=headers,
    ).text
)["predictions"][0]

print(
    json.dumps(
        {
            "images": test_images[0:3],
            "predictions": predictions,
            "again": again,
            "argmax": [argmax(row) for row in predictions],
            "missing": {"status": missing.status_code, "error": json.loads(missing.text)["error"]},
            "nan": all(value != value for value in nan),
        }
    )
)
