package org.senoscope.dataset.audit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The sketches of a data set's images by place, in a file that is mapped: the system keeps as much
 * of it in memory as nobody else wants, so that 100,000 images take no more of ours than 1,000. The
 * file has no name once it is open, so none is left behind, also after kill -9.
 *
 * <p>Safe for several threads, of which each place is put by one, before it is asked for.
 */
final class SketchFile extends AbstractList<Optional<Sketch>> implements AutoCloseable {
  private final FileChannel channel;
  private final Arena arena;
  private final MemorySegment all;
  private final boolean[] present;

  private SketchFile(FileChannel channel, Arena arena, MemorySegment all, int count) {
    this.channel = channel;
    this.arena = arena;
    this.all = all;
    this.present = new boolean[count];
  }

  /**
   * Room for so many sketches.
   *
   * @param folder that takes the file
   */
  static SketchFile in(Path folder, int count) throws IOException {
    Path file = folder.resolve(".partial-sketches-" + UUID.randomUUID());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Arena arena = Arena.ofShared();
    try {
      long bytes = (long) count * Sketch.BYTES;
      channel.write(ByteBuffer.allocate(1), Math.max(0, bytes - 1)); // as long as it will be
      return new SketchFile(
          channel, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena), count);
    } catch (IOException | RuntimeException e) {
      arena.close();
      channel.close();
      throw e;
    } finally {
      Files.delete(file);
    }
  }

  /** Keeps the sketch of a place. Written and not mapped: a full disk is an error then. */
  void put(int place, Sketch sketch) throws IOException {
    ByteBuffer bytes = sketch.toBytes();
    long at = (long) place * Sketch.BYTES;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
    present[place] = true;
  }

  @Override
  public Optional<Sketch> get(int place) {
    if (!present[place]) {
      return Optional.empty();
    }
    return Optional.of(
        Sketch.ofBytes(
            ByteBuffer.wrap(
                all.asSlice((long) place * Sketch.BYTES, Sketch.BYTES)
                    .toArray(ValueLayout.JAVA_BYTE))));
  }

  @Override
  public int size() {
    return present.length;
  }

  /** The same sketches, and none at some places; not to be used once this is closed. */
  AbstractList<Optional<Sketch>> without(Iterable<Integer> places) {
    boolean[] left = new boolean[present.length];
    Arrays.fill(left, true);
    places.forEach(place -> left[place] = false);
    return new AbstractList<>() {
      @Override
      public Optional<Sketch> get(int place) {
        return left[place] ? SketchFile.this.get(place) : Optional.empty();
      }

      @Override
      public int size() {
        return left.length;
      }
    };
  }

  @Override
  public void close() throws IOException {
    arena.close();
    channel.close();
  }
}
