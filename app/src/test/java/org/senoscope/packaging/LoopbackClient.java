package org.senoscope.packaging;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One HTTP request, for the network of another process: prints the status, and then the answer.
 *
 * <p>Arguments: the address, a token or nothing, and a file to post or nothing.
 */
final class LoopbackClient {
  private LoopbackClient() {}

  /** The command that runs it with this JDK. */
  static List<String> command(String address, String token, String file) throws Exception {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        Path.of(LoopbackClient.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString(),
        LoopbackClient.class.getName(),
        address,
        token,
        file);
  }

  public static void main(String[] arguments) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(arguments[0]).toURL().openConnection();
    if (!arguments[1].isEmpty()) {
      connection.setRequestProperty("Authorization", "Bearer " + arguments[1]);
    }
    if (!arguments[2].isEmpty()) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/octet-stream");
      try (OutputStream out = connection.getOutputStream()) {
        Files.copy(Path.of(arguments[2]), out);
      }
    }
    int status = connection.getResponseCode();
    System.out.println(status);
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      System.out.print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
