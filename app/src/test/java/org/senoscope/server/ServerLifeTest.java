package org.senoscope.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.model.Bundle;
import org.senoscope.model.TinyBundle;
import org.senoscope.work.InputException;

/** How a server begins and ends. */
class ServerLifeTest {
  @Test
  void whatIsUnderWayIsAnsweredBeforeTheServerEnds(@TempDir Path folder) throws Exception {
    RunningServer stopping = RunningServer.start(folder);
    byte[] png = RunningServer.png(400, 400, 9);
    assertThat(stopping.predict(png).statusCode()).isEqualTo(200);
    List<Future<Integer>> answers = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        answers.add(clients.submit(() -> stopping.predict(png).statusCode()));
      }
      // Some are being answered by now.
      while (answers.stream().noneMatch(Future::isDone)) {
        Thread.onSpinWait();
      }
      stopping.server().close();
    }
    for (Future<Integer> answer : answers) {
      try {
        assertThat(answer.get()).isIn(200, 503);
      } catch (ExecutionException notConnected) {
        assertThat(notConnected).hasRootCauseInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aPortInUseIsSaidInOneLine(@TempDir Path folder) throws IOException {
    Path models = folder.resolve("models");
    TinyBundle.write(models.resolve("tiny"));
    var settings = new ServerSettings(ServerSettings.LOOPBACK, 0, models, Optional.empty());
    try (SenoscopeServer first = SenoscopeServer.start(settings)) {
      int taken = first.address().getPort();
      var second = new ServerSettings(ServerSettings.LOOPBACK, taken, models, Optional.empty());

      assertThatThrownBy(() -> SenoscopeServer.start(second))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("Port " + taken)
          .hasMessageContaining("--port")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aSecondPortInUseIsSaidInOneLineAndTheFirstIsGivenBack(@TempDir Path folder)
      throws IOException {
    Path models = folder.resolve("models");
    TinyBundle.write(models.resolve("tiny"));
    int first = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int second = taken.getLocalPort();
      var settings =
          new ServerSettings(
              ServerSettings.LOOPBACK, first, models, Optional.empty(), OptionalInt.of(second));

      assertThatThrownBy(() -> SenoscopeServer.start(settings))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(first + " or " + second)
          .hasMessageContaining("--tfs-port")
          .hasMessageNotContaining("\n");
      try (var again = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
        assertThat(again.getLocalPort()).isEqualTo(first);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Test
  void onePortTwiceIsRefused() {
    assertThatThrownBy(
            () ->
                new ServerSettings(
                    ServerSettings.LOOPBACK,
                    8501,
                    Path.of("models"),
                    Optional.empty(),
                    OptionalInt.of(8501)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("both 8501");
  }

  @Test
  void aBrokenBundleIsNamedAtTheStart(@TempDir Path folder) throws IOException {
    Path models = folder.resolve("models");
    TinyBundle.write(models.resolve("tiny"));
    Files.writeString(models.resolve("tiny").resolve(Bundle.README), "changed");
    var settings = new ServerSettings(ServerSettings.LOOPBACK, 0, models, Optional.empty());

    assertThatThrownBy(() -> SenoscopeServer.start(settings))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(Bundle.README);
  }

  @Test
  void noModelAtAllIsSaidAtTheStart(@TempDir Path folder) {
    var none =
        new ServerSettings(ServerSettings.LOOPBACK, 0, folder.resolve("none"), Optional.empty());
    var empty = new ServerSettings(ServerSettings.LOOPBACK, 0, folder, Optional.empty());

    assertThatThrownBy(() -> SenoscopeServer.start(none)).hasMessageContaining("--models");
    assertThatThrownBy(() -> SenoscopeServer.start(empty)).hasMessageContaining("--models");
  }
}
