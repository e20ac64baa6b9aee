package org.senoscope.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Geometry;
import org.senoscope.image.steps.Prepared;
import org.senoscope.refusal.Features;
import org.senoscope.refusal.Gate;
import org.senoscope.refusal.Judgement;
import org.senoscope.refusal.PictureFacts;
import org.senoscope.refusal.Refusal;
import org.senoscope.study.Marks;
import org.senoscope.study.Prediction;
import org.senoscope.work.InputException;

/**
 * Runs a bundle's network on ONNX Runtime. Safe for several threads: as many inferences as there
 * are callers allowed run at once, further ones wait, so that memory stays bounded. Close it to
 * give the native memory back; closing waits for the inferences under way.
 *
 * <p>Where the system property {@code onnxruntime.native.path} names a folder, ONNX Runtime loads
 * its libraries from there; else it unpacks them to the temporary folder at every start.
 */
public final class Predictor implements AutoCloseable {
  /** Most images in one run, and most values of theirs: memory, not speed, is the limit. */
  private static final int IMAGES_AT_ONCE = 16;

  private static final int VALUES_AT_ONCE = 4_000_000;

  private final Bundle bundle;
  private final Variant variant;
  private final BundleDescription description;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Signature signature;
  private final Optional<Gate> gate;
  private final int threads;
  private final int callers;
  private final Semaphore permits;
  private final Queue<Slot> idle = new ConcurrentLinkedQueue<>();
  private final Object gradientsLock = new Object();
  private @Nullable Gradients gradients;
  private boolean gradientsSought;
  private volatile Optional<Boolean> wayBackSeen = Optional.empty();
  private boolean closed;

  private Predictor(
      Bundle bundle,
      Variant variant,
      OrtEnvironment environment,
      OrtSession session,
      Signature signature,
      Optional<Gate> gate,
      int threads,
      int callers) {
    this.bundle = bundle;
    this.variant = variant;
    this.description = bundle.description();
    this.environment = environment;
    this.session = session;
    this.signature = signature;
    this.gate = gate;
    this.threads = threads;
    this.callers = callers;
    this.permits = new Semaphore(callers);
  }

  /** As {@link #open(Bundle, int, int)}, with as many callers at once as the machine has cores. */
  public static Predictor open(Bundle bundle, int threads) throws IOException {
    return open(bundle, threads, Runtime.getRuntime().availableProcessors());
  }

  /** As {@link #open(Bundle, Variant, int, int)}, in floats. */
  public static Predictor open(Bundle bundle, int threads, int callers) throws IOException {
    return open(bundle, Variant.FLOAT, threads, callers);
  }

  /**
   * Loads a bundle's network.
   *
   * @param variant in which numbers; heatmaps from gradients are of the float network in any case
   * @param threads that work on one inference, at least 1
   * @param callers inferences that may run at once, at least 1
   * @throws InputException when the bundle does not carry the variant, ONNX Runtime refuses the
   *     network, or its inputs and outputs are not those of the description
   */
  public static Predictor open(Bundle bundle, Variant variant, int threads, int callers)
      throws IOException {
    if (threads < 1 || callers < 1) {
      throw new IllegalArgumentException(
          "threads and callers must be at least 1, were %d and %d".formatted(threads, callers));
    }
    if (!bundle.has(variant)) {
      throw new InputException(
          "Bundle %s has no %s; make a bundle that has with senoscope export --format onnx-int8 --bundle"
              .formatted(bundle.path(), Bundle.MODEL_INT8));
    }
    String file = variant == Variant.INT8 ? Bundle.MODEL_INT8 : Bundle.MODEL_ONNX;
    Optional<Path> folder = bundle.folder();
    Optional<Gate> gate = bundle.gate(variant);
    // Before the session: a zip's weights may be faulty in ways that have better words than ORT's.
    byte[] singleFile = folder.isPresent() ? new byte[0] : singleFile(bundle, variant);
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = OnnxRuntime.options(threads)) {
      OrtSession session =
          folder.isPresent()
              ? environment.createSession(folder.get().resolve(file).toString(), options)
              : environment.createSession(singleFile, options);
      try {
        Signature signature = Signature.check(bundle.description(), session);
        return new Predictor(
            bundle, variant, environment, session, signature, gate, threads, callers);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new InputException(
          "Bundle %s: ONNX Runtime cannot load %s: %s".formatted(bundle.path(), file, oneLine(e)),
          e);
    } catch (Signature.Mismatch e) {
      throw new InputException(
          "Bundle %s: %s is not what model.json says: %s"
              .formatted(bundle.path(), file, e.getMessage()),
          e);
    }
  }

  private static byte[] singleFile(Bundle bundle, Variant variant) throws IOException {
    if (variant == Variant.FLOAT) {
      return bundle.singleFileOnnx().toByteArray();
    }
    try (InputStream in = bundle.openFile(Bundle.MODEL_INT8)) {
      return in.readAllBytes();
    }
  }

  /** The bundle that runs. */
  public Bundle bundle() {
    return bundle;
  }

  /** Whether inferences carry class maps of the main task, from which heatmaps are made. */
  public boolean givesMaps() {
    return signature.maps(description.task().name()).isPresent();
  }

  /**
   * Whether the network can be gone back through, for heatmaps from gradients.
   *
   * @throws IllegalStateException after closing
   */
  public boolean givesGradients() {
    return permitted(() -> wayBack().isPresent());
  }

  /**
   * The same as far as the network's graph tells, without loading anything: what can be said of a
   * model at any time, also after closing. Where gradients were asked for, it is what came of it.
   */
  public boolean seemsToGiveGradients() {
    Optional<Boolean> seen = wayBackSeen;
    if (seen.isEmpty()) {
      try {
        seen = Optional.of(Gradients.suits(bundle));
      } catch (IOException | InputException e) {
        return false; // gone from the disk, as a model that was replaced
      }
      synchronized (gradientsLock) {
        wayBackSeen = gradientsSought ? wayBackSeen : seen;
      }
    }
    return seen.orElse(false);
  }

  /**
   * The gradients of an image that went through the bundle's steps.
   *
   * @param prepared shape (height, width) of the bundle's input
   * @throws IllegalStateException after closing, or when the network has no way back
   */
  public Gradients.Maps gradients(GreyImage prepared) {
    return permitted(
        () ->
            wayBack()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "There is no way back through " + description.title()))
                .of(prepared));
  }

  /** Loaded when first asked for, under a permit, so that closing waits for it and closes it. */
  private Optional<Gradients> wayBack() {
    synchronized (gradientsLock) {
      if (!gradientsSought) {
        gradientsSought = true; // once, whatever comes of it
        try {
          gradients = Gradients.open(bundle, threads).orElse(null);
          wayBackSeen = Optional.of(gradients != null);
        } catch (OutOfMemoryError e) {
          // A mean of large networks: heatmaps come from class maps, or from covering places.
          wayBackSeen = Optional.of(false);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return Optional.ofNullable(gradients);
    }
  }

  /**
   * Runs once on a black image, so that the first real one need not wait for what is made lazily.
   */
  public void warmUp() {
    InputDescription input = description.input();
    GreyImage black =
        new GreyImage(input.height(), input.width(), new float[input.height() * input.width()]);
    var _ = judged(Optional.of(black), inferPrepared(black));
  }

  /**
   * Prepares an image by the bundle's steps and runs the network on it.
   *
   * @param image as read, of any size
   * @throws InputException when the steps need readers' marks
   */
  public Inference infer(GreyImage image) {
    return infer(image, Marks.UNKNOWN);
  }

  /**
   * Prepares an image by the bundle's steps and runs the network on it.
   *
   * @param image as read, of any size
   * @param marks what readers marked on it
   * @throws InputException when the steps need marks and nobody was asked, or a mark lies outside
   *     the image
   */
  public Inference infer(GreyImage image, Marks marks) {
    Prepared prepared = description.preprocessing().prepare(image, marks);
    Inference inference = run(writable(prepared.image()), prepared.geometry());
    return judged(Optional.of(image), inference);
  }

  /**
   * What is known of an image apart from the answer: what a gate is made of, and judges by.
   *
   * @param image as read, of any size
   * @param marks what readers marked on it
   * @throws InputException as {@link #infer(GreyImage, Marks)}
   */
  public Features look(GreyImage image, Marks marks) {
    Prepared prepared = description.preprocessing().prepare(image, marks);
    return features(Optional.of(image), run(writable(prepared.image()), prepared.geometry()));
  }

  private static Features features(Optional<GreyImage> image, Inference inference) {
    return new Features(image.map(PictureFacts::of), inference.textures(), inference.features());
  }

  private Inference judged(Optional<GreyImage> image, Inference inference) {
    return gate.map(known -> inference.judged(known.judge(image, features(image, inference))))
        .orElse(inference);
  }

  /**
   * Runs the network on an image that went through the bundle's steps.
   *
   * @param prepared shape (height, width) of the bundle's input
   * @throws IllegalStateException after closing
   */
  public Inference inferPrepared(GreyImage prepared) {
    return run(writable(prepared), Geometry.asRead(prepared.height(), prepared.width()));
  }

  /**
   * Runs the network on an image that a caller sent as a tensor: it is brought to the network's
   * scale, and otherwise taken as it is, without the bundle's steps.
   *
   * @param tensor values as {@link InputDescription#values} says, channel by channel
   * @throws IllegalStateException after closing
   */
  public Inference inferTensor(float[] tensor) {
    InputDescription input = description.input();
    Inference inference =
        run(
            (mirrored, target) -> input.writeTensor(tensor, mirrored, target),
            Geometry.asRead(input.height(), input.width()));
    return judged(Optional.empty(), inference);
  }

  /** An image that can write itself, or its left-right mirror, as the network takes it. */
  @FunctionalInterface
  private interface Writable {
    void write(boolean mirrored, FloatBuffer target);
  }

  private Writable writable(GreyImage image) {
    InputDescription input = description.input();
    return (mirrored, target) -> {
      if (mirrored) {
        input.writeMirrored(image, target);
      } else {
        input.write(image, target);
      }
    };
  }

  private Inference run(Writable image, Geometry geometry) {
    return permitted(
        () -> {
          Slot slot = idle.poll();
          if (slot == null) {
            slot = new Slot(1);
          }
          try {
            slot.fill(List.of(image));
            try (OrtSession.Result result = slot.run(signature.outputs())) {
              return read(result, geometry);
            }
          } finally {
            idle.add(slot);
          }
        });
  }

  /**
   * The logits of many prepared images, several in one run of the network: what explanations by
   * trial need.
   *
   * @param task its name
   * @param count how many images
   * @param prepared gives each, of the shape (height, width) of the bundle's input; asked for in
   *     order, a few at a time
   * @return by image, the mean with its mirror's where the bundle averages
   * @throws IllegalStateException after closing
   */
  public List<float[]> logits(String task, int count, IntFunction<GreyImage> prepared) {
    int length =
        description.heads().stream()
            .filter(head -> head.task().name().equals(task))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("No task is named " + task))
            .logits();
    int copies = description.mirroredAveraging() ? 2 : 1;
    int most = Math.clamp(VALUES_AT_ONCE / description.input().size(), 1, IMAGES_AT_ONCE);
    String output = signature.logits(task);
    List<float[]> logits = new ArrayList<>();
    while (logits.size() < count) {
      int first = logits.size();
      List<Writable> images =
          IntStream.range(first, Math.min(count, first + most))
              .mapToObj(i -> writable(prepared.apply(i)))
              .toList();
      logits.addAll(
          permitted(
              () -> {
                Slot slot = new Slot(images.size());
                try {
                  slot.fill(images);
                  try (OrtSession.Result result = slot.run(Set.of(output))) {
                    FloatBuffer values = values(result, output);
                    int expected = images.size() * copies * length;
                    if (values.remaining() != expected) {
                      throw new IllegalStateException(
                          "Network of %s gave %d logits for %d images, must give %d"
                              .formatted(
                                  bundle.path(), values.remaining(), images.size(), expected));
                    }
                    return IntStream.range(0, images.size())
                        .mapToObj(
                            i ->
                                Averages.of(
                                    values.slice(i * copies * length, copies * length),
                                    length,
                                    copies == 2))
                        .toList();
                  }
                } finally {
                  slot.tensor.close();
                }
              }));
    }
    return logits;
  }

  /** Something to do with the session. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws OrtException;
  }

  private <T> T permitted(Work<T> work) {
    permits.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("The predictor of %s is closed".formatted(bundle.path()));
      }
      return work.run();
    } catch (OrtException e) {
      throw new IllegalStateException(
          "Inference with %s failed: %s".formatted(bundle.path(), oneLine(e)), e);
    } finally {
      permits.release();
    }
  }

  /**
   * The answer for an image.
   *
   * @param file its name, as the answer shows it
   */
  public Prediction predict(String file, GreyImage image) {
    return answer(file, infer(image));
  }

  /** The answer that an inference gives. */
  public Prediction answer(String file, Inference inference) {
    Map<String, Prediction.TaskAnswer> tasks = new LinkedHashMap<>();
    for (Head head : description.heads()) {
      double[] probabilities = inference.probabilities(head.task().name());
      Map<String, Double> scores = new LinkedHashMap<>();
      for (int i = 0; i < probabilities.length; i++) {
        scores.put(head.task().labels().get(i), probabilities[i]);
      }
      tasks.put(head.task().name(), new Prediction.TaskAnswer(head.top(probabilities), scores));
    }
    Head head = description.heads().getFirst();
    Prediction.TaskAnswer main = Objects.requireNonNull(tasks.get(head.task().name()));
    List<String> set = head.set(inference.probabilities(head.task().name()));
    Optional<Refusal> refusal = inference.judgement().flatMap(Judgement::refusal);
    String doubt = refusal.map(Refusal::reason).orElseGet(() -> doubt(main.label(), set));
    return new Prediction(
        file,
        Optional.of(main.label()),
        doubt.isEmpty() ? main.label() : Prediction.REFER,
        doubt,
        main.scores(),
        set,
        description.calibrated(),
        title(),
        tasks.size() > 1 ? tasks : Map.of(),
        refusal.isPresent()
            ? Optional.empty()
            : inference
                .lesion()
                .map(map -> map.outline(inference.geometry(), description.input())));
  }

  /** In which numbers it answers. */
  public Variant variant() {
    return variant;
  }

  /** Name and version, and that it is not the float network where it is not. */
  public String title() {
    return switch (variant) {
      case FLOAT -> description.title();
      case INT8 -> description.title() + " int8";
    };
  }

  /** Why a set of labels does not decide; empty where it does. */
  private static String doubt(String label, List<String> set) {
    if (set.isEmpty()) {
      return "uncertain: it looks like no label's images";
    }
    if (set.size() > 1) {
      return "uncertain: may be " + String.join(" or ", set);
    }
    return set.contains(label)
        ? ""
        : "uncertain: %s scores highest, and %s alone cannot be ruled out"
            .formatted(label, set.getFirst());
  }

  @Override
  public void close() {
    permits.acquireUninterruptibly(callers);
    try {
      if (closed) {
        return;
      }
      closed = true;
      for (Slot slot = idle.poll(); slot != null; slot = idle.poll()) {
        slot.tensor.close();
      }
      synchronized (gradientsLock) {
        if (gradients != null) {
          gradients.close();
        }
      }
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    } finally {
      permits.release(callers);
    }
  }

  private Inference read(OrtSession.Result result, Geometry geometry) {
    boolean mirrored = description.mirroredAveraging();
    Map<String, float[]> logits = new HashMap<>();
    Map<String, double[]> probabilities = new HashMap<>();
    Map<String, ClassMaps> maps = new HashMap<>();
    for (Head head : description.heads()) {
      String task = head.task().name();
      float[] ofTask = Averages.of(values(result, signature.logits(task)), head.logits(), mirrored);
      logits.put(task, ofTask);
      probabilities.put(task, head.probabilities(ofTask));
      Optional<String> output = signature.maps(task);
      if (output.isPresent()) {
        OnnxTensor tensor = tensor(result, output.get());
        long[] shape = tensor.getInfo().getShape();
        maps.put(
            task,
            Averages.ofMaps(
                tensor.getFloatBuffer(),
                Math.toIntExact(shape[1]),
                Math.toIntExact(shape[2]),
                Math.toIntExact(shape[3]),
                mirrored));
      }
    }
    return new Inference(
        logits,
        probabilities,
        maps,
        signature.features().map(output -> row(result, output)),
        signature.textures().map(output -> row(result, output)),
        signature.mask().map(output -> lesion(tensor(result, output))),
        Optional.empty(),
        geometry);
  }

  private LesionMap lesion(OnnxTensor tensor) {
    long[] shape = tensor.getInfo().getShape();
    ClassMaps mean =
        Averages.ofMaps(
            tensor.getFloatBuffer(),
            1,
            Math.toIntExact(shape[2]),
            Math.toIntExact(shape[3]),
            description.mirroredAveraging());
    return new LesionMap(mean.height(), mean.width(), mean.values());
  }

  /** The one row of an output, the mean with the mirror's where the bundle averages. */
  private float[] row(OrtSession.Result result, String output) {
    boolean mirrored = description.mirroredAveraging();
    FloatBuffer values = values(result, output);
    return Averages.of(values, values.remaining() / (mirrored ? 2 : 1), mirrored);
  }

  private static FloatBuffer values(OrtSession.Result result, String output) {
    return tensor(result, output).getFloatBuffer();
  }

  private static OnnxTensor tensor(OrtSession.Result result, String output) {
    return (OnnxTensor) result.get(output).orElseThrow();
  }

  private static String oneLine(OrtException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }

  /** An input of some images, kept where it is used again: direct memory is dear to make. */
  private final class Slot {
    private final FloatBuffer buffer;
    private final OnnxTensor tensor;

    Slot(int images) throws OrtException {
      InputDescription input = description.input();
      int batch = description.mirroredAveraging() ? 2 * images : images;
      buffer =
          ByteBuffer.allocateDirect(
                  Math.multiplyExact(Math.multiplyExact(batch, input.size()), Float.BYTES))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      long[] shape = {batch, input.channels(), input.height(), input.width()};
      tensor = OnnxTensor.createTensor(environment, buffer, shape);
    }

    /** Each image, followed by its mirror where the bundle averages. */
    void fill(List<Writable> images) {
      buffer.clear();
      for (Writable image : images) {
        image.write(false, buffer);
        if (description.mirroredAveraging()) {
          image.write(true, buffer);
        }
      }
    }

    OrtSession.Result run(Set<String> outputs) throws OrtException {
      return session.run(Map.of(Signature.INPUT, tensor), outputs);
    }
  }
}
