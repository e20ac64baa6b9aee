package org.senoscope.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.senoscope.files.Json;
import org.senoscope.server.SenoscopeServer;

/** What {@code serve} and {@code demo} share: saying where the server is, and ending it well. */
final class Serving {
  private Serving() {}

  /** Says where the server is, and keeps it until the process is told to end. */
  static void untilStopped(SenoscopeServer server, Output output) {
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
    ObjectNode json = Json.object("server").put("address", server.address().toString());
    server.tfsAddress().ifPresent(tfs -> json.put("tfsAddress", tfs.toString()));
    json.set("models", Json.tree(server.models()));
    server.token().ifPresent(token -> json.put("token", token));
    output.result(json, addressLine(server) + tfsLine(server));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.close();
    }
  }

  /** The one line for people; with a token, the address holds it. */
  private static String addressLine(SenoscopeServer server) {
    URI address = server.address();
    return server
        .token()
        .map(
            token ->
                "Senoscope is at %s\nToken, shown once: %s\nIn a browser: %s?token=%s"
                    .formatted(address, token, address, token))
        .orElse("Senoscope is at " + address);
  }

  private static String tfsLine(SenoscopeServer server) {
    return server
        .tfsAddress()
        .map(tfs -> "\nTensorFlow Serving's REST API alone is at %sv1/models".formatted(tfs))
        .orElse("");
  }
}
