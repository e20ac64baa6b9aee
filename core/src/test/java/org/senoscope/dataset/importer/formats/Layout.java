package org.senoscope.dataset.importer.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.study.Modality;

/**
 * One layout of published images as a small synthetic source: six sound images, three of each of
 * two labels, and a way to add one more of given bytes.
 */
public enum Layout {
  BUSI("pathology", "benign", "malignant") {
    @Override
    void fill(Path folder) throws IOException {
      for (int i = 1; i <= 3; i++) {
        for (String label : new String[] {"benign", "malignant"}) {
          write(folder, "%s/%s (%d).png".formatted(label, label, i), image(i, label.length()));
          write(folder, "%s/%s (%d)_mask.png".formatted(label, label, i), disc(i));
        }
      }
      write(folder, "benign/benign (2)_mask_1.png", disc(9));
    }

    @Override
    String add(Path folder, String name, byte[] bytes) throws IOException {
      return write(folder, "benign/" + name, bytes);
    }
  },

  MIAS("pathology", "normal", "malignant") {
    @Override
    void fill(Path folder) throws IOException {
      StringBuilder rows = new StringBuilder("Prose about mdb films.\n1st column: number\n\n");
      for (int i = 1; i <= 6; i++) {
        rows.append("mdb%03d G %s\n".formatted(i, i % 2 == 0 ? "NORM " : "CIRC M 20 30 5"));
        write(folder, "mdb%03d.%s".formatted(i, i < 4 ? "pgm" : "png"), i < 4 ? pgm(i) : image(i));
      }
      Files.writeString(folder.resolve("Info.txt"), rows + "\n=====\n");
    }

    @Override
    String add(Path folder, String name, byte[] bytes) throws IOException {
      Files.writeString(
          folder.resolve("Info.txt"), "mdb007 F CIRC B 20 30 5\n", StandardOpenOption.APPEND);
      return write(folder, "mdb007.png", bytes);
    }

    @Override
    boolean takesAnyName() {
      return false;
    }
  },

  FOLDERS("cancer", "0", "1") {
    @Override
    void fill(Path folder) throws IOException {
      for (int i = 0; i < 6; i++) {
        write(folder, "%d/7%d_%d.png".formatted(i % 2, i / 2, i), image(i));
      }
    }

    @Override
    String add(Path folder, String name, byte[] bytes) throws IOException {
      return write(folder, "1/79_" + name, bytes);
    }

    @Override
    Importers.Details details() {
      return new Importers.Details(
          "cancer", Optional.of(Modality.MG), "^(\\d+)_", java.util.List.of(), "");
    }
  },

  PUBLISHED_FOLDERS("class", "cat", "dog") {
    @Override
    void fill(Path folder) throws IOException {
      for (int i = 0; i < 6; i++) {
        String part = i < 2 ? "train" : i < 4 ? "valid" : "test";
        write(folder, "%s/%s/x.png".formatted(part, i % 2 == 0 ? "cat" : "dog"), image(i));
      }
    }

    @Override
    String add(Path folder, String name, byte[] bytes) throws IOException {
      return write(folder, "test/cat/" + name, bytes);
    }

    @Override
    String layout() {
      return "folders";
    }
  },

  BUS_BRA("pathology", "benign", "malignant") {
    @Override
    void fill(Path folder) throws IOException {
      StringBuilder rows =
          new StringBuilder("ID,Case,Histology,Pathology,BIRADS,Device,Width,Height,Side,BBOX\n");
      for (int i = 1; i <= 6; i++) {
        rows.append(row("bus_%04d-l".formatted(i), i, i % 2 == 0 ? "benign" : "malignant"));
        write(folder, "Images/bus_%04d-l.png".formatted(i), image(i));
        write(folder, "Masks/mask_%04d-l.png".formatted(i), disc(i));
      }
      Files.writeString(folder.resolve("bus_data.csv"), rows);
    }

    private String row(String id, int patient, String pathology) {
      return "%s,%d,cyst,%s,2,Device,80,96,left,\"[20,30,40,10]\"\n"
          .formatted("\"" + id.replace("\"", "\"\"") + "\"", patient, pathology);
    }

    @Override
    String add(Path folder, String name, byte[] bytes) throws IOException {
      String id = "bus_" + name.substring(0, name.lastIndexOf('.'));
      Files.writeString(
          folder.resolve("bus_data.csv"), row(id, 9, "benign"), StandardOpenOption.APPEND);
      write(folder, "Masks/mask_" + id.substring(4) + ".png", disc(3));
      return write(folder, "Images/" + id + ".png", bytes);
    }

    @Override
    String layout() {
      return "bus-bra";
    }
  },

  CSV("density", "1", "4") {
    @Override
    void fill(Path folder) throws IOException {
      StringBuilder rows = new StringBuilder("\uFEFFfile,woman,side,dense,box\n");
      for (int i = 1; i <= 6; i++) {
        rows.append("a/%d.png,w%d,%s,%d,10 12 5 6\n".formatted(i, i / 2, "right", i % 2 * 3 + 1));
        write(folder, "a/%d.png".formatted(i), image(i));
      }
      Files.writeString(folder.resolve("cases.csv"), rows);
    }

    @Override
    String add(Path folder, String name, byte[] bytes) throws IOException {
      Files.writeString(
          folder.resolve("cases.csv"),
          "\"a/%s\",w9,L,4,\n".formatted(name.replace("\"", "\"\"")),
          StandardOpenOption.APPEND);
      return write(folder, "a/" + name, bytes);
    }

    @Override
    Importers.Details details() {
      return new Importers.Details(
          "",
          Optional.of(Modality.MG),
          "",
          java.util.List.of(),
          "image=file,patient=woman,laterality=side,label.density=dense,roi.xywh=box");
    }
  },

  NPZ("class", "malignant", "other") {
    @Override
    void fill(Path folder) throws IOException {
      try (ZipOutputStream zip =
          new ZipOutputStream(Files.newOutputStream(folder.resolve("set.npz")))) {
        entry(zip, "train_images", array("|u1", new int[] {4, 20, 24}, 1));
        entry(zip, "train_labels", array("|u1", new int[] {4, 1}, 0));
        entry(zip, "val_images", array("|u1", new int[] {2, 20, 24, 3}, 2));
        entry(zip, "val_labels", array("<i8", new int[] {2}, 0));
      }
    }

    private void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
      zip.putNextEntry(new ZipEntry(name + ".npy"));
      zip.write(bytes);
    }

    @Override
    Importers.Details details() {
      return new Importers.Details(
          "", Optional.empty(), "", java.util.List.of("malignant", "other"), "");
    }
  },

  NPY("class", "0", "1") {
    @Override
    void fill(Path folder) throws IOException {
      write(folder, "images.npy", array("|u1", new int[] {6, 20, 24}, 1));
      write(folder, "labels.npy", array(">i4", new int[] {6}, 0));
    }
  };

  private final String task;
  private final String label;
  private final String otherLabel;

  Layout(String task, String label, String otherLabel) {
    this.task = task;
    this.label = label;
    this.otherLabel = otherLabel;
  }

  /** Writes the six sound images and what goes with them. */
  abstract void fill(Path folder) throws IOException;

  /** Adds a seventh image and returns the path that the import knows it by. */
  String add(Path folder, String name, byte[] bytes) throws IOException {
    throw new UnsupportedOperationException(this + " holds no files");
  }

  /** Whether images are files of their own. */
  boolean hasFiles() {
    return this != NPZ && this != NPY;
  }

  /** Whether {@link #add} keeps the name. */
  boolean takesAnyName() {
    return hasFiles();
  }

  String layout() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  Importers.Details details() {
    return Importers.Details.NONE;
  }

  String task() {
    return task;
  }

  /** How many images have which label. */
  Map<String, Long> labels() {
    return Map.of(label, 3L, otherLabel, 3L);
  }

  /** Fills a new folder. */
  public Path make(Path folder) {
    try {
      fill(Files.createDirectories(folder));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The importer of such a folder. */
  public Importer importer(Path folder) throws IOException {
    return Importers.of(layout(), folder, details());
  }

  static String write(Path folder, String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return path;
  }

  /** A PNG of 48 rows and 40 columns, another one for other numbers. */
  static byte[] image(int... numbers) {
    float[] pixels = new float[48 * 40];
    int number = java.util.Arrays.hashCode(numbers) & 63;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i * (number + 3) % 211) / 255f;
    }
    return png(48, pixels);
  }

  private static byte[] disc(int number) {
    float[] pixels = new float[48 * 40];
    for (int i = 0; i < pixels.length; i++) {
      int down = i / 40 - 10 - number;
      int right = i % 40 - 20;
      pixels[i] = down * down + right * right <= 16 ? 1 : 0;
    }
    return png(48, pixels);
  }

  private static byte[] png(int height, float[] pixels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageFiles.writePng(new GreyImage(height, pixels.length / height, pixels), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] pgm(int number) {
    byte[] head = "P5\n40 48\n255\n".getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = java.util.Arrays.copyOf(head, head.length + 48 * 40);
    for (int i = head.length; i < bytes.length; i++) {
      bytes[i] = (byte) (i * number);
    }
    return bytes;
  }

  /** A NumPy array file: the values count up modulo 251 for images, 0 and 1 in turn for labels. */
  static byte[] array(String type, int[] shape, int step) {
    String shapeText =
        String.join(", ", java.util.Arrays.stream(shape).mapToObj(Integer::toString).toList())
            + ",";
    String head =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, shapeText);
    head = head + " ".repeat(63 - (head.length() + 10) % 64) + "\n";
    int size = type.charAt(2) - '0';
    int count = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer out = ByteBuffer.allocate(10 + head.length() + count * size);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.order(ByteOrder.LITTLE_ENDIAN).putShort((short) head.length());
    out.put(head.getBytes(StandardCharsets.US_ASCII));
    out.order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int value = step == 0 ? i % 2 : i * step % 251;
      switch (size) {
        case 1 -> out.put((byte) value);
        case 4 -> out.putInt(value);
        default -> out.putLong(value);
      }
    }
    return out.array();
  }
}
