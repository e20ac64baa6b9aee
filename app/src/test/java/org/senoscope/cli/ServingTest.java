package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServingTest {
  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:80/", "http://[::1]:8080/", "http://192.0.2.1:1/"})
  void anAddressIsFoundAtItself(String address) {
    assertThat(Serving.addresses(URI.create(address))).containsExactly(URI.create(address));
  }

  /**
   * What listens at all addresses answers at each that is named, and none of them stands for all.
   */
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void theAddressThatStandsForAllIsFoundAtThoseOfThisMachine(String host) throws Exception {
    try (ServerSocket all = new ServerSocket(0, 50, InetAddress.getByName(host))) {
      URI address = new URI("http", null, host, all.getLocalPort(), "/", null, null);
      List<URI> found = Serving.addresses(address);
      assertThat(found).isNotEmpty();
      for (URI each : found) {
        assertThat(InetAddress.getByName(each.getHost()).isAnyLocalAddress()).isFalse();
        try (Socket socket = new Socket(each.getHost(), each.getPort())) {
          assertThat(socket.isConnected()).isTrue();
        }
      }
    }
  }

  @Test
  void aNameThatCannotBeFoundIsLeftAsItIs() {
    URI address = URI.create("http://no.such.host.invalid:80/");
    assertThat(Serving.addresses(address)).containsExactly(address);
  }
}
