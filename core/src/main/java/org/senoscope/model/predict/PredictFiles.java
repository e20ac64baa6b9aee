package org.senoscope.model.predict;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.study.Marks;
import org.senoscope.study.Prediction;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Answers any number of files in constant memory: each worker reads, prepares and infers one image
 * at a time, images too large to stand side by side wait for one another, at most a few answers
 * wait for one before them, and answers come in the order of the files.
 */
public final class PredictFiles {
  /** Answers and tasks under way for each worker: enough that one slow image stops nobody. */
  private static final int WINDOW = 8;

  /** Bytes of a pixel while its heatmap is drawn: the image, the heatmap and the drawing. */
  private static final int EXPLAINING = 12;

  private final Predictor predictor;
  private final int workers;
  private final Optional<Explainer> explainer;
  private final Marks marks;
  private final ImageRoom room;

  /** Answers by a predictor whose steps need no marks. */
  public PredictFiles(Predictor predictor, int workers, Optional<Explainer> explainer) {
    this(predictor, workers, explainer, Marks.UNKNOWN);
  }

  /**
   * Answers by a predictor.
   *
   * @param predictor best opened with one thread and as many callers as there are workers: whole
   *     images in parallel cost no waiting for one another
   * @param workers images worked on at once, at least 1
   * @param explainer makes a heatmap of each answer; empty for none
   * @param marks what a reader marked, on every file alike
   * @throws InputException when the predictor's steps need marks and nobody was asked
   */
  public PredictFiles(
      Predictor predictor, int workers, Optional<Explainer> explainer, Marks marks) {
    this(
        predictor,
        workers,
        explainer,
        marks,
        ImageRoom.inHeap(
            ImageLimits.DEFAULT,
            Math.max(
                explainer.isPresent() ? EXPLAINING : 0,
                predictor.bundle().description().preprocessing().bytesPerPixel())));
  }

  PredictFiles(
      Predictor predictor,
      int workers,
      Optional<Explainer> explainer,
      Marks marks,
      ImageRoom room) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, was " + workers);
    }
    this.predictor = predictor;
    this.workers = workers;
    this.explainer = explainer;
    this.marks = marks;
    this.room = room;
    BundleDescription description = predictor.bundle().description();
    if (!marks.known() && description.preprocessing().needsMarks()) {
      throw new InputException(
          "Model %s looks where a reader marked a finding: give --roi top:left:bottom:right in the"
                  .formatted(description.title())
              + " image's pixels, or --roi none for films on which nothing was found");
    }
  }

  /** Writes something that explains an answer. Safe for several threads. */
  @FunctionalInterface
  public interface Explainer {
    /** Returns the file that it wrote. */
    Path explain(InputFile input, GreyImage image, Inference inference, Prediction prediction)
        throws IOException;
  }

  /**
   * How it went.
   *
   * @param files how many were answered, the unreadable ones too
   * @param referred how many were not decided, by the word that begins their reason, such as {@code
   *     uncertain}; reasons that there were none of are left out
   */
  public record Summary(int files, Map<String, Integer> referred) {
    public Summary {
      referred = Collections.unmodifiableMap(new TreeMap<>(referred));
    }

    /** How many could not be read. */
    public int unreadable() {
      return referred.getOrDefault("unreadable", 0);
    }
  }

  /** Answers all files, in their order; stops at the first answer that cannot be written. */
  public Summary run(List<InputFile> files, PredictionWriter out, Progress progress)
      throws IOException {
    Map<String, Integer> referred = new HashMap<>();
    Iterator<InputFile> waiting = files.iterator();
    ArrayDeque<Future<Answer>> under = new ArrayDeque<>();
    ExecutorService threads = workers();
    try (Progress.Stage stage = progress.stage("predicting", files.size())) {
      out.begin();
      while (waiting.hasNext() || !under.isEmpty()) {
        while (waiting.hasNext() && under.size() < WINDOW * workers) {
          InputFile next = waiting.next();
          Callable<Answer> task = () -> answer(next);
          under.add(threads.submit(task));
        }
        Answer answer = await(under.remove());
        if (answer.prediction.refers()) {
          String reason = answer.prediction.reason();
          referred.merge(reason.substring(0, reason.indexOf(':')), 1, Integer::sum);
        }
        out.write(answer.prediction, answer.heatmap);
        stage.advance();
      }
      out.end();
    } finally {
      threads.shutdownNow();
      threads.close(); // waits: after a fault too, nothing is written behind the caller's back
    }
    return new Summary(files.size(), referred);
  }

  private record Answer(Prediction prediction, Optional<Path> heatmap) {}

  private Answer answer(InputFile input) throws IOException {
    ImageRoom.Held held;
    try {
      if (input.fault().isPresent()) {
        throw new UnreadableImageException(input.fault().get());
      }
      held = room.read(input.path());
    } catch (UnreadableImageException e) {
      return unreadable(input, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      return unreadable(input, "no such file");
    } catch (IOException e) {
      return unreadable(input, "cannot be opened");
    }
    try (held) {
      Inference inference = predictor.infer(held.image(), marks);
      Prediction prediction = predictor.answer(input.path().toString(), inference);
      Optional<Path> heatmap =
          explainer.isPresent()
              ? Optional.of(explainer.get().explain(input, held.image(), inference, prediction))
              : Optional.empty();
      return new Answer(prediction, heatmap);
    } catch (InputException e) {
      // A mark that this image does not have; the others may.
      return unreadable(input, String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      return unreadable(input, String.valueOf(room.tooLarge(e).getMessage()));
    }
  }

  private Answer unreadable(InputFile input, String why) {
    String model = predictor.title();
    return new Answer(Prediction.unreadable(input.path().toString(), why, model), Optional.empty());
  }

  private static Answer await(Future<Answer> future) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while predicting");
    }
  }

  private ExecutorService workers() {
    return new ThreadPoolExecutor(
        workers,
        workers,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(WINDOW * workers),
        Thread.ofPlatform().daemon().name("predict-", 1).factory());
  }
}
