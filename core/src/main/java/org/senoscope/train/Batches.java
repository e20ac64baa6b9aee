package org.senoscope.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bytedeco.javacpp.FloatPointer;
import org.senoscope.model.InputDescription;

/**
 * Makes the batches of one epoch ahead of the step that uses them: a fixed number of native buffers
 * go round, worker threads warp images into them, and nothing is allocated once it runs.
 *
 * <p>{@link Pass#next} and {@link Batch#release} are for one thread.
 */
final class Batches implements AutoCloseable {
  private static final int AHEAD = 3;

  private final PixelCache cache;
  private final InputDescription input;
  private final ExecutorService pool;
  private final Optional<LesionTargets> targets;
  private final BlockingQueue<Memory> free = new ArrayBlockingQueue<>(AHEAD);
  private final List<FloatPointer> buffers = new ArrayList<>();

  /** One image's levels for each worker, or its mask; it goes with the workers. */
  private final ThreadLocal<byte[]> levels;

  /** Room for the images of a batch, and for what a mask head learns of them. */
  private record Memory(FloatPointer images, Optional<FloatPointer> targets) {}

  /**
   * Buffers for batches of at most so many images.
   *
   * @param targets of a mask head; empty where there is none
   * @param threads that warp images
   */
  Batches(
      PixelCache cache,
      InputDescription input,
      int largestBatch,
      Optional<LesionTargets> targets,
      int threads) {
    this.cache = cache;
    this.input = input;
    this.targets = targets;
    this.levels = ThreadLocal.withInitial(() -> new byte[cache.imageSize()]);
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "augmentation");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < AHEAD; i++) {
      free.add(
          new Memory(
              buffer((long) largestBatch * input.size()),
              targets.map(each -> buffer((long) largestBatch * each.size()))));
    }
  }

  private FloatPointer buffer(long size) {
    FloatPointer buffer = new FloatPointer(size);
    // Not to be freed with whatever scope the caller has open.
    buffer.retainReference();
    buffers.add(buffer);
    return buffer;
  }

  /** Images of a batch, channels last: (n, height, width, channels). */
  final class Batch {
    private final int[] images;
    private final Memory memory;

    Batch(int[] images, Memory memory) {
      this.images = images;
      this.memory = memory;
    }

    /** Which images. */
    int[] images() {
      return images;
    }

    /** Their values. */
    FloatPointer memory() {
      return memory.images();
    }

    /**
     * What a mask head learns of them: (n, 1, rows, columns); empty where there is none, and
     * written in passes that {@link Batches#learned learn} alone.
     */
    Optional<FloatPointer> targets() {
      return memory.targets();
    }

    /** Gives the memory back: the batch is done with. */
    void release() {
      free.add(memory);
    }
  }

  /** Decides the draw for an image. */
  @FunctionalInterface
  interface Draws {
    /** The draw for an image, which stands at a position of the pass. */
    Augmentation.Draw of(int image, int position);
  }

  /** The draws of an epoch's training images; an image that comes again is drawn anew. */
  static Draws augmented(Augmentation augmentation, long seed, int epoch, EpochOrder order) {
    return (image, position) -> {
      long drawn = Seeds.mix(seed, epoch, image, Seeds.AUGMENTATION);
      int occurrence = order.occurrence(position);
      return augmentation.draw(
          new SplittableRandom(
              occurrence == 0 ? drawn : Seeds.mix(drawn, occurrence, 0, Seeds.AUGMENTATION)));
    };
  }

  /** A pass over batches, each ready before it is asked for. */
  final class Pass {
    private final List<int[]> batches;
    private final Draws draws;
    private final boolean learned;
    private final java.util.ArrayDeque<CompletableFuture<Batch>> ready =
        new java.util.ArrayDeque<>();
    private int begun;
    private int position;

    private Pass(List<int[]> batches, Draws draws, boolean learned) {
      this.batches = batches;
      this.draws = draws;
      this.learned = learned;
    }

    boolean hasNext() {
      return begun < batches.size() || !ready.isEmpty();
    }

    /** The next batch; {@link Batch#release} it before asking for many more. */
    Batch next() {
      while (begun < batches.size()) {
        Memory memory = free.poll();
        if (memory == null) {
          break;
        }
        int[] images = batches.get(begun++);
        ready.add(fill(images, memory));
        position += images.length;
      }
      return ready.remove().join();
    }

    private CompletableFuture<Batch> fill(int[] images, Memory memory) {
      FloatBuffer target = memory.images().asByteBuffer().asFloatBuffer();
      Optional<FloatBuffer> masks =
          (learned ? memory.targets() : Optional.<FloatPointer>empty())
              .map(buffer -> buffer.asByteBuffer().asFloatBuffer());
      int first = position;
      CompletableFuture<?>[] parts = new CompletableFuture<?>[images.length];
      for (int place = 0; place < images.length; place++) {
        int at = place;
        parts[place] =
            CompletableFuture.runAsync(
                () -> {
                  byte[] own = levels.get();
                  Augmentation.Draw draw = draws.of(images[at], first + at);
                  cache.read(images[at], own);
                  Augmentation.apply(draw, own, input, target, at * input.size());
                  if (masks.isPresent()) {
                    LesionTargets grid = targets.orElseThrow();
                    cache.readMask(images[at], own);
                    grid.write(
                        draw, own, input.height(), input.width(), masks.get(), at * grid.size());
                  }
                },
                pool);
      }
      return CompletableFuture.allOf(parts).thenApply(done -> new Batch(images, memory));
    }
  }

  /** Begins a pass over images that are looked at. */
  Pass looked(List<int[]> batches, Draws draws) {
    return new Pass(batches, draws, false);
  }

  /** Begins a pass over images that are learned from, with what a mask head learns of them. */
  Pass learned(List<int[]> batches, Draws draws) {
    return new Pass(batches, draws, true);
  }

  /** Cuts an order of images into batches of nearly equal size, at most {@code largest} each. */
  static List<int[]> cut(int[] order, int largest) {
    int count = count(order.length, largest);
    List<int[]> batches = new ArrayList<>(count);
    for (int batch = 0; batch < count; batch++) {
      int from = (int) ((long) order.length * batch / count);
      int to = (int) ((long) order.length * (batch + 1) / count);
      batches.add(java.util.Arrays.copyOfRange(order, from, to));
    }
    return batches;
  }

  /** How many batches so many images are cut into. */
  static int count(int images, int largest) {
    return (images + largest - 1) / largest;
  }

  @Override
  public void close() {
    pool.shutdownNow();
    try {
      // A worker may still write into a buffer; wait before its memory goes.
      if (!pool.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    buffers.forEach(FloatPointer::close);
  }
}
