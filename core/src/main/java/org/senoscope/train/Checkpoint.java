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
import org.senoscope.safetensors.Dtype;
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

  /**
   * A state whose numbers are its own, outside the heap: training may go on while it is written. To
   * be closed by whoever writes it.
   */
  static final class Taken implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final State state;
    private final PointerScope scope;

    private Taken(Net net, Adam adam, Shadow average, Shadow best, State state) {
      this.state = state;
      this.scope = new PointerScope();
      try {
        for (Net.Group group : Net.Group.values()) {
          put("values." + group, net.values(group));
          put("mean." + group, adam.mean(group));
          put("square." + group, adam.square(group));
          if (!average.values(group).equal(net.values(group))) {
            put("average." + group, average.values(group));
          }
          if (state.bestEpoch() > 0 && !best.values(group).equal(average.values(group))) {
            put("best." + group, best.values(group));
          }
        }
        put("statistics", net.statistics());
        put("average.statistics", average.statistics());
        put("best.statistics", best.statistics());
      } finally {
        // As a net's: the copies stay until this is closed, whichever thread closes it.
        scope.extend();
        scope.close();
      }
    }

    private void put(String name, org.bytedeco.pytorch.Tensor values) {
      tensors.put(name, new Tensor(Dtype.F32, new long[] {values.numel()}, Torch.copied(values)));
    }

    /** Its epochs and what was chosen. */
    State state() {
      return state;
    }

    /** Writes the file, complete or not at all. */
    void write(Path file) throws IOException {
      SafetensorsWriter.write(file, tensors, Map.of(STATE, Json.formatLine(state.toJson())));
    }

    @Override
    public void close() {
      scope.deallocate();
    }
  }

  /** Copies everything that a training needs to go on from here. */
  static Taken take(Net net, Adam adam, Shadow average, Shadow best, State state) {
    return new Taken(net, adam, average, best, state);
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
