package org.senoscope.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * ONNX Runtime's environment, of which a process has one, started so that it tells nobody.
 *
 * <p>From 1.29.0 on its Linux libraries report each session to their maker, with an identifier of
 * the machine kept under {@code ~/.cache}, unless they find {@code ORT_DISABLE_TELEMETRY=1} in the
 * environment when they start; the switch of the Java API comes after the first report. For that
 * report they also take the process's command line apart, in a recursion that ends a Java process
 * without a word when the line has some thousand characters. See docs/decisions/0002.
 */
final class OnnxRuntime {
  private static final String SETTING = "ORT_DISABLE_TELEMETRY";
  private static final String DISABLED = "1";

  private OnnxRuntime() {}

  /** The environment; started at the first call. */
  static OrtEnvironment environment() {
    return Started.ENVIRONMENT;
  }

  /**
   * A session's options, to be closed.
   *
   * @param threads that work on one inference, at least 1
   */
  static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setMemoryPatternOptimization(true);
    // Waiting threads sleep: spinning wins a tenth on an idle machine, and on a busy one loses half
    // and takes the cores from whoever decodes the next image.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    if (ByteProducts.MAY_OVERFLOW) {
      // Exact, and slower; ONNX Runtime 1.29 takes that way on every processor, once it is asked
      // to.
      options.addConfigEntry("session.x64quantprecision", "1");
    }
    return options;
  }

  private static final class Started {
    static final OrtEnvironment ENVIRONMENT = start();

    private static OrtEnvironment start() {
      if (!DISABLED.equals(System.getenv(SETTING))) {
        silence();
      }
      return OrtEnvironment.getEnvironment();
    }
  }

  /** Sets the C library's environment, which Java's own view of it does not follow. */
  @SuppressWarnings("restricted")
  private static void silence() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      return; // Windows, where the operating system asks the user
    }
    FunctionDescriptor signature =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      int failed =
          (int)
              linker
                  .downcallHandle(setenv.get(), signature)
                  .invokeExact(arena.allocateFrom(SETTING), arena.allocateFrom(DISABLED), 1);
      if (failed != 0) {
        throw new IllegalStateException("The C library could not set " + SETTING);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("A call of the C library failed", e);
    }
  }
}
