"""The networks of the recipes in PyTorch, as a person would write them."""

import torch
from torch import nn
from torch.nn import functional as F


class BasicBlock(nn.Module):
    def __init__(self, inner, outer, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outer)
        self.conv2 = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outer)
        self.short = None
        if stride != 1 or inner != outer:
            self.short = nn.Sequential(
                nn.Conv2d(inner, outer, 1, stride, bias=False), nn.BatchNorm2d(outer)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.short is None else self.short(x)))


def resnet18(labels):
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    inner = 64
    for stage, outer in enumerate((64, 128, 256, 512)):
        layers += [BasicBlock(inner, outer, 1 if stage == 0 else 2), BasicBlock(outer, outer, 1)]
        inner = outer
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, labels))


class Same(nn.Conv2d):
    """TensorFlow's SAME padding, for even inputs."""

    def __init__(self, inner, outer, kernel, stride, groups=1):
        even = stride == 1
        super().__init__(
            inner, outer, kernel, stride, kernel // 2 if even else 0, groups=groups, bias=False
        )
        total = kernel - stride
        self.extra = None if even else (total // 2, total - total // 2) * 2

    def forward(self, x):
        return super().forward(x if self.extra is None else F.pad(x, self.extra))


class Inverted(nn.Module):
    def __init__(self, inner, outer, kernel, stride, expansion, drop):
        super().__init__()
        middle = inner * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(inner, middle, 1, bias=False), norm(middle), nn.ReLU6(inplace=True)]
        layers += [Same(middle, middle, kernel, stride, middle), norm(middle), nn.ReLU6(inplace=True)]
        layers += [nn.Conv2d(middle, outer, 1, bias=False), norm(outer)]
        self.body = nn.Sequential(*layers)
        self.residual = stride == 1 and inner == outer
        self.drop = drop

    def forward(self, x):
        y = self.body(x)
        if not self.residual:
            return y
        if self.training and self.drop > 0:
            keep = torch.empty(y.shape[0], 1, 1, 1, dtype=y.dtype).bernoulli_(1 - self.drop)
            y = y * keep / (1 - self.drop)
        return x + y


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def efficientnet_lite0(labels):
    stages = [
        (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
        (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
    ]  # fmt: skip
    layers = [Same(3, 32, 3, 2), norm(32), nn.ReLU6(inplace=True)]
    inner, index = 32, 0
    for repeat, kernel, stride, expansion, outer in stages:
        for i in range(repeat):
            layers.append(
                Inverted(inner, outer, kernel, stride if i == 0 else 1, expansion, 0.2 * index / 16)
            )
            inner, index = outer, index + 1
    layers += [nn.Conv2d(inner, 1280, 1, bias=False), norm(1280), nn.ReLU6(inplace=True)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1280, labels)]
    return nn.Sequential(*layers)


NETWORKS = {"resnet18": resnet18, "efficientnet-lite0": efficientnet_lite0}
