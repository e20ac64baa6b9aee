package org.senoscope.foreign.formats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.senoscope.foreign.ForeignNetwork;
import org.senoscope.foreign.InputSize;
import org.senoscope.foreign.ReadOptions;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.onnx.OnnxGraph.Dimension;
import org.senoscope.onnx.OnnxModel;
import org.senoscope.safetensors.Dtype;
import org.senoscope.safetensors.Tensor;
import org.senoscope.work.InputException;

/**
 * A network in an ONNX file: its own computation, set between an input {@code image} and an output
 * {@code logits}. Its larger weights move beside the graph.
 */
final class OnnxNetwork {
  private static final long LARGEST_FILE = Integer.MAX_VALUE - 16L;

  /** Smaller tensors stay in the graph: some operators must know them before they run. */
  private static final int FEWEST_WEIGHTS = 17;

  private static final Set<String> CHANCE = Set.of("Multinomial", "Bernoulli");

  private OnnxNetwork() {}

  static ForeignNetwork read(Path file, ReadOptions options) throws IOException {
    try {
      return network(file, OnnxModel.read(map(file), new Beside(file)), options);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "%s is neither .onnx, .keras nor .h5, or an .onnx file that cannot be taken over: %s"
              .formatted(file, e.getMessage()),
          e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ForeignNetwork network(Path file, OnnxModel model, ReadOptions options) {
    OnnxInput input = OnnxInput.of(file, model, options);
    OnnxEnding ending = OnnxEnding.of(file, model, options);
    OnnxModel part = model.upTo(ending.tensor(), input.fixedBatch());
    refuseChance(file, part);
    List<String> notes = new ArrayList<>();
    if (input.fixedBatch() > 0) {
      notes.add(
          "It was exported for batches of %d; it now takes any.".formatted(input.fixedBatch()));
    }
    return new ForeignNetwork(
        "ONNX",
        input.size(),
        input.order().layout(),
        ending.activation(),
        ending.outputs(),
        weights(part),
        (logits, place) -> write(part, input, ending, logits, place),
        notes);
  }

  /** Networks that were exported as in training, with augmentation at work. */
  private static void refuseChance(Path file, OnnxModel model) {
    for (OnnxModel.Node node : model.nodes()) {
      if (node.operator().contains("Random") || CHANCE.contains(node.operator())) {
        throw new InputException(
            "%s answers by chance (%s): export the network without its augmentation layers"
                .formatted(file, node.operator()));
      }
    }
  }

  private static Map<String, Tensor> weights(OnnxModel model) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (OnnxModel.Initializer each : model.initializers().values()) {
      long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
      long elements = 1;
      for (long size : shape) {
        elements *= size;
      }
      if (each.type() == OnnxModel.FLOAT && elements >= FEWEST_WEIGHTS) {
        weights.put(each.name(), new Tensor(Dtype.F32, shape, each.raw().orElseThrow()));
      }
    }
    return weights;
  }

  private static byte[] write(
      OnnxModel model,
      OnnxInput input,
      OnnxEnding ending,
      int logits,
      Function<String, OnnxGraph.External> place) {
    Map<String, Tensor> weights = weights(model);
    // Two names can never meet: ours have no prefix.
    Function<String, String> names = name -> "net." + name;
    OnnxGraph graph = model.graph("imported");
    InputSize size = input.size();
    String image =
        graph.input(
            "image",
            List.of(
                Dimension.BATCH,
                Dimension.of(size.channels()),
                Dimension.of(size.height()),
                Dimension.of(size.width())));
    input.bridge(graph, image, names.apply(input.name()));
    model.copyInto(
        graph,
        names,
        name -> weights.containsKey(name) ? Optional.of(place.apply(name)) : Optional.empty());
    ending.bridge(graph, names, logits);
    graph.output("logits", List.of(Dimension.BATCH, Dimension.of(logits)));
    return graph.toBytes();
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > LARGEST_FILE) {
        throw new InputException(
            "%s has %d bytes, at most %d are read".formatted(file, channel.size(), LARGEST_FILE));
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  /** The files beside the model that it names for its weights; no others. */
  private static final class Beside implements Function<String, ByteBuffer> {
    private final Path model;
    private final Map<String, ByteBuffer> opened = new HashMap<>();

    Beside(Path model) {
      this.model = model;
    }

    @Override
    public ByteBuffer apply(String location) {
      return opened.computeIfAbsent(location, this::open);
    }

    private ByteBuffer open(String location) {
      Path name = location.indexOf('\0') >= 0 ? Path.of("") : Path.of(location);
      if (name.getNameCount() != 1
          || name.isAbsolute()
          || location.contains("\\")
          || location.isEmpty()
          || location.startsWith(".")) {
        throw new IllegalArgumentException(
            "it looks for weights in \"%s\": only a plain file beside it is read"
                .formatted(location));
      }
      Path file = model.resolveSibling(name);
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IllegalArgumentException(
            "its weights lie in %s, which is no plain file beside it".formatted(location));
      }
      try {
        return map(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
