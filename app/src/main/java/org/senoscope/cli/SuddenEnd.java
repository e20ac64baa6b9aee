package org.senoscope.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends the process at once when it is told to end while libtorch works. An orderly end would take
 * libtorch's memory away under its own threads, which crashes now and then; even {@link
 * Runtime#halt} runs the libraries' destructors. Nothing is lost by a sudden end, since what was
 * saved is complete.
 */
final class SuddenEnd implements AutoCloseable {
  /** What a shell reports for a process that Ctrl-C ended. */
  static final int STOPPED = 130;

  private final AtomicBoolean working = new AtomicBoolean(true);

  private SuddenEnd() {}

  /** From now until it is closed. */
  static SuddenEnd whileWorking() {
    SuddenEnd end = new SuddenEnd();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (end.working.get()) {
                    leave();
                  }
                },
                "stop"));
    return end;
  }

  /** {@code _exit}: without destructors. */
  @SuppressWarnings("restricted") // the launcher allows native access; else the fallback
  private static void leave() {
    try {
      Linker linker = Linker.nativeLinker();
      linker
          .downcallHandle(
              linker.defaultLookup().find("_exit").orElseThrow(),
              FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
          .invokeExact(STOPPED);
    } catch (Throwable unavailable) {
      Runtime.getRuntime().halt(STOPPED);
    }
  }

  @Override
  public void close() {
    working.set(false);
  }
}
