package org.senoscope.foreign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.BundleWriter;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.Head;
import org.senoscope.model.OutputForm;
import org.senoscope.model.Predictor;
import org.senoscope.model.TensorValues;
import org.senoscope.onnx.OnnxGraph;
import org.senoscope.provenance.Provenance;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.safetensors.SafetensorsWriter;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * Makes a bundle of a network that another program trained. The bundle names no training images,
 * since nobody told them: evaluations then say that nothing is known of what it has seen. It has no
 * calibration and gives no class maps.
 *
 * <p>Before it takes its name the bundle is tried: its network must run, on one image and on
 * several at once with the same answers, and give finite numbers.
 */
public final class ImportModel {
  private static final String LICENSE = "imported-license.txt";
  private static final int TRIED = 3;

  private final NetworkReader reader;
  private final CardWriter cards;

  /** Writes the model card's text. */
  @FunctionalInterface
  public interface CardWriter {
    /** The card, in Markdown; the description's provenance says where the network came from. */
    String card(BundleDescription description);
  }

  /**
   * An import to do.
   *
   * @param file the network's
   * @param options what its file does not say
   * @param task what the labels are of; empty to tell from the labels
   * @param labels in the order of the network's outputs
   * @param fit how images are brought to the network's size
   * @param name of the bundle
   * @param version of the bundle
   * @param license what the weights may be used for; without one the bundle says that it is not
   *     known
   * @param target the folder to make
   */
  public record Request(
      Path file,
      ReadOptions options,
      Optional<String> task,
      List<String> labels,
      Resize.Fit fit,
      String name,
      String version,
      Optional<Path> license,
      Path target) {
    /** Copies the labels. */
    public Request {
      labels = List.copyOf(labels);
    }
  }

  /** Reads by one, and writes cards by the other. */
  public ImportModel(NetworkReader reader, CardWriter cards) {
    this.reader = reader;
    this.cards = cards;
  }

  /**
   * Makes the bundle; where that fails, nothing is left.
   *
   * @throws InputException when the network cannot be taken over, the labels do not fit it, or the
   *     target exists
   */
  public ImportedModel run(Request request) throws IOException {
    if (Files.exists(request.target())) {
      throw new InputException(
          "%s exists already: name another folder, or remove it".formatted(request.target()));
    }
    if (!Files.exists(request.file())) {
      throw new InputException("There is no file %s".formatted(request.file()));
    }
    ForeignNetwork network = reader.read(request.file(), request.options());
    OutputForm form = network.form(request.labels());
    BundleDescription description = description(request, network, form);
    Path weights =
        request
            .target()
            .resolveSibling(".partial-" + request.target().getFileName() + ".safetensors");
    try {
      SafetensorsWriter.write(
          weights, network.weights(), Map.of("model", request.name(), "format", "imported"));
      SafetensorsFile file = SafetensorsFile.open(weights);
      byte[] onnx =
          network
              .writer()
              .write(
                  form.logits(description.task()),
                  name ->
                      new OnnxGraph.External(
                          Bundle.WEIGHTS,
                          file.dataOffset(name),
                          Objects.requireNonNull(file.tensors().get(name)).length()));
      Map<String, AtomicFiles.Content> files = new LinkedHashMap<>();
      files.put(Bundle.MODEL_ONNX, out -> out.write(onnx));
      files.put(Bundle.WEIGHTS, out -> Files.copy(weights, out));
      files.put(Fingerprint.FILE, Fingerprint.of(List.of()).content());
      files.put(Bundle.README, text(cards.card(description)));
      files.put(Bundle.LICENSE, text(license(request)));
      Bundle bundle =
          BundleWriter.write(
              request.target(), description, files, made -> tryOut(made, request.file()));
      return new ImportedModel(bundle, network.format(), network.activation(), network.notes());
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "%s cannot be taken over: %s".formatted(request.file(), e.getMessage()), e);
    } finally {
      Files.deleteIfExists(weights);
    }
  }

  /**
   * The task that labels belong to, by the words that the field shares: pathology, cancer, or else
   * class.
   */
  static String taskOf(List<String> labels) {
    if (List.of("normal", "benign", "malignant").containsAll(labels)) {
      return Task.PATHOLOGY;
    }
    return List.of("0", "1").containsAll(labels) ? Task.CANCER : Task.CLASS;
  }

  private static BundleDescription description(
      Request request, ForeignNetwork network, OutputForm form) throws IOException {
    ObjectNode provenance = Provenance.now("", "", 0).toJson();
    provenance
        .putObject(BundleDescription.IMPORTED)
        .put("file", String.valueOf(request.file().getFileName()))
        .put("bytes", Files.size(request.file()))
        .put("sha256", Hashes.sha256(request.file()))
        .put("format", network.format())
        .put("activation", network.activation().toString())
        .put("scale", request.options().scale().text())
        .put("trainingImages", "unknown")
        .put("maps", false);
    InputSize size = network.size();
    try {
      Task task = new Task(request.task().orElse(taskOf(request.labels())), request.labels());
      return new BundleDescription(
          request.name(),
          request.version(),
          List.of(new Head(task, form)),
          // Clients that were written for the network go on sending what it took.
          request.options().scale().input(size).withTensors(network.layout(), TensorValues.NETWORK),
          new Preprocessing(List.of(new Resize(size.height(), size.width(), request.fit()))),
          false,
          Json.object().arrayNode(),
          provenance,
          Json.object());
    } catch (IllegalArgumentException e) {
      throw new InputException("No bundle can be made: %s".formatted(e.getMessage()), e);
    }
  }

  /** Runs the network on some images, each alone and all at once. */
  private static void tryOut(Bundle bundle, Path file) throws IOException {
    String task = bundle.description().task().name();
    List<GreyImage> images =
        IntStream.range(0, TRIED).mapToObj(i -> pattern(bundle.description(), i)).toList();
    List<float[]> alone;
    List<float[]> together;
    try (Predictor predictor = Predictor.open(bundle, 1, 1)) {
      alone = images.stream().map(image -> predictor.inferPrepared(image).logits(task)).toList();
      together = predictor.logits(task, TRIED, images::get);
    } catch (IllegalStateException | InputException e) {
      String why = String.valueOf(e.getMessage()).replace(bundle.path().toString(), "made of it");
      throw new InputException("%s does not run: %s".formatted(file, why), e);
    }
    for (int i = 0; i < TRIED; i++) {
      for (int logit = 0; logit < alone.get(i).length; logit++) {
        float one = alone.get(i)[logit];
        float other = together.get(i)[logit];
        if (!Float.isFinite(one)) {
          throw new InputException(
              "%s answers with numbers that are not finite: are its weights whole, and is --scale as in its training?"
                  .formatted(file));
        }
        if (!(Math.abs(one - other) <= 1e-3 * (1 + Math.abs(other)))) {
          throw new InputException(
              "%s answers an image otherwise when it comes with others (%s and %s): export it for inference, with a batch of any size"
                  .formatted(file, one, other));
        }
      }
    }
  }

  /** Waves, of another direction and length for each image. */
  private static GreyImage pattern(BundleDescription description, int number) {
    int height = description.input().height();
    int width = description.input().width();
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      double row = Math.floorDiv(i, width) / (double) height;
      double column = (i % width) / (double) width;
      pixels[i] = (float) (0.5 + 0.5 * Math.sin((3 + 5 * number) * (row + (number - 1) * column)));
    }
    return new GreyImage(height, width, pixels);
  }

  private static AtomicFiles.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String license(Request request) throws IOException {
    if (request.license().isPresent()) {
      return Files.readString(request.license().get());
    }
    try (InputStream in = ImportModel.class.getResourceAsStream(LICENSE)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource " + LICENSE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
