package org.senoscope.cli;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.senoscope.work.Progress;

/** A bar on a terminal; elsewhere one plain line at most every ten seconds, and one at the end. */
final class ConsoleProgress implements Progress {
  private final PrintStream err;
  private final boolean terminal;

  ConsoleProgress(PrintStream err) {
    this.err = err;
    // The launcher looks at standard error itself; the JDK can only tell for standard output.
    this.terminal = Boolean.getBoolean("senoscope.terminal");
  }

  @Override
  public Stage stage(String title, long total) {
    return terminal ? new Bar(err, title, total) : new Lines(err, title, total);
  }

  private static final class Bar implements Stage {
    private final ProgressBar bar;

    Bar(PrintStream err, String title, long total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(title)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .setConsumer(new ConsoleProgressBarConsumer(err))
              .build();
    }

    @Override
    public void advance(long steps, String note) {
      bar.stepBy(steps);
      if (!note.isEmpty()) {
        bar.setExtraMessage(note);
      }
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Lines implements Stage {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);
    private final PrintStream err;
    private final String title;
    private final long total;
    private final long begun = System.nanoTime();
    private long said = System.nanoTime();
    private long done;
    private String note = "";

    Lines(PrintStream err, String title, long total) {
      this.err = err;
      this.title = title;
      this.total = total;
    }

    @Override
    public synchronized void advance(long steps, String newNote) {
      done += steps;
      if (!newNote.isEmpty()) {
        note = newNote;
      }
      long now = System.nanoTime();
      if (now - said >= INTERVAL) {
        said = now;
        say();
      }
    }

    @Override
    public synchronized void close() {
      say();
    }

    private void say() {
      double seconds = (System.nanoTime() - begun) / 1e9;
      err.printf(
          "%s: %s%s, %.1f s%s%n",
          title, done, total < 0 ? "" : " of " + total, seconds, note.isEmpty() ? "" : ", " + note);
    }
  }
}
