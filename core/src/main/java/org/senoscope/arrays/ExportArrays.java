package org.senoscope.arrays;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.npy.ArrayOutput;
import org.senoscope.npy.NpyHeader;
import org.senoscope.split.Parts;
import org.senoscope.split.Split;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;
import org.senoscope.work.InOrder;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Writes a split data set as NumPy arrays: {@code images} (n, height, width), {@code labels} (n) as
 * places in the task's labels, {@code names}, {@code parts} and {@code groups} (n). Images are
 * prepared once each and streamed: memory does not grow with their number.
 *
 * <p>Copies are made after the split, of images that it has in the training part. A copy is in its
 * original's group, which the split never cuts, so no other part can hold one.
 */
public final class ExportArrays {
  private static final String ZIP = ".npz";

  private final Dataset dataset;
  private final Split split;
  private final Groups groups;

  /**
   * An export of a split data set.
   *
   * @param split of this data set
   * @param groups that it was made for
   */
  public ExportArrays(Dataset dataset, Split split, Groups groups) {
    this.dataset = dataset;
    this.split = split;
    this.groups = groups;
    int cut = split.groupsCut(groups);
    if (cut > 0) {
      throw new InputException(
          "The split cuts %d groups, so that copies would cross its parts; run senoscope split again"
              .formatted(cut));
    }
  }

  /** How a sample of brightness is written. */
  public enum Type {
    /** 0..255. */
    UINT8("|u1"),
    /** 0..1. */
    FLOAT32("<f4");

    private final String numpy;

    Type(String numpy) {
      this.numpy = numpy;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What to write.
   *
   * @param preprocessing that gives all images one size
   * @param task and its labels, in the order of their numbers
   * @param fold that becomes the test part while all others become the training part; empty to keep
   *     the split's own parts
   * @param copies of training images
   * @param type of the samples
   * @param channels 1 for (n, height, width), 3 for (n, height, width, 3) with the grey image
   *     thrice
   */
  public record Request(
      Preprocessing preprocessing,
      Task task,
      Optional<String> fold,
      Copies copies,
      Type type,
      int channels) {
    public Request {
      if (channels != 1 && channels != 3) {
        throw new InputException("channels must be 1 or 3, was " + channels);
      }
    }
  }

  /**
   * Writes the arrays, complete or not at all: into a new folder, with {@code arrays.json} beside
   * them, or into one {@code .npz}.
   *
   * @return what {@code arrays.json} says
   * @throws InputException when the target exists, the split has folds and none is named, or an
   *     image cannot be read or prepared
   */
  public ObjectNode run(Request request, Path target, Progress progress) throws IOException {
    List<ManifestRow> rows = dataset.rows();
    List<String> labels = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (ManifestRow row : rows) {
      Optional<String> label =
          row.label(request.task.name()).filter(request.task.labels()::contains);
      labels.add(label.orElse(""));
      parts.add(label.isPresent() ? part(row.image(), request) : "");
    }
    List<Sample> samples = request.copies.samples(parts, labels);
    if (samples.isEmpty()) {
      throw new InputException(
          "No image of %s is in a part of the split and has a label of task %s"
              .formatted(dataset.name(), request.task.name()));
    }
    if (Files.exists(target)) {
      throw new InputException("%s exists already; name another --out".formatted(target));
    }
    Arrays arrays = new Arrays(request, rows, samples, labels);
    ObjectNode[] description = new ObjectNode[1];
    if (target.toString().endsWith(ZIP)) {
      AtomicFiles.write(
          target,
          out -> {
            try (ArrayOutput zip = ArrayOutput.toZip(out)) {
              description[0] = arrays.write(zip, progress);
            }
          });
    } else {
      try {
        AtomicFiles.createFolder(
            target,
            folder -> {
              try (ArrayOutput files = ArrayOutput.toFolder(folder)) {
                description[0] = arrays.write(files, progress);
              }
              Json.write(folder.resolve("arrays.json"), description[0]);
            });
      } catch (FileAlreadyExistsException e) {
        throw new InputException("%s exists already; name another --out".formatted(target), e);
      }
    }
    return java.util.Objects.requireNonNull(description[0]);
  }

  /** The part that an image is written in; empty for none. */
  private String part(String image, Request request) {
    Optional<String> own = split.partOf(image);
    if (request.fold.isPresent()) {
      if (!split.parts().contains(request.fold.get())) {
        throw new InputException(
            "The split has no part %s; it has %s"
                .formatted(request.fold.get(), String.join(", ", split.parts())));
      }
      return own.map(part -> part.equals(request.fold.get()) ? Parts.TEST : Parts.TRAIN).orElse("");
    }
    if (request.copies.any() && !split.parts().contains(Parts.TRAIN)) {
      throw new InputException(
          "Copies are made of the training part, and the split has %s: name the fold to test on, such as --fold %s"
              .formatted(String.join(", ", split.parts()), split.parts().getFirst()));
    }
    return own.orElse("");
  }

  /** One writing of arrays. */
  private final class Arrays {
    private final Request request;
    private final List<ManifestRow> rows;
    private final List<Sample> samples;
    private final List<String> labels;
    private final ImageRoom room;

    Arrays(Request request, List<ManifestRow> rows, List<Sample> samples, List<String> labels) {
      this.request = request;
      this.rows = rows;
      this.samples = samples;
      this.labels = labels;
      this.room = ImageRoom.inHeap(ImageLimits.DEFAULT, request.preprocessing.bytesPerPixel());
    }

    ObjectNode write(ArrayOutput out, Progress progress) throws IOException {
      // All images of one row are made of one preparation.
      List<List<Sample>> byRow = new ArrayList<>();
      for (Sample sample : samples) {
        if (byRow.isEmpty() || byRow.getLast().getFirst().row() != sample.row()) {
          byRow.add(new ArrayList<>());
        }
        byRow.getLast().add(sample);
      }
      GreyImage first = prepared(byRow.getFirst().getFirst().row());
      requireSquare(first);
      List<Integer> shape = new ArrayList<>(List.of(samples.size(), first.height(), first.width()));
      if (request.channels > 1) {
        shape.add(request.channels);
      }
      try (OutputStream images = out.begin("images", new NpyHeader(request.type.numpy, shape));
          Progress.Stage stage = progress.stage("writing images", samples.size());
          InOrder<List<byte[]>> work =
              new InOrder<>(
                  Runtime.getRuntime().availableProcessors(),
                  made -> {
                    for (byte[] each : made) {
                      images.write(each);
                    }
                    stage.advance(made.size(), "");
                  })) {
        for (List<Sample> each : byRow) {
          work.submit(() -> images(each, first));
        }
        work.finish();
      }
      out.numbers(
          "labels",
          samples.stream().map(sample -> request.task.indexOf(labels.get(sample.row()))).toList());
      out.texts("names", names());
      out.texts("parts", samples.stream().map(Sample::part).toList());
      out.texts(
          "groups",
          samples.stream().map(sample -> groups.groupOf(rows.get(sample.row()).image())).toList());
      return description(shape);
    }

    private void requireSquare(GreyImage first) {
      boolean turns =
          samples.stream().anyMatch(sample -> sample.variant().orientation().exchangesSides());
      if (turns && first.height() != first.width()) {
        throw new InputException(
            "Turns by a quarter need square images, these are %d × %d: resize to a square, or ask for at most 4 variants"
                .formatted(first.height(), first.width()));
      }
    }

    private List<byte[]> images(List<Sample> ofRow, GreyImage first) throws IOException {
      GreyImage image = prepared(ofRow.getFirst().row());
      if (image.height() != first.height() || image.width() != first.width()) {
        throw new InputException(
            "preprocessing gave images of %d × %d and of %d × %d; end it with a resize"
                .formatted(first.height(), first.width(), image.height(), image.width()));
      }
      List<byte[]> made = new ArrayList<>();
      for (Sample sample : ofRow) {
        made.add(bytes(sample.variant().apply(image)));
      }
      return made;
    }

    private GreyImage prepared(int place) throws IOException {
      ManifestRow row = rows.get(place);
      try (ImageRoom.Held held = room.read(dataset.resolve(row.image()))) {
        return request.preprocessing.prepare(held.image(), Marks.of(row.roi())).image();
      } catch (UnreadableImageException | InputException e) {
        throw new InputException("%s: %s".formatted(row.image(), e.getMessage()), e);
      }
    }

    private byte[] bytes(GreyImage image) {
      int size = request.type == Type.UINT8 ? 1 : Float.BYTES;
      ByteBuffer bytes =
          ByteBuffer.allocate(image.pixels().length * request.channels * size)
              .order(ByteOrder.LITTLE_ENDIAN);
      for (float pixel : image.pixels()) {
        for (int channel = 0; channel < request.channels; channel++) {
          switch (request.type) {
            case UINT8 -> bytes.put((byte) Math.round(Math.clamp(pixel, 0f, 1f) * 255));
            case FLOAT32 -> bytes.putFloat(pixel);
          }
        }
      }
      return bytes.array();
    }

    /** The image's key; of copies with what was done, all different. */
    private List<String> names() {
      List<String> names = new ArrayList<>();
      for (Sample sample : samples) {
        String name = rows.get(sample.row()).image();
        if (!sample.variant().equals(Variant.ORIGINAL) || sample.repetition() > 0) {
          name += "#" + sample.variant().text();
        }
        names.add(sample.repetition() > 0 ? name + "#" + sample.repetition() : name);
      }
      return names;
    }

    private ObjectNode description(List<Integer> shape) throws IOException {
      Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
      Map<String, Set<Integer>> sources = new HashMap<>();
      List<String> parts =
          request.fold.isPresent() ? List.of(Parts.TRAIN, Parts.TEST) : split.parts();
      parts.forEach(part -> counts.put(part, new LinkedHashMap<>()));
      for (Sample sample : samples) {
        counts
            .computeIfAbsent(sample.part(), part -> new LinkedHashMap<>())
            .merge(labels.get(sample.row()), 1, Integer::sum);
        sources.computeIfAbsent(sample.part(), part -> new HashSet<>()).add(sample.row());
      }
      ObjectNode json = Json.object("arrays").put("dataset", dataset.name());
      json.put("manifestSha256", Hashes.sha256(dataset.manifestFile()));
      json.put("splitSha256", Hashes.sha256(dataset.splitFile()));
      json.put("task", request.task.name());
      json.set("labels", Json.tree(request.task.labels()));
      json.set("shape", Json.tree(shape));
      json.put("type", request.type.toString());
      json.set("preprocessing", request.preprocessing.toJson());
      json.put("variants", request.copies.variants());
      request.copies.perClass().ifPresent(count -> json.put("perClass", count));
      json.put("seed", request.copies.seed());
      request.fold.ifPresent(fold -> json.put("fold", fold));
      ObjectNode byPart = json.putObject("parts");
      counts.forEach(
          (part, byLabel) -> {
            ObjectNode each = byPart.putObject(part);
            each.put("images", byLabel.values().stream().mapToInt(count -> count).sum());
            each.put("sources", sources.getOrDefault(part, Set.of()).size());
            ObjectNode ofLabels = each.putObject("labels");
            request.task.labels().stream()
                .filter(byLabel::containsKey)
                .forEach(label -> ofLabels.put(label, byLabel.get(label)));
          });
      return json;
    }
  }
}
