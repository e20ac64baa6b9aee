package org.senoscope.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What one command left behind. */
record Run(int code, String out, String err) {
  /** Runs a command in this process, and hears what it prints. */
  static Run of(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream heardOut = new ByteArrayOutputStream();
    ByteArrayOutputStream heardErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(heardOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(heardErr, true, StandardCharsets.UTF_8));
    try {
      int code = Main.execute(arguments);
      return new Run(
          code,
          heardOut.toString(StandardCharsets.UTF_8),
          heardErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
