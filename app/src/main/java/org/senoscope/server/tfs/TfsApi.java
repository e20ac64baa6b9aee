package org.senoscope.server.tfs;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.server.http.BoundedBody;
import org.senoscope.server.http.MemoryBudget;
import org.senoscope.server.http.Metrics;
import org.senoscope.server.http.Problem;
import org.senoscope.server.http.ProblemException;
import org.senoscope.server.models.InferenceQueue;
import org.senoscope.server.models.Models;
import org.senoscope.server.models.ServedModel;
import org.senoscope.work.InputException;

/**
 * TensorFlow Serving's REST API under {@code /v1/}. Images of one request are answered one after
 * the other, each before the next is read, so that a body of any length needs the memory of one
 * image. Safe for several threads.
 */
public final class TfsApi {
  /** Where everything but the metrics is. */
  public static final String ROOT = "/v1/";

  /** Where TensorFlow Serving shows its metrics. */
  public static final String METRICS = "/monitoring/prometheus/metrics";

  /** Most bytes of a body, packed or not: it is never held as a whole. */
  static final long MOST_BYTES = 256_000_000;

  private static final List<String> LATEST = List.of("stable", "latest");

  private final Models models;
  private final InferenceQueue queue;
  private final MemoryBudget memory;
  private final ImageLimits limits;
  private final Counted counted;
  private final TfsMetrics metrics = new TfsMetrics();

  /** Is told of every prediction. */
  @FunctionalInterface
  public interface Counted {
    /** A model's decision, and the seconds that it took without waiting in line. */
    void predicted(String model, String decision, double seconds);
  }

  /**
   * An API.
   *
   * @param models to serve
   * @param queue in which images wait for them
   * @param memory in which images are held
   * @param limits of encoded images
   * @param counted is told of every prediction
   */
  public TfsApi(
      Models models,
      InferenceQueue queue,
      MemoryBudget memory,
      ImageLimits limits,
      Counted counted) {
    this.models = models;
    this.queue = queue;
    this.memory = memory;
    this.limits = limits;
    this.counted = counted;
  }

  /** Every address as {@code METHOD /path/{parameter}}, but for the metrics. */
  public static List<String> routes() {
    return TfsPath.routes();
  }

  /** The route of an address, as {@link #routes} has it without the method; else the root. */
  public static String routeOf(String method, String path) {
    try {
      return TfsPath.parse(method, path).route();
    } catch (TfsException e) {
      return ROOT;
    }
  }

  /** Answers any request under {@link #ROOT}. */
  public void handle(Context context) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    String model = "";
    String verb = "";
    String status = "OK";
    try {
      TfsPath path = TfsPath.parse(context.method().name(), context.path());
      verb = path.verb().text();
      // Names of models that are not here would be series without end.
      model = models.get().versions(path.model()).isEmpty() ? "" : path.model();
      String answer =
          switch (path.verb()) {
            case STATUS -> TfsAnswers.status(status(path));
            case METADATA -> TfsAnswers.tree(Signatures.metadata(servable(path)));
            case PREDICT, CLASSIFY, REGRESS -> answer(context, path.verb(), servable(path));
          };
      context.contentType("application/json").result(answer);
    } catch (TfsException e) {
      status = e.code().name();
      new BoundedBody(context, MOST_BYTES).drain();
      context
          .status(e.code().status())
          .contentType("application/json")
          .result(TfsAnswers.error(e.text()));
    } catch (ProblemException e) {
      status = e.problem().status() == 503 ? "UNAVAILABLE" : "RESOURCE_EXHAUSTED";
      if (e.problem() == Problem.TOO_LARGE || e.problem() == Problem.BUSY) {
        new BoundedBody(context, MOST_BYTES).drain();
      }
      throw e;
    } finally {
      metrics.answered(model, verb, status, System.nanoTime() - begun);
    }
  }

  /** {@code GET /monitoring/prometheus/metrics}: TensorFlow Serving's, then this server's own. */
  public void showMetrics(Context context, Supplier<String> own) {
    context.contentType(Metrics.CONTENT_TYPE).result(metrics.text() + own.get());
  }

  private Collection<ServedModel> status(TfsPath path) {
    NavigableMap<Long, ServedModel> versions = models.get().versions(path.model());
    if (path.label().isPresent()) {
      return List.of(labelled(versions, path.label().get()));
    }
    if (path.version().isPresent()) {
      long number = path.version().getAsLong();
      ServedModel version = versions.get(number);
      if (version == null) {
        throw TfsException.notFound(
            "Could not find version %d of model %s".formatted(number, shortened(path.model())));
      }
      return List.of(version);
    }
    if (versions.isEmpty()) {
      throw TfsException.notFound(
          "Could not find any versions of model %s".formatted(shortened(path.model())));
    }
    return versions.descendingMap().values();
  }

  private ServedModel servable(TfsPath path) {
    NavigableMap<Long, ServedModel> versions = models.get().versions(path.model());
    if (path.label().isPresent()) {
      return labelled(versions, path.label().get());
    }
    if (path.version().isPresent()) {
      ServedModel version = versions.get(path.version().getAsLong());
      if (version == null) {
        throw TfsException.notFound(
            "Servable not found for request: Specific(%s, %d)"
                .formatted(shortened(path.model()), path.version().getAsLong()));
      }
      return version;
    }
    if (versions.isEmpty()) {
      throw TfsException.notFound(
          "Servable not found for request: Latest(%s)".formatted(shortened(path.model())));
    }
    return versions.lastEntry().getValue();
  }

  /** The highest version of a label: the version that a bundle says of itself, or the latest. */
  private static ServedModel labelled(NavigableMap<Long, ServedModel> versions, String label) {
    for (ServedModel version : versions.descendingMap().values()) {
      if (LATEST.contains(label) || version.description().version().equals(label)) {
        return version;
      }
    }
    throw TfsException.invalid(
        "Unrecognized servable version label: %s".formatted(shortened(label)));
  }

  private String answer(Context context, TfsPath.Verb verb, ServedModel model)
      throws IOException, InterruptedException {
    BoundedBody body = new BoundedBody(context, MOST_BYTES);
    if (body.announcesTooMuch()) {
      throw body.tooLarge();
    }
    boolean packed = isPacked(context);
    List<Map<String, double[]>> images = new ArrayList<>();
    try (InputStream json = packed ? new GZIPInputStream(body) : body;
        RequestReader reader =
            new RequestReader(
                json,
                model.description().input(),
                memory,
                new ImageReader.Limits(limits.bytes(), packed ? () -> MOST_BYTES : body::remaining),
                image -> images.add(infer(model, image)))) {
      return switch (verb) {
        case PREDICT -> predictions(model, reader.predictRequest(), images);
        case CLASSIFY -> {
          Head head = Signatures.classify(model.description(), reader.exampleRequest());
          yield TfsAnswers.classes(head, scores(head, images));
        }
        case REGRESS -> {
          Head head = Signatures.regress(model.description(), reader.exampleRequest());
          yield TfsAnswers.regressions(head, scores(head, images));
        }
        case STATUS, METADATA -> throw new IllegalArgumentException(verb + " has no body");
      };
    } catch (IOException malformed) {
      // A broken connection is a ProblemException: what is left is how the body was made.
      throw TfsException.invalid(
          packed
              ? "Failed to unpack the gzip body"
              : "JSON Parse error: Invalid encoding in string.");
    }
  }

  private static String predictions(
      ServedModel model, RequestReader.Request request, List<Map<String, double[]>> images) {
    Signatures.checkPredict(request.signature());
    List<Head> heads = model.description().heads();
    List<List<float[]>> outputs =
        images.stream()
            .map(
                image ->
                    heads.stream()
                        .map(head -> TfsAnswers.outputs(head, probabilities(head, image)))
                        .toList())
            .toList();
    return switch (request.form()) {
      case ROW -> TfsAnswers.predictions(heads, outputs);
      case COLUMN -> TfsAnswers.outputs(heads, outputs);
    };
  }

  private static List<float[]> scores(Head head, List<Map<String, double[]>> images) {
    return images.stream().map(image -> TfsAnswers.floats(probabilities(head, image))).toList();
  }

  private static double[] probabilities(Head head, Map<String, double[]> image) {
    return Objects.requireNonNull(image.get(head.task().name()));
  }

  private static boolean isPacked(Context context) {
    String encoding = context.header("Content-Encoding");
    return switch (encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT)) {
      case "identity" -> false;
      case "gzip" -> true;
      default ->
          throw TfsException.invalid(
              "Content-Encoding must be gzip or identity, was %s".formatted(shortened(encoding)));
    };
  }

  /** The probabilities of an image by task; maps of thousands of images would be gigabytes. */
  private Map<String, double[]> infer(ServedModel model, ImageReader.Image image)
      throws IOException, InterruptedException {
    try {
      return queue.run(
          () -> {
            long begun = System.nanoTime();
            Predictor predictor = model.predictor();
            Inference inference =
                switch (image) {
                  case ImageReader.Image.Encoded(byte[] bytes) ->
                      predictor.infer(ImageFiles.read(bytes, "", limits));
                  case ImageReader.Image.Tensor(float[] values) -> predictor.inferTensor(values);
                };
            counted.predicted(
                model.name(),
                predictor.answer("", inference).decision(),
                (System.nanoTime() - begun) / 1e9);
            return inference.probabilities();
          });
    } catch (UnreadableImageException e) {
      throw TfsException.invalid("unreadable: " + e.getMessage());
    } catch (InputException e) {
      throw TfsException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
