package org.senoscope.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.senoscope.explain.Heatmap;
import org.senoscope.explain.Occlusion;
import org.senoscope.explain.Overlay;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.image.steps.Resize;
import org.senoscope.model.Inference;
import org.senoscope.server.http.Answers;
import org.senoscope.server.http.Problem;
import org.senoscope.server.http.Upload;
import org.senoscope.server.http.UploadReader;
import org.senoscope.server.models.InferenceQueue;
import org.senoscope.server.models.Models;
import org.senoscope.server.models.ServedModel;
import org.senoscope.study.Marks;
import org.senoscope.study.Roi;
import org.senoscope.work.InputException;

/** Predictions: made from an uploaded image, listed, and shown with image and heatmap. */
final class PredictionApi {
  /** What a server takes: 30 MB, 40 megapixels (a mammogram at 50 µm has 25). */
  static final ImageLimits LIMITS = new ImageLimits(30_000_000, 40_000_000, 1);

  private static final int LISTED = 100;
  private static final int SMALLEST_SIDE = 16;
  private static final int LARGEST_SIDE = 4096;

  /** Rows and columns of an image whose picture may be smaller. */
  private static final String HEIGHT_HEADER = "Senoscope-Image-Height";

  private static final String WIDTH_HEADER = "Senoscope-Image-Width";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

  private final Models models;
  private final UploadReader uploads;
  private final InferenceQueue queue;
  private final RecentPredictions recent;
  private final ServerMetrics metrics;
  private final RandomGenerator random;

  PredictionApi(
      Models models,
      UploadReader uploads,
      InferenceQueue queue,
      RecentPredictions recent,
      ServerMetrics metrics,
      RandomGenerator random) {
    this.models = models;
    this.uploads = uploads;
    this.queue = queue;
    this.recent = recent;
    this.metrics = metrics;
    this.random = random;
  }

  /**
   * {@code POST /api/v1/predictions?model=NAME[&heatmap=true]}, with {@code
   * crop=top:left:bottom:right} for an answer and pictures of that part alone, or with {@code
   * roi=top:left:bottom:right}: with a model that crops around readers' marks {@code roi} must be
   * there, or {@code none}.
   */
  void create(Context context) throws IOException, InterruptedException {
    ServedModel model = models.get().find(context.queryParam("model"));
    boolean _ = flag(context, "heatmap"); // every model gives one, whether asked for or not
    Marks marks = marks(context, model);
    Optional<Roi> crop = Crop.parse(context.queryParam("crop"));
    if (crop.isPresent() && marks.known()) {
      throw Problem.BAD_PARAMETER.because(
          "crop and roi cannot both be given: a mark is of the whole image, and a model that looks"
              + " at marks crops around them itself");
    }
    RecentPrediction made =
        uploads.read(
            context,
            upload -> {
              RecentPrediction prediction = queue.run(() -> predict(model, upload, marks, crop));
              recent.add(prediction, upload.bytes());
              return prediction;
            });
    metrics.predicted(model.name(), made.prediction().decision(), made.seconds());
    context.header("Location", made.path());
    Answers.json(context, 200, made.toJson());
  }

  /**
   * {@code POST /api/v1/pictures[?longest=N]}: the upload as PNG, upright, for a browser that
   * cannot show its kind of file; nothing of it is kept. The headers say how large the image is.
   */
  void picture(Context context) throws IOException, InterruptedException {
    int longest = number(context, "longest", SMALLEST_SIDE, LARGEST_SIDE, LARGEST_SIDE);
    byte[] png =
        uploads.read(
            context,
            upload ->
                queue.run(
                    () -> {
                      GreyImage image = decode(upload.bytes());
                      context.header(HEIGHT_HEADER, String.valueOf(image.height()));
                      context.header(WIDTH_HEADER, String.valueOf(image.width()));
                      return png(shrunk(image, longest));
                    }));
    context.header("Cache-Control", "no-store");
    context.contentType("image/png").result(png);
  }

  /** {@code GET /api/v1/predictions[?limit=N]}: the newest first. */
  void list(Context context) {
    int limit = number(context, "limit", 1, RecentPredictions.MOST, LISTED);
    ObjectNode json = Json.object("predictions");
    ArrayNode predictions = json.putArray("predictions");
    recent.newestFirst(limit).forEach(prediction -> predictions.add(prediction.toJson()));
    Answers.json(context, 200, json);
  }

  /** {@code GET /api/v1/predictions/ID}. */
  void show(Context context) {
    Answers.json(context, 200, find(context).toJson());
  }

  /**
   * {@code GET /api/v1/predictions/ID/image[?whole=true][&longest=N]}: PNG, as the model's steps
   * met it, or the whole of what was cropped.
   */
  void image(Context context) throws IOException, InterruptedException {
    RecentPrediction prediction = find(context);
    Optional<Roi> part = flag(context, "whole") ? Optional.empty() : prediction.crop();
    answerPicture(context, prediction, part, (_, shown) -> png(shown));
  }

  /**
   * {@code GET /api/v1/predictions/ID/heatmap[?label=L][&layer=true][&longest=N]}: PNG, over the
   * image, or the colours alone to be laid over it.
   */
  void heatmap(Context context) throws IOException, InterruptedException {
    RecentPrediction prediction = find(context);
    List<String> labels = prediction.model().description().task().labels();
    String asked = context.queryParam("label");
    String label = asked == null ? prediction.prediction().label().orElseThrow() : asked;
    if (!labels.contains(label)) {
      throw Problem.BAD_PARAMETER.because("label must be one of " + String.join(", ", labels));
    }
    boolean layer = flag(context, "layer");
    answerPicture(
        context,
        prediction,
        prediction.crop(),
        (image, shown) -> {
          Heatmap heatmap =
              Heatmap.of(
                  prediction.model().description(),
                  explained(prediction, image),
                  prediction.task(),
                  label,
                  shown.height(),
                  shown.width());
          return layer ? Overlay.alone(heatmap) : Overlay.over(shown, heatmap);
        });
  }

  /** What a heatmap is drawn from; found by trial once, where the model gives no maps. */
  private Inference explained(RecentPrediction prediction, GreyImage image) {
    Inference explained =
        Occlusion.withMaps(
            prediction.model().predictor(), image, prediction.marks(), prediction.inference());
    if (!explained.equals(prediction.inference())) {
      recent.replace(prediction.with(explained));
    }
    return explained;
  }

  /** Draws a picture as PNG, from an image and what of it is shown: the same, perhaps smaller. */
  @FunctionalInterface
  private interface Drawing {
    byte[] of(GreyImage image, GreyImage shown) throws IOException;
  }

  private void answerPicture(
      Context context, RecentPrediction prediction, Optional<Roi> part, Drawing drawing)
      throws IOException, InterruptedException {
    int longest = number(context, "longest", SMALLEST_SIDE, LARGEST_SIDE, LARGEST_SIDE);
    byte[] upload =
        recent
            .image(prediction.id())
            .orElseThrow(
                () -> Problem.GONE.because("The image is no longer kept; the prediction is"));
    byte[] png =
        queue.run(
            () -> {
              GreyImage image = Crop.of(decode(upload), part);
              return drawing.of(image, shrunk(image, longest));
            });
    // A prediction never changes, and neither do its pictures.
    context.header("Cache-Control", "private, max-age=3600, immutable");
    context.contentType("image/png").result(png);
  }

  private static byte[] png(GreyImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageFiles.writePng(image, out);
    return out.toByteArray();
  }

  private RecentPrediction predict(
      ServedModel model, Upload upload, Marks marks, Optional<Roi> crop) {
    long begun = System.nanoTime();
    GreyImage image = decode(upload.bytes());
    Inference inference;
    try {
      inference = model.predictor().infer(Crop.of(image, crop), marks);
    } catch (InputException e) {
      throw Problem.BAD_PARAMETER.because(String.valueOf(e.getMessage()));
    }
    return new RecentPrediction(
        HexFormat.of().toHexDigits(random.nextLong()),
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        model,
        model.predictor().answer(upload.name(), inference),
        image.height(),
        image.width(),
        marks,
        crop,
        // Without the features: a thousand of them would be megabytes that nobody reads.
        inference.withoutFeatures(),
        (System.nanoTime() - begun) / 1e9);
  }

  private static GreyImage decode(byte[] bytes) {
    try {
      return ImageFiles.read(bytes, "", LIMITS);
    } catch (UnreadableImageException e) {
      throw Problem.UNREADABLE_IMAGE.because("unreadable: " + e.getMessage());
    }
  }

  private static GreyImage shrunk(GreyImage image, int longest) {
    double scale = (double) longest / Math.max(image.height(), image.width());
    if (scale >= 1) {
      return image;
    }
    int height = Math.max(1, Math.toIntExact(Math.round(image.height() * scale)));
    int width = Math.max(1, Math.toIntExact(Math.round(image.width() * scale)));
    return new Resize(height, width, Resize.Fit.STRETCH).apply(image);
  }

  private RecentPrediction find(Context context) {
    return recent
        .find(context.pathParam("id"))
        .orElseThrow(
            () ->
                Problem.UNKNOWN_PREDICTION.because(
                    "No prediction has this id; the last %d are kept"
                        .formatted(RecentPredictions.MOST)));
  }

  /** What a reader marked, by the address; refused before the image is decoded. */
  private static Marks marks(Context context, ServedModel model) {
    String roi = context.queryParam("roi");
    if (roi != null) {
      try {
        return Marks.parse(roi);
      } catch (IllegalArgumentException e) {
        throw Problem.BAD_PARAMETER.because("roi: " + e.getMessage());
      }
    }
    if (model.description().preprocessing().needsMarks()) {
      throw Problem.BAD_PARAMETER.because(
          "Model %s looks where a reader marked a finding: add roi=top:left:bottom:right in the"
                  .formatted(model.name())
              + " image's pixels, or roi=none for a film on which nothing was found");
    }
    return Marks.UNKNOWN;
  }

  private static boolean flag(Context context, String name) {
    String value = context.queryParam(name);
    return switch (value == null ? "false" : value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Problem.BAD_PARAMETER.because(name + " must be true or false");
    };
  }

  private static int number(Context context, String name, int least, int most, int usual) {
    String value = context.queryParam(name);
    if (value == null) {
      return usual;
    }
    int number = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : -1;
    if (number < least || number > most) {
      throw Problem.BAD_PARAMETER.because(
          "%s must be a whole number of %d..%d".formatted(name, least, most));
    }
    return number;
  }
}
