package org.senoscope.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.senoscope.image.GreyImage;
import org.senoscope.onnx.GradientGraph;
import org.senoscope.onnx.OnnxModel;

/**
 * How much a network's answer changes with what it computed on its way: the size of each logit's
 * gradient, place by place, at the two coarsest sizes of picture that the network sums up at. For
 * heatmaps sharper than class maps, which a network is free to draw beside what it looks at. Safe
 * for several threads.
 */
public final class Gradients implements AutoCloseable {
  private final BundleDescription description;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String contributions;
  private final String gradients;

  private Gradients(
      BundleDescription description,
      OrtEnvironment environment,
      OrtSession session,
      GradientGraph.WayBack wayBack) {
    this.description = description;
    this.environment = environment;
    this.session = session;
    this.contributions = wayBack.contributions();
    this.gradients = wayBack.gradients();
  }

  /**
   * The main task's maps, not below 0, of each logit against the mean of all.
   *
   * @param contributions sum over channels of |gradient × value| at the coarsest size
   * @param gradients sum over channels of |gradient| at the next finer size
   */
  public record Maps(ClassMaps contributions, ClassMaps gradients) {}

  /**
   * Loads a bundle's network with its way back.
   *
   * @return empty where the network is of a kind that cannot be gone back through
   */
  static Optional<Gradients> open(Bundle bundle, int threads) throws IOException {
    Optional<GradientGraph.WayBack> graph =
        asked(bundle, ByteBuffer.wrap(read(bundle, Bundle.WEIGHTS)), GradientGraph::of)
            .flatMap(Function.identity());
    if (graph.isEmpty()) {
      return Optional.empty();
    }
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return Optional.of(
          new Gradients(
              bundle.description(),
              environment,
              environment.createSession(graph.get().model(), options),
              graph.get()));
    } catch (OrtException e) {
      return Optional.empty(); // of a form that ONNX Runtime has no way back for
    }
  }

  /**
   * Whether a network can be gone back through, as far as its graph tells: nothing is loaded. ONNX
   * Runtime may still have no way back for it.
   */
  static boolean suits(Bundle bundle) throws IOException {
    Optional<Path> folder = bundle.folder();
    if (folder.isEmpty()) {
      return asked(bundle, ByteBuffer.wrap(read(bundle, Bundle.WEIGHTS)), GradientGraph::suits)
          .orElse(false);
    }
    // Mapped, since none of the weights is looked at.
    try (FileChannel weights = FileChannel.open(folder.get().resolve(Bundle.WEIGHTS))) {
      if (weights.size() > Integer.MAX_VALUE) {
        return false; // more than can be gone back through in one piece
      }
      ByteBuffer mapped = weights.map(FileChannel.MapMode.READ_ONLY, 0, weights.size());
      return asked(bundle, mapped, GradientGraph::suits).orElse(false);
    }
  }

  /** What is asked of a network's graph. */
  @FunctionalInterface
  private interface Question<T> {
    T of(OnnxModel model, String input, long[] shape, String logits, int count);
  }

  /** The answer; empty for another program's network, of a form that is not taken apart. */
  private static <T> Optional<T> asked(Bundle bundle, ByteBuffer weights, Question<T> question)
      throws IOException {
    Head head = bundle.description().heads().getFirst();
    InputDescription input = bundle.description().input();
    try {
      OnnxModel model =
          OnnxModel.read(
              ByteBuffer.wrap(read(bundle, Bundle.MODEL_ONNX)), _ -> weights.duplicate());
      String logits = "logits." + head.task().name();
      return Optional.of(
          question.of(
              model,
              Signature.INPUT,
              new long[] {input.channels(), input.height(), input.width()},
              model.maker(logits).isPresent() ? logits : "logits",
              head.logits()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The gradients of an image that went through the bundle's steps; the mean with its mirror's
   * where the bundle averages.
   *
   * @param prepared shape (height, width) of the bundle's input
   */
  Maps of(GreyImage prepared) throws OrtException {
    InputDescription input = description.input();
    boolean mirrored = description.mirroredAveraging();
    int batch = mirrored ? 2 : 1;
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(batch * Float.BYTES, input.size()))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    input.write(prepared, buffer);
    if (mirrored) {
      input.writeMirrored(prepared, buffer);
    }
    buffer.rewind();
    long[] shape = {batch, input.channels(), input.height(), input.width()};
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, buffer, shape);
        OrtSession.Result result =
            session.run(Map.of(Signature.INPUT, tensor), Set.of(contributions, gradients))) {
      return new Maps(maps(result, contributions, mirrored), maps(result, gradients, mirrored));
    }
  }

  private static ClassMaps maps(OrtSession.Result result, String output, boolean mirrored) {
    OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
    long[] shape = tensor.getInfo().getShape();
    return Averages.ofMaps(
        tensor.getFloatBuffer(),
        Math.toIntExact(shape[1]),
        Math.toIntExact(shape[2]),
        Math.toIntExact(shape[3]),
        mirrored);
  }

  private static byte[] read(Bundle bundle, String name) throws IOException {
    try (InputStream in = bundle.openFile(name)) {
      return in.readAllBytes();
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    }
  }
}
