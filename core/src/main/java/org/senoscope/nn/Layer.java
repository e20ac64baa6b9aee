package org.senoscope.nn;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.senoscope.onnx.Attribute;
import org.senoscope.onnx.OnnxGraph;

/**
 * A part of a network, as data. Each kind knows its forward pass on libtorch and, beside it, the
 * ONNX nodes that do the same in evaluation mode; a test holds the two together for every network.
 *
 * <p>Tensors between layers have shape (n, channels, height, width) until {@link Flatten}, then (n,
 * features).
 */
public sealed interface Layer {
  /** The layer's answer on libtorch. */
  Tensor forward(Pass pass, Tensor x);

  /** Adds the layer's ONNX nodes and returns the name of its answer. */
  String emit(Emission out, String x);

  /** Names the layer's own tensors; none by default. */
  default void declare(Consumer<ParameterSpec> tensors) {}

  /**
   * Convolution of two dimensions.
   *
   * @param name of its tensors, {@code name.weight} and {@code name.bias}
   * @param in channels in
   * @param out channels out
   * @param kernel side of the square kernel
   * @param stride in both directions
   * @param before rows and columns of zeros above and left
   * @param after rows and columns of zeros below and right; TensorFlow's SAME pads unevenly
   * @param groups 1, or {@code in} for a depthwise convolution
   * @param bias whether it adds a bias
   */
  record Conv(
      String name,
      int in,
      int out,
      int kernel,
      int stride,
      int before,
      int after,
      int groups,
      boolean bias)
      implements Layer {
    /** Whether each channel is convolved by itself. */
    public boolean depthwise() {
      return groups > 1 && groups == in;
    }

    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return convolved(
          pass,
          x,
          pass.tensor(name + ".weight"),
          bias ? Optional.of(pass.tensor(name + ".bias")) : Optional.empty());
    }

    /** This and the batch norm behind it, by its running statistics, as one convolution. */
    Tensor normalised(Pass pass, Tensor x, BatchNorm norm) {
      Tensor scale = norm.scale(pass);
      Tensor shift = norm.shift(pass, scale);
      if (bias) {
        shift = shift.add(pass.tensor(name + ".bias").mul(scale));
      }
      return convolved(
          pass, x, pass.tensor(name + ".weight").mul(scale.view(-1, 1, 1, 1)), Optional.of(shift));
    }

    private Tensor convolved(Pass pass, Tensor x, Tensor weights, Optional<Tensor> added) {
      ScalarType type = pass.precision().of(this);
      Tensor input = Torch.as(x, type);
      Tensor weight = Torch.as(weights, type);
      int pad = before;
      if (before != after) {
        input = torch.constant_pad_nd(input, before, after, before, after);
        pad = 0;
      }
      return torch.conv2d(
          input,
          weight,
          added.isPresent() ? Torch.some(Torch.as(added.get(), type)) : Torch.none(),
          new long[] {stride, stride},
          new long[] {pad, pad},
          new long[] {1, 1},
          groups);
    }

    @Override
    public String emit(Emission out, String x) {
      List<String> inputs =
          bias
              ? List.of(x, out.tensor(name + ".weight"), out.tensor(name + ".bias"))
              : List.of(x, out.tensor(name + ".weight"));
      return out.graph()
          .node(
              "Conv",
              inputs,
              Attribute.integers("kernel_shape", kernel, kernel),
              Attribute.integers("strides", stride, stride),
              Attribute.integers("pads", before, before, after, after),
              Attribute.integer("group", groups));
    }

    @Override
    public void declare(Consumer<ParameterSpec> tensors) {
      // Fan out of a grouped convolution counts its own group alone.
      double fanOut = (double) out / groups * kernel * kernel;
      tensors.accept(
          new ParameterSpec(
              name + ".weight",
              new long[] {out, in / groups, kernel, kernel},
              ParameterSpec.Role.WEIGHT,
              new ParameterSpec.Start.Normal(Math.sqrt(2 / fanOut))));
      if (bias) {
        tensors.accept(
            new ParameterSpec(
                name + ".bias",
                new long[] {out},
                ParameterSpec.Role.PLAIN,
                new ParameterSpec.Start.Constant(0)));
      }
    }
  }

  /**
   * Batch normalisation over (n, height, width) of each channel.
   *
   * @param name of its tensors: weight, bias, running_mean, running_var
   * @param channels how many
   * @param epsilon added to the variance
   * @param momentum share of the newest batch in the running statistics (PyTorch's sense)
   */
  record BatchNorm(String name, int channels, double epsilon, double momentum) implements Layer {
    /** What it multiplies each channel by, with the running statistics. */
    Tensor scale(Pass pass) {
      return pass.tensor(name + ".weight")
          .mul(pass.tensor(name + ".running_var").add(Torch.scalar(epsilon)).rsqrt());
    }

    /** What it then adds to each channel. */
    Tensor shift(Pass pass, Tensor scale) {
      return pass.tensor(name + ".bias").sub(pass.tensor(name + ".running_mean").mul(scale));
    }

    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return torch.batch_norm(
          x,
          Torch.some(pass.tensor(name + ".weight")),
          Torch.some(pass.tensor(name + ".bias")),
          Torch.some(pass.tensor(name + ".running_mean")),
          Torch.some(pass.tensor(name + ".running_var")),
          pass.mode() != Pass.Mode.EVALUATION,
          pass.mode() == Pass.Mode.STATISTICS ? pass.momentum() : momentum,
          epsilon,
          false);
    }

    @Override
    public String emit(Emission out, String x) {
      return out.graph()
          .node(
              "BatchNormalization",
              List.of(
                  x,
                  out.tensor(name + ".weight"),
                  out.tensor(name + ".bias"),
                  out.tensor(name + ".running_mean"),
                  out.tensor(name + ".running_var")),
              Attribute.real("epsilon", epsilon));
    }

    @Override
    public void declare(Consumer<ParameterSpec> tensors) {
      tensors.accept(own(".weight", ParameterSpec.Role.PLAIN, 1));
      tensors.accept(own(".bias", ParameterSpec.Role.PLAIN, 0));
      tensors.accept(own(".running_mean", ParameterSpec.Role.STATISTIC, 0));
      tensors.accept(own(".running_var", ParameterSpec.Role.STATISTIC, 1));
    }

    private ParameterSpec own(String suffix, ParameterSpec.Role role, double value) {
      return new ParameterSpec(
          name + suffix, new long[] {channels}, role, new ParameterSpec.Start.Constant(value));
    }
  }

  /** The positive part. Overwrites its input, which no layer before it needs afterwards. */
  record Relu() implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return x.relu_();
    }

    @Override
    public String emit(Emission out, String x) {
      return out.graph().node("Relu", List.of(x));
    }
  }

  /** The positive part, at most 6. Overwrites its input, as {@link Relu} does. */
  record Relu6() implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      Clamp clamp = pass.clamp();
      return clamp != null && x.requires_grad()
          ? clamp.within0And6(x)
          : torch.hardtanh_(x, Torch.scalar(0), Torch.scalar(6));
    }

    @Override
    public String emit(Emission out, String x) {
      OnnxGraph graph = out.graph();
      String low = graph.inline("zero", new long[0], new float[] {0});
      String high = graph.inline("six", new long[0], new float[] {6});
      return graph.node("Clip", List.of(x, low, high));
    }
  }

  /**
   * The greatest of each window.
   *
   * @param kernel side of the window
   * @param stride in both directions
   * @param pad rows and columns around, which never win
   */
  record MaxPool(int kernel, int stride, int pad) implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return torch.max_pool2d(
          x,
          new long[] {kernel, kernel},
          new long[] {stride, stride},
          new long[] {pad, pad},
          new long[] {1, 1},
          false);
    }

    @Override
    public String emit(Emission out, String x) {
      return out.graph()
          .node(
              "MaxPool",
              List.of(x),
              Attribute.integers("kernel_shape", kernel, kernel),
              Attribute.integers("strides", stride, stride),
              Attribute.integers("pads", pad, pad, pad, pad));
    }
  }

  /** The mean of each channel over the whole picture: (n, c, h, w) to (n, c), in float32. */
  record GlobalAverage() implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return Torch.as(x, ScalarType.Float)
          .mean(new long[] {2, 3}, false, new org.bytedeco.pytorch.ScalarTypeOptional());
    }

    @Override
    public String emit(Emission out, String x) {
      OnnxGraph graph = out.graph();
      return graph.node(
          "Flatten",
          List.of(graph.node("GlobalAveragePool", List.of(x))),
          Attribute.integer("axis", 1));
    }
  }

  /** All values of an image in one row, channel by channel: (n, c, h, w) to (n, c·h·w). */
  record Flatten() implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return torch.flatten(Torch.as(x, ScalarType.Float), 1, -1);
    }

    @Override
    public String emit(Emission out, String x) {
      return out.graph().node("Flatten", List.of(x), Attribute.integer("axis", 1));
    }
  }

  /** A full connection: (n, in) to (n, out), in float32. */
  record Linear(String name, int in, int out) implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return torch.linear(
          x, pass.tensor(name + ".weight"), Torch.some(pass.tensor(name + ".bias")));
    }

    @Override
    public String emit(Emission out, String x) {
      return out.graph()
          .node(
              "Gemm",
              List.of(x, out.tensor(name + ".weight"), out.tensor(name + ".bias")),
              Attribute.integer("transB", 1));
    }

    @Override
    public void declare(Consumer<ParameterSpec> tensors) {
      double bound = 1 / Math.sqrt(in);
      tensors.accept(
          new ParameterSpec(
              name + ".weight",
              new long[] {out, in},
              ParameterSpec.Role.WEIGHT,
              new ParameterSpec.Start.Uniform(bound)));
      tensors.accept(
          new ParameterSpec(
              name + ".bias",
              new long[] {out},
              ParameterSpec.Role.PLAIN,
              new ParameterSpec.Start.Uniform(bound)));
    }
  }

  /** Sets a share of the values to zero in training; nothing in evaluation. */
  record Dropout(double share) implements Layer {
    public Dropout {
      if (!(share >= 0 && share < 1)) {
        throw new IllegalArgumentException("Dropout must be in 0..1 without 1, was " + share);
      }
    }

    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return pass.drops() && share > 0 ? x.mul(Torch.keepMask(x, 1 - share)) : x;
    }

    @Override
    public String emit(Emission out, String x) {
      return x;
    }
  }

  /**
   * Marks maps whose mean over the picture tells what textures an image is made of: the same in all
   * images of a kind, whatever they show. Computes nothing in training; an exported network gives
   * the means of all marked maps as {@code textures}.
   *
   * @param channels of the maps
   */
  record Tap(int channels) implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return x;
    }

    @Override
    public String emit(Emission out, String x) {
      out.taps().add(new Emission.Tapped(x, channels));
      return x;
    }
  }

  /**
   * Hands its maps on to the mask head, where the network has one, and changes nothing.
   *
   * @param channels of the maps
   */
  record Lateral(int channels) implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      pass.laterals().add(x);
      return x;
    }

    @Override
    public String emit(Emission out, String x) {
      out.laterals().add(x);
      return x;
    }
  }

  /** Ends a stage of a trunk, such as can be {@linkplain Network#withFrozen frozen} whole. */
  record StageEnd() implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      return x;
    }

    @Override
    public String emit(Emission out, String x) {
      return x;
    }
  }

  /** One layer after the other. */
  record Sequence(List<Layer> layers) implements Layer {
    public Sequence {
      layers = List.copyOf(layers);
    }

    /** One layer after the other. */
    public static Sequence of(Layer... layers) {
      return new Sequence(List.of(layers));
    }

    @Override
    public Tensor forward(Pass pass, Tensor x) {
      Tensor y = x;
      for (int i = 0; i < layers.size(); i++) {
        if (pass.folds()
            && layers.get(i) instanceof Conv conv
            && i + 1 < layers.size()
            && layers.get(i + 1) instanceof BatchNorm norm) {
          y = conv.normalised(pass, y, norm);
          i++;
        } else {
          y = layers.get(i).forward(pass, y);
        }
      }
      return y;
    }

    @Override
    public String emit(Emission out, String x) {
      String y = x;
      for (Layer layer : layers) {
        y = layer.emit(out, y);
      }
      return y;
    }

    @Override
    public void declare(Consumer<ParameterSpec> tensors) {
      layers.forEach(layer -> layer.declare(tensors));
    }
  }

  /**
   * The body's answer plus the shortcut's.
   *
   * @param body the long way
   * @param shortcut the short way; absent for the input itself
   * @param dropPath share of images whose body is left out in training (stochastic depth; Huang et
   *     al. 2016); the others are scaled up
   */
  record Residual(Layer body, @Nullable Layer shortcut, double dropPath) implements Layer {
    @Override
    public Tensor forward(Pass pass, Tensor x) {
      Tensor y = body.forward(pass, x);
      Tensor s = shortcut == null ? x : shortcut.forward(pass, x);
      ScalarType type = y.scalar_type().intern();
      if (pass.drops() && dropPath > 0) {
        y = y.mul(Torch.keepMask(Torch.as(Torch.zeros(y.size(0), 1, 1, 1), type), 1 - dropPath));
      }
      return y.add(Torch.as(s, type));
    }

    @Override
    public String emit(Emission out, String x) {
      String y = body.emit(out, x);
      String s = shortcut == null ? x : shortcut.emit(out, x);
      return out.graph().node("Add", List.of(y, s));
    }

    @Override
    public void declare(Consumer<ParameterSpec> tensors) {
      body.declare(tensors);
      if (shortcut != null) {
        shortcut.declare(tensors);
      }
    }
  }
}
