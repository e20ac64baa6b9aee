package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.senoscope.files.Json;
import org.senoscope.nn.Adam;
import org.senoscope.nn.Net;
import org.senoscope.nn.Torch;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.safetensors.Tensor;
import org.senoscope.work.InputException;

/**
 * The state of a training between two epochs, as one safetensors file that is complete or absent:
 * the flat groups of weights, the optimiser's moments, the moving average, the best weights so far,
 * and, in the metadata, the epoch and what was chosen. An average that is the weights themselves,
 * and best weights that are the average or none yet, are left out. Nothing random needs saving:
 * every draw follows from the seed and the step.
 */
final class Checkpoint {
  private static final String STATE = "state";

  private Checkpoint() {}

  /**
   * What a checkpoint says besides tensors.
   *
   * @param epoch how many epochs are done
   * @param steps how many steps are done
   * @param bestEpoch the epoch of the best weights; 0 for none yet
   * @param bestLoss the validation loss there
   * @param plateau what the plateau rule has left of the rates
   * @param sinceBetter epochs since the plateau rule last saw improvement
   * @param history one object for each epoch
   */
  record State(
      int epoch,
      long steps,
      int bestEpoch,
      double bestLoss,
      double plateau,
      int sinceBetter,
      ArrayNode history) {
    static State start() {
      return new State(0, 0, 0, Double.MAX_VALUE, 1, 0, Json.object().arrayNode());
    }

    ObjectNode toJson() {
      ObjectNode json = Json.object("checkpoint");
      json.put("epoch", epoch).put("steps", steps).put("bestEpoch", bestEpoch);
      json.put("bestLoss", bestLoss).put("plateau", plateau).put("sinceBetter", sinceBetter);
      json.set("history", history);
      return json;
    }

    static State parse(JsonNode json) {
      return new State(
          json.path("epoch").asInt(),
          json.path("steps").asLong(),
          json.path("bestEpoch").asInt(),
          json.path("bestLoss").asDouble(),
          json.path("plateau").asDouble(),
          json.path("sinceBetter").asInt(),
          json.path("history").deepCopy());
    }
  }

  /** A state whose numbers are its own: training may go on while it is written. */
  static final class Taken {
    private final Map<String, Tensor> tensors;
    private final State state;

    private Taken(Map<String, Tensor> tensors, State state) {
      this.tensors = tensors;
      this.state = state;
    }

    /** Its epochs and what was chosen. */
    State state() {
      return state;
    }

    /** Writes the file, complete or not at all. */
    void write(Path file) throws IOException {
      SafetensorsWriter.write(file, tensors, Map.of(STATE, Json.formatLine(state.toJson())));
    }
  }

  /** Copies everything that a training needs to go on from here. */
  static Taken take(Net net, Adam adam, Shadow average, Shadow best, State state) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (var _ = new PointerScope()) {
      for (Net.Group group : Net.Group.values()) {
        put(tensors, "values." + group, net.values(group));
        put(tensors, "mean." + group, adam.mean(group));
        put(tensors, "square." + group, adam.square(group));
        if (!average.values(group).equal(net.values(group))) {
          put(tensors, "average." + group, average.values(group));
        }
        if (state.bestEpoch() > 0 && !best.values(group).equal(average.values(group))) {
          put(tensors, "best." + group, best.values(group));
        }
      }
      put(tensors, "statistics", net.statistics());
      put(tensors, "average.statistics", average.statistics());
      put(tensors, "best.statistics", best.statistics());
    }
    return new Taken(tensors, state);
  }

  private static void put(
      Map<String, Tensor> tensors, String name, org.bytedeco.pytorch.Tensor values) {
    float[] copy = Torch.values(values);
    tensors.put(name, Tensor.floats(copy, copy.length));
  }

  /**
   * Brings a state back into a net of the same network.
   *
   * @throws InputException when the file is of another network
   */
  static State read(Path file, Net net, Adam adam, Shadow average, Shadow best) throws IOException {
    SafetensorsFile source = SafetensorsFile.open(file);
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (Net.Group group : Net.Group.values()) {
        copy(source, "values." + group, net.values(group));
        copy(source, "mean." + group, adam.mean(group));
        copy(source, "square." + group, adam.square(group));
        copyOr(source, "average." + group, net.values(group), average.values(group));
        copyOr(source, "best." + group, average.values(group), best.values(group));
      }
      copy(source, "statistics", net.statistics());
      copy(source, "average.statistics", average.statistics());
      copy(source, "best.statistics", best.statistics());
    }
    String text = source.metadata().get(STATE);
    if (text == null) {
      throw new InputException(file + " is no checkpoint: it lacks its state");
    }
    State state = State.parse(Json.parse(text, file.toString()));
    adam.resume(state.steps());
    return state;
  }

  /** From the file, or from another tensor where the file has left it out as equal. */
  private static void copyOr(
      SafetensorsFile source,
      String name,
      org.bytedeco.pytorch.Tensor other,
      org.bytedeco.pytorch.Tensor target) {
    if (source.tensors().containsKey(name)) {
      copy(source, name, target);
    } else {
      target.copy_(other);
    }
  }

  private static void copy(
      SafetensorsFile source, String name, org.bytedeco.pytorch.Tensor target) {
    var entry = source.tensors().get(name);
    if (entry == null || entry.elements() != target.numel()) {
      throw new InputException(
          "%s is of another network: %s does not fit; start anew with another --out"
              .formatted(source.file(), name));
    }
    if (target.numel() > 0) {
      target.copy_(Torch.copyOf(source.floats(name), target.numel()));
    }
  }

  /** Whether a folder has one. */
  static boolean existsIn(Path folder) {
    return Files.isRegularFile(fileIn(folder));
  }

  /** Where a folder's checkpoint lies. */
  static Path fileIn(Path folder) {
    return folder.resolve("checkpoint.safetensors");
  }
}
