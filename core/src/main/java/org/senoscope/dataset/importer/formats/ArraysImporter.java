package org.senoscope.dataset.importer.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.senoscope.dataset.importer.Candidate;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.SetDescription;
import org.senoscope.image.codec.PngWriter;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * Arrays in MedMNIST's layout: {@code train_images} and {@code train_labels}, {@code val_…}, {@code
 * test_…}, or plain {@code images} and {@code labels}; in one {@code .npz}, or as {@code .npy}
 * files of a folder. Images are uint8 of shape (n, height, width) or (n, height, width, 3), read
 * one at a time and stored as PNG; their SHA-256 is that of the PNG. The published part is kept as
 * a column.
 */
final class ArraysImporter implements Importer {
  static final String NPZ = "npz";
  static final String NPY = "npy";
  private static final List<String> PREFIXES = List.of("train_", "val_", "valid_", "test_", "");
  private static final long LARGEST_SLICE = 100_000_000;

  private final String name;
  private final Path source;
  private final String task;
  private final List<String> labels;
  private final Optional<Modality> modality;

  /**
   * An importer of arrays.
   *
   * @param name {@link #NPZ} or {@link #NPY}
   * @param task that the numbers are labels of; empty for {@link Task#CLASS}
   * @param labels the words for 0, 1, …; empty to keep the numbers
   */
  ArraysImporter(
      String name, Path source, String task, List<String> labels, Optional<Modality> modality)
      throws IOException {
    this.name = name;
    this.source = name.equals(NPZ) ? archive(source) : SourceFiles.requireFolder(source, name);
    this.task = task.isEmpty() ? Task.CLASS : task;
    this.labels = List.copyOf(labels);
    this.modality = modality;
  }

  private static Path archive(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      return source;
    }
    List<Path> found;
    try (Stream<Path> files = Files.list(source)) {
      found = files.filter(each -> each.toString().endsWith(".npz")).sorted().toList();
    }
    if (found.size() != 1) {
      throw new InputException(
          "%s holds %d .npz files; name the one to import".formatted(source, found.size()));
    }
    return found.getFirst();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SetDescription description() {
    String file = SourceFiles.nameOf(source);
    String stem = file.endsWith(".npz") ? file.substring(0, file.length() - 4) : file;
    return new SetDescription(
        stem,
        file,
        "",
        "",
        List.of("Patients are not known: images of one woman are not kept together."),
        List.of(task));
  }

  @Override
  public void list(Sink sink) throws IOException {
    try (ArrayFiles arrays =
        name.equals(NPZ) ? ArrayFiles.ofZip(source) : ArrayFiles.ofFolder(source)) {
      Set<String> names = arrays.names();
      List<String> found =
          PREFIXES.stream().filter(prefix -> names.contains(prefix + "images")).toList();
      if (found.isEmpty()) {
        throw new InputException(
            "%s holds no array train_images, val_images, test_images or images; it holds %s"
                .formatted(source, names.isEmpty() ? "none" : String.join(", ", names)));
      }
      long total = 0;
      for (String prefix : found) {
        if (!names.contains(prefix + "labels")) {
          throw new InputException(
              "%s holds %simages but no %slabels".formatted(source, prefix, prefix));
        }
        try (InputStream in = arrays.open(prefix + "images")) {
          total += shape(NpyHeader.read(in, prefix + "images"), prefix).count();
        }
      }
      sink.expect(total);
      for (String prefix : found) {
        part(arrays, prefix, sink);
      }
    }
  }

  /** The shape of an array of images. */
  private record Shape(int count, int height, int width, int channels) {}

  private static Shape shape(NpyHeader header, String prefix) {
    List<Integer> axes = header.shape();
    boolean grey = axes.size() == 3;
    boolean colour = axes.size() == 4 && axes.get(3) == 3;
    if (!header.type().endsWith("u1") || !(grey || colour)) {
      throw new InputException(
          ("%simages must be uint8 of shape (n, height, width) or (n, height, width, 3), was %s of"
                  + " shape %s")
              .formatted(prefix, header.type(), axes));
    }
    Shape shape = new Shape(axes.get(0), axes.get(1), axes.get(2), colour ? 3 : 1);
    long slice = (long) shape.height * shape.width * shape.channels;
    if (slice < 1 || slice > LARGEST_SLICE) {
      throw new InputException(
          "%simages: an image of %d bytes, at most %d are read"
              .formatted(prefix, slice, LARGEST_SLICE));
    }
    return shape;
  }

  private void part(ArrayFiles arrays, String prefix, Sink sink) throws IOException {
    List<Long> numbers = arrays.numbers(prefix + "labels");
    String array = prefix + "images";
    String part =
        PublishedParts.of(prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1))
            .orElse("");
    try (InputStream in = arrays.open(array)) {
      Shape shape = shape(NpyHeader.read(in, array), prefix);
      if (numbers.size() != shape.count) {
        throw new InputException(
            "%s holds %d images, %slabels %d labels"
                .formatted(array, shape.count, prefix, numbers.size()));
      }
      int digits = Math.max(5, Integer.toString(shape.count).length());
      for (int i = 0; i < shape.count; i++) {
        byte[] samples = new byte[shape.height * shape.width * shape.channels];
        if (in.readNBytes(samples, 0, samples.length) < samples.length) {
          throw new InputException(
              "%s ends after %d of %d images; fetch it anew".formatted(array, i, shape.count));
        }
        String place = "%s[%d]".formatted(array, i);
        Optional<String> label = label(numbers.get(i));
        if (label.isEmpty()) {
          sink.reject(
              place,
              "its label is %d, --labels names 0 to %d"
                  .formatted(numbers.get(i), labels.size() - 1));
          continue;
        }
        String folder = part.isEmpty() ? "" : part + "/";
        String file = folder + String.format("%0" + digits + "d.png", i);
        sink.accept(
            Candidate.of(place, limits -> png(shape, samples))
                .storedAs(file)
                .by(modality)
                .labelled(Map.of(task, label.get()))
                .published(part));
      }
      if (in.read() != -1) {
        throw new InputException("%s goes on after its last image".formatted(array));
      }
    }
  }

  private Optional<String> label(long number) {
    if (labels.isEmpty()) {
      return Optional.of(Long.toString(number));
    }
    return number >= 0 && number < labels.size()
        ? Optional.of(labels.get((int) number))
        : Optional.empty();
  }

  private static byte[] png(Shape shape, byte[] samples) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(samples.length);
    PngWriter.write(out, shape.height, shape.width, shape.channels, samples);
    return out.toByteArray();
  }
}
