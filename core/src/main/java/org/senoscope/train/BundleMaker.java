package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.BundleWriter;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.Head;
import org.senoscope.model.Predictor;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.refusal.Gate;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.study.Task;

/** Makes a bundle of trained networks. */
final class BundleMaker {
  private static final String LICENSE = "bundle-license.txt";

  private final Recipe recipe;
  private final List<Task> tasks;
  private final CardWriter cards;

  BundleMaker(Recipe recipe, List<Task> tasks, CardWriter cards) {
    this.recipe = recipe;
    this.tasks = tasks;
    this.cards = cards;
  }

  /** Finds a network's gate by looking at images with it. */
  @FunctionalInterface
  interface Gating {
    /** The gate; empty for none. */
    Optional<Gate> of(Predictor predictor) throws IOException;
  }

  /**
   * Writes the bundle in a folder that does not exist yet.
   *
   * @param ensemble the networks, evaluated as they stand
   * @param rules how the answers of tasks are calibrated, and their operating points; a task that
   *     is left out is not calibrated
   * @param gating finds the limits, with the network as users will run it
   * @param seen every image that the weights have learned from
   * @param provenance who made it, from what
   * @param validation metrics that were honestly had, each with what it belongs to
   * @param images that it was trained on, for the card
   * @param evaluation the numbers for the card, if there are any
   */
  Bundle write(
      Path target,
      Ensemble ensemble,
      Map<Task, Answering> rules,
      Gating gating,
      Fingerprint seen,
      ObjectNode provenance,
      ObjectNode validation,
      CardWriter.Images images,
      Optional<Evaluation> evaluation)
      throws IOException {
    BundleDescription description =
        new BundleDescription(
            recipe.name(),
            recipe.version(),
            tasks.stream()
                .map(
                    task ->
                        new Head(
                            task,
                            recipe.network().output(),
                            Optional.ofNullable(rules.get(task)).map(Answering::rule)))
                .toList(),
            recipe.input(),
            recipe.preprocessing(),
            recipe.mirroredAveraging(),
            points(rules),
            provenance,
            validation);
    Path weights = target.resolveSibling(".partial-" + target.getFileName() + ".safetensors");
    try {
      SafetensorsWriter.write(
          weights, ensemble.tensors(), Map.of("model", recipe.name(), "use", "research only"));
      SafetensorsFile file = SafetensorsFile.open(weights);
      byte[] onnx =
          ensemble
              .network()
              .toOnnx(
                  ensemble.members(),
                  name ->
                      new OnnxGraph.External(
                          Bundle.WEIGHTS,
                          file.dataOffset(name),
                          java.util.Objects.requireNonNull(file.tensors().get(name)).length()));
      Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
      files.put(Bundle.MODEL_ONNX, out -> out.write(onnx));
      files.put(Bundle.WEIGHTS, out -> Files.copy(weights, out));
      files.put(Fingerprint.FILE, seen.content());
      files.put("recipe.yaml", text(recipe.text()));
      files.put(Bundle.README, text("")); // told when the limits are known
      files.put(Bundle.LICENSE, text(license()));
      Optional<Gate> gate = gate(target, description, files, gating);
      BundleDescription limited =
          gate.map(found -> description.within(found.limits())).orElse(description);
      files.put(Bundle.README, text(cards.card(recipe, limited, images, evaluation)));
      gate.ifPresent(
          found ->
              files.put(
                  Bundle.REFERENCE,
                  SafetensorsWriter.content(found.reference().tensors(), Map.of())));
      return BundleWriter.write(target, limited, files);
    } finally {
      Files.deleteIfExists(weights);
    }
  }

  /** Has the gate found with a bundle that has none yet and is not kept. */
  private static Optional<Gate> gate(
      Path target,
      BundleDescription description,
      Map<String, AtomicFiles.Content> files,
      Gating gating)
      throws IOException {
    Path open = target.resolveSibling(".ungated-" + target.getFileName());
    AtomicFiles.deleteTree(open); // what an interrupted run left
    try (Predictor predictor =
        Predictor.open(
            BundleWriter.write(open, description, files),
            Runtime.getRuntime().availableProcessors())) {
      return gating.of(predictor);
    } finally {
      AtomicFiles.deleteTree(open);
    }
  }

  private static ArrayNode points(Map<Task, Answering> rules) {
    ArrayNode points = Json.object().arrayNode();
    rules.values().forEach(each -> each.points().forEach(point -> points.add(point.toJson())));
    return points;
  }

  private static AtomicFiles.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String license() throws IOException {
    try (InputStream in = BundleMaker.class.getResourceAsStream(LICENSE)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource " + LICENSE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
