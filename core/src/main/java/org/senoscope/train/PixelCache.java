package org.senoscope.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.files.Hashes;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.image.steps.Geometry;
import org.senoscope.image.steps.Prepared;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.model.InputDescription;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Every image of a run, decoded and prepared once, in one memory-mapped file: 8 bits a pixel, shape
 * (height, width) of the network's input; how each looks, for the bundle's fingerprint; and, where
 * they are learned, readers' lesion masks as the prepared images show them. The system keeps as
 * much of it in memory as fits, so that 100,000 images take no more of ours than 100.
 *
 * <p>Safe for reading by several threads until closed.
 */
final class PixelCache implements AutoCloseable {
  private static final int APPEARANCE_BYTES = Appearance.LONGS * Long.BYTES;

  private final Arena arena;
  private final MemorySegment pixels;
  private final MemorySegment appearances;
  private final MemorySegment masks;
  private final int size;

  private PixelCache(Arena arena, MemorySegment all, Layout layout) {
    this.arena = arena;
    this.pixels = all;
    this.appearances = all.asSlice(layout.appearance(0));
    this.masks = layout.masks() ? all.asSlice(layout.mask(0)) : MemorySegment.NULL;
    this.size = layout.size();
  }

  /**
   * Where things lie in the file.
   *
   * @param images how many
   * @param height of each
   * @param width of each
   * @param masks whether it has a mask of each
   */
  private record Layout(int images, int height, int width, boolean masks) {
    int size() {
      return height * width;
    }

    long pixels(int image) {
      return (long) image * size();
    }

    long appearance(int image) {
      return (long) images * size() + (long) image * APPEARANCE_BYTES;
    }

    long mask(int image) {
      return appearance(images) + (long) image * size();
    }

    long bytes() {
      return masks ? mask(images) : appearance(images);
    }
  }

  /**
   * Opens the cache in a folder, and makes it first where it is missing or of other images or
   * steps.
   *
   * @param folder the run's
   * @param masks whether readers' lesion masks are wanted
   */
  static PixelCache open(
      Path folder,
      Dataset dataset,
      List<ManifestRow> rows,
      Preprocessing preprocessing,
      InputDescription input,
      boolean masks,
      Progress progress)
      throws IOException {
    Layout layout = new Layout(rows.size(), input.height(), input.width(), masks);
    String key = key(rows, preprocessing, masks);
    Path file = folder.resolve("cache-" + key.substring(0, 16) + ".bin");
    long wanted = layout.bytes();
    if (!Files.isRegularFile(file) || Files.size(file) != wanted) {
      make(file, dataset, rows, preprocessing, layout, progress);
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, wanted, arena);
      return new PixelCache(arena, all, layout);
    }
  }

  private static String key(List<ManifestRow> rows, Preprocessing preprocessing, boolean masks) {
    StringBuilder text = new StringBuilder(preprocessing.toJson().toString());
    for (ManifestRow row : rows) {
      text.append('\n').append(row.sha256());
      if (preprocessing.needsMarks()) {
        text.append(' ').append(Roi.format(row.roi()));
      }
      if (masks) {
        text.append(" mask ").append(row.mask());
        if (row.mask().isEmpty() && !row.roi().isEmpty()) {
          text.append("marks ").append(Roi.format(row.roi()));
        }
      }
    }
    return Hashes.sha256(text.toString());
  }

  private static void make(
      Path file,
      Dataset dataset,
      List<ManifestRow> rows,
      Preprocessing preprocessing,
      Layout layout,
      Progress progress)
      throws IOException {
    Path partial = file.resolveSibling(".partial-" + file.getFileName());
    ImageRoom room = ImageRoom.inHeap(ImageLimits.DEFAULT, preprocessing.bytesPerPixel());
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    try (FileChannel channel =
            FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Progress.Stage stage = progress.stage("preparing images", rows.size())) {
      java.util.ArrayDeque<Future<?>> waiting = new java.util.ArrayDeque<>();
      for (int i = 0; i < rows.size(); i++) {
        int index = i;
        waiting.add(
            pool.submit(
                () -> {
                  prepare(channel, room, dataset, rows, index, preprocessing, layout);
                  stage.advance();
                }));
        if (waiting.size() >= 16 * threads) {
          await(waiting.remove());
        }
      }
      while (!waiting.isEmpty()) {
        await(waiting.remove());
      }
      channel.force(true);
    }
    Files.move(partial, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static void await(Future<?> work) throws IOException {
    try {
      work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      if (e.getCause() instanceof InputException fault) {
        throw fault;
      }
      throw new IllegalStateException("An image could not be prepared", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while preparing images", e);
    }
  }

  private static void prepare(
      FileChannel channel,
      ImageRoom room,
      Dataset dataset,
      List<ManifestRow> rows,
      int index,
      Preprocessing preprocessing,
      Layout layout) {
    Geometry geometry;
    int size = layout.size();
    try (ImageRoom.Held held = room.read(dataset.resolve(rows.get(index).image()))) {
      GreyImage image = held.image();
      Prepared made = preprocessing.prepare(image, Marks.of(rows.get(index).roi()));
      GreyImage prepared = made.image();
      geometry = made.geometry();
      if (prepared.height() * prepared.width() != size) {
        throw new IOException(
            "preparation gave %d × %d, not the network's input"
                .formatted(prepared.height(), prepared.width()));
      }
      byte[] levels = new byte[size];
      float[] values = prepared.pixels();
      for (int pixel = 0; pixel < size; pixel++) {
        levels[pixel] = (byte) Math.round(Math.clamp(values[pixel], 0f, 1f) * 255);
      }
      writeAt(channel, ByteBuffer.wrap(levels), layout.pixels(index));
      ByteBuffer appearance =
          ByteBuffer.allocate(APPEARANCE_BYTES).order(java.nio.ByteOrder.nativeOrder());
      appearance.asLongBuffer().put(Appearance.of(image).toLongs());
      writeAt(channel, appearance, layout.appearance(index));
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("%s: %s".formatted(rows.get(index).image(), e.getMessage()), e));
    } catch (InputException e) {
      throw new InputException("%s: %s".formatted(rows.get(index).image(), e.getMessage()), e);
    }
    if (layout.masks()) {
      writeMask(channel, room, dataset, rows.get(index), geometry, index, layout);
    }
  }

  /** After the image's own room was given back: whoever holds one never waits for another. */
  private static void writeMask(
      FileChannel channel,
      ImageRoom room,
      Dataset dataset,
      ManifestRow row,
      Geometry geometry,
      int index,
      Layout layout) {
    byte[] inside = new byte[layout.size()];
    if (!row.mask().isEmpty()) {
      try (ImageRoom.Held held = room.read(dataset.resolve(row.mask()))) {
        inside =
            LesionTargets.prepared(
                LesionMask.of(held.image()), geometry, layout.height(), layout.width());
      } catch (IOException e) {
        throw new UncheckedIOException(
            new IOException("mask of %s: %s".formatted(row.image(), e.getMessage()), e));
      }
    } else if (!row.roi().isEmpty()) {
      // A reader's box alone: the ellipse in it is nearer to a lesion than its corners are.
      LesionMask filled = new LesionMask(row.height(), row.width());
      row.roi().forEach(filled::addEllipse);
      inside = LesionTargets.prepared(filled, geometry, layout.height(), layout.width());
    }
    try {
      writeAt(channel, ByteBuffer.wrap(inside), layout.mask(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeAt(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Copies an image's levels. */
  void read(int index, byte[] target) {
    MemorySegment.copy(pixels, ValueLayout.JAVA_BYTE, (long) index * size, target, 0, size);
  }

  /**
   * Copies an image's lesion mask, or the ellipses in a reader's boxes where it has none: 1 inside,
   * 0 outside; 0 throughout where there are no boxes either.
   */
  void readMask(int index, byte[] target) {
    MemorySegment.copy(masks, ValueLayout.JAVA_BYTE, (long) index * size, target, 0, size);
  }

  /** How an image looks, of the image as read. */
  Appearance appearance(int index) {
    return Appearance.ofLongs(
        appearances
            .asSlice((long) index * APPEARANCE_BYTES, APPEARANCE_BYTES)
            .toArray(ValueLayout.JAVA_LONG_UNALIGNED));
  }

  /** Levels of one image. */
  int imageSize() {
    return size;
  }

  @Override
  public void close() {
    arena.close();
  }
}
