package org.senoscope.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.senoscope.files.Json;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;

/** What {@code serve} and {@code demo} share: saying where the server is, and ending it well. */
final class Serving {
  private Serving() {}

  /** The usual port, or 0 for any free one where that is taken. */
  static int usualPort() {
    try (var tried =
        new ServerSocket(ServerSettings.USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
      return tried.getLocalPort();
    } catch (IOException taken) {
      return 0;
    }
  }

  /** Says where the server is, and keeps it until the process is told to end. */
  static void untilStopped(SenoscopeServer server, Output output) {
    untilStopped(server, Optional.empty(), output);
  }

  /**
   * Says where the server is, and keeps it until the process is told to end.
   *
   * @param tokenFile holds a token that lasts, which is not printed then: what is printed may stay
   *     in a journal
   */
  static void untilStopped(SenoscopeServer server, Optional<Path> tokenFile, Output output) {
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
    ObjectNode json = Json.object("server").put("address", server.address().toString());
    json.set(
        "addresses", Json.tree(addresses(server.address()).stream().map(URI::toString).toList()));
    server.tfsAddress().ifPresent(tfs -> json.put("tfsAddress", tfs.toString()));
    json.set("models", Json.tree(server.models()));
    server
        .token()
        .ifPresent(
            token ->
                tokenFile.ifPresentOrElse(
                    file -> json.put("tokenFile", file.toString()),
                    () -> json.put("token", token)));
    output.result(json, addressLines(server, tokenFile) + tfsLine(server));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.close();
    }
  }

  /** The one line for people; with a token, a line for each address that a browser can open. */
  private static String addressLines(SenoscopeServer server, Optional<Path> tokenFile) {
    URI address = server.address();
    return server
        .token()
        .map(
            token -> {
              var lines =
                  new StringBuilder(
                      "Senoscope is at %s\n%s"
                          .formatted(
                              address,
                              tokenFile
                                  .map(file -> "Token: in " + file)
                                  .orElse("Token, shown once: " + token)));
              for (URI each : addresses(address)) {
                lines.append(
                    "\nIn a browser: %s%s"
                        .formatted(each, tokenFile.isPresent() ? "" : "?token=" + token));
              }
              return lines.toString();
            })
        .orElse("Senoscope is at " + address);
  }

  /**
   * Where others find what listens at an address: at itself, or, where it is the one that stands
   * for all (0.0.0.0, which no phone can open), at each that this machine has in a network.
   */
  static List<URI> addresses(URI address) {
    List<URI> all = new ArrayList<>();
    try {
      if (!InetAddress.getByName(address.getHost()).isAnyLocalAddress()) {
        return List.of(address);
      }
      for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
        if (device.isUp() && !device.isLoopback()) {
          device
              .inetAddresses()
              .filter(Inet4Address.class::isInstance)
              .map(each -> at(each.getHostAddress(), address))
              .forEach(all::add);
        }
      }
    } catch (UnknownHostException | SocketException e) {
      return List.of(address); // which is printed as it was given
    }
    return all.isEmpty() ? List.of(at("127.0.0.1", address)) : all;
  }

  private static URI at(String host, URI address) {
    return URI.create("http://%s:%d/".formatted(host, address.getPort()));
  }

  private static String tfsLine(SenoscopeServer server) {
    return server
        .tfsAddress()
        .map(tfs -> "\nTensorFlow Serving's REST API alone is at %sv1/models".formatted(tfs))
        .orElse("");
  }
}
