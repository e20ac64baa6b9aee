package org.senoscope.model.predict;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.study.Prediction;
import org.senoscope.work.Progress;

/**
 * Answers any number of files in constant memory: each worker reads, prepares and infers one image
 * at a time, at most a few answers wait for one before them, and answers come in the order of the
 * files.
 */
public final class PredictFiles {
  /** Answers and tasks under way for each worker: enough that one slow image stops nobody. */
  private static final int WINDOW = 8;

  private final Predictor predictor;
  private final int workers;
  private final Optional<Explainer> explainer;

  /**
   * Answers by a predictor.
   *
   * @param predictor best opened with one thread and as many callers as there are workers: whole
   *     images in parallel cost no waiting for one another
   * @param workers images worked on at once, at least 1
   * @param explainer makes a heatmap of each answer; empty for none
   */
  public PredictFiles(Predictor predictor, int workers, Optional<Explainer> explainer) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, was " + workers);
    }
    this.predictor = predictor;
    this.workers = workers;
    this.explainer = explainer;
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
   * @param unreadable how many could not be read
   */
  public record Summary(int files, int unreadable) {}

  /** Answers all files, in their order; stops at the first answer that cannot be written. */
  public Summary run(List<InputFile> files, PredictionWriter out, Progress progress)
      throws IOException {
    int unreadable = 0;
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
        unreadable += answer.prediction.label().isEmpty() ? 1 : 0;
        out.write(answer.prediction, answer.heatmap);
        stage.advance();
      }
      out.end();
    } finally {
      threads.shutdownNow();
    }
    return new Summary(files.size(), unreadable);
  }

  private record Answer(Prediction prediction, Optional<Path> heatmap) {}

  private Answer answer(InputFile input) throws IOException {
    String name = input.path().toString();
    String model = predictor.bundle().description().title();
    GreyImage image;
    try {
      if (input.fault().isPresent()) {
        throw new UnreadableImageException(input.fault().get());
      }
      image = ImageFiles.read(input.path());
    } catch (UnreadableImageException e) {
      return new Answer(
          Prediction.unreadable(name, String.valueOf(e.getMessage()), model), Optional.empty());
    } catch (NoSuchFileException e) {
      return new Answer(Prediction.unreadable(name, "no such file", model), Optional.empty());
    } catch (IOException e) {
      return new Answer(Prediction.unreadable(name, "cannot be opened", model), Optional.empty());
    }
    Inference inference = predictor.infer(image);
    Prediction prediction = predictor.answer(name, inference);
    Optional<Path> heatmap =
        explainer.isPresent()
            ? Optional.of(explainer.get().explain(input, image, inference, prediction))
            : Optional.empty();
    return new Answer(prediction, heatmap);
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
