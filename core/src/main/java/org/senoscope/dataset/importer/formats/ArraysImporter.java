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
import org.senoscope.npy.NpyHeader;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * Arrays in MedMNIST's layout: {@code train_images} and {@code train_labels}, {@code val_…}, {@code
 * test_…}, or plain {@code images} and {@code labels}; in one {@code .npz}, or as {@code .npy}
 * files of a folder. Images have the shape (n, height, width) or (n, height, width, 3), as uint8 or
 * as floats of 0..1; they are read one at a time and stored as PNG, whose SHA-256 is theirs. Floats
 * that are 8-bit levels divided by 255 become these levels again, others 16 bits.
 *
 * <p>Beside them may lie {@code names}, {@code parts} and {@code groups}, one word for each image,
 * as {@code senoscope arrays} writes them: a group is kept, so that a split never tears a copy from
 * its original. The published part is kept as a column.
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

  /**
   * An array of images.
   *
   * @param type of one sample
   */
  private record Shape(int count, int height, int width, int channels, SampleType type) {
    int samples() {
      return height * width * channels;
    }
  }

  private static Shape shape(NpyHeader header, String prefix) {
    List<Integer> axes = header.shape();
    boolean grey = axes.size() == 3;
    boolean colour = axes.size() == 4 && axes.get(3) == 3;
    Optional<SampleType> type = SampleType.of(header.type());
    if (type.isEmpty() || !(grey || colour)) {
      throw new InputException(
          ("%simages must be uint8, or floats of 0..1, of shape (n, height, width) or (n, height,"
                  + " width, 3), was %s of shape %s")
              .formatted(prefix, header.type(), axes));
    }
    Shape shape = new Shape(axes.get(0), axes.get(1), axes.get(2), colour ? 3 : 1, type.get());
    long slice = (long) shape.height * shape.width * shape.channels * type.get().bytes();
    if (slice < 1 || slice > LARGEST_SLICE) {
      throw new InputException(
          "%simages: an image of %d bytes, at most %d are read"
              .formatted(prefix, slice, LARGEST_SLICE));
    }
    return shape;
  }

  private void part(ArrayFiles arrays, String prefix, Sink sink) throws IOException {
    List<String> words = arrays.words(prefix + "labels");
    String array = prefix + "images";
    String part =
        PublishedParts.of(prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1))
            .orElse("");
    try (InputStream in = arrays.open(array)) {
      Shape shape = shape(NpyHeader.read(in, array), prefix);
      if (words.size() != shape.count) {
        throw new InputException(
            "%s holds %d images, %slabels %d labels"
                .formatted(array, shape.count, prefix, words.size()));
      }
      List<String> names = beside(arrays, prefix + "names", shape.count);
      List<String> parts = beside(arrays, prefix + "parts", shape.count);
      List<String> groups = beside(arrays, prefix + "groups", shape.count);
      int digits = Math.max(5, Integer.toString(shape.count).length());
      for (int i = 0; i < shape.count; i++) {
        byte[] values = new byte[shape.samples() * shape.type.bytes()];
        if (in.readNBytes(values, 0, values.length) < values.length) {
          throw new InputException(
              "%s ends after %d of %d images; fetch it anew".formatted(array, i, shape.count));
        }
        String place = "%s[%d]".formatted(array, i);
        Optional<String> label = label(words.get(i), prefix);
        if (label.isEmpty()) {
          sink.reject(
              place,
              "its label is %s, --labels names 0 to %d".formatted(words.get(i), labels.size() - 1));
          continue;
        }
        String published = parts.isEmpty() ? part : PublishedParts.of(parts.get(i)).orElse("");
        String folder = published.isEmpty() ? "" : published + "/";
        String file = folder + String.format("%0" + digits + "d.png", i);
        Candidate candidate =
            Candidate.of(
                    names.isEmpty() ? place : place + " " + names.get(i),
                    limits -> png(shape, values))
                .storedAs(file)
                .by(modality)
                .labelled(Map.of(task, label.get()))
                .published(published);
        sink.accept(groups.isEmpty() ? candidate : candidate.inGroup(groups.get(i)));
      }
      if (in.read() != -1) {
        throw new InputException("%s goes on after its last image".formatted(array));
      }
    }
  }

  /** A word for each image; none where there is no such array. */
  private static List<String> beside(ArrayFiles arrays, String name, int count) throws IOException {
    if (!arrays.names().contains(name)) {
      return List.of();
    }
    List<String> words = arrays.words(name);
    if (words.size() != count) {
      throw new InputException(
          "%s holds %d words for %d images".formatted(name, words.size(), count));
    }
    return words;
  }

  private Optional<String> label(String word, String prefix) {
    if (labels.isEmpty()) {
      return Optional.of(word);
    }
    if (!word.matches("-?\\d{1,18}")) {
      throw new InputException(
          "%slabels holds words such as \"%s\"; leave --labels out".formatted(prefix, word));
    }
    long number = Long.parseLong(word);
    return number >= 0 && number < labels.size()
        ? Optional.of(labels.get((int) number))
        : Optional.empty();
  }

  private static byte[] png(Shape shape, byte[] values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(values.length);
    SampleType.Samples samples = shape.type.samples(values);
    PngWriter.write(
        out, shape.height, shape.width, shape.channels, samples.bits(), samples.bytes());
    return out.toByteArray();
  }
}
