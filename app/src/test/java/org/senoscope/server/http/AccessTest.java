package org.senoscope.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.1.2.3", "[::1]:8080"})
  void knowsTheNamesOfLoopback(String host) {
    assertThat(Access.isLoopbackName(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "127.0.0.1.example.org",
        "localhost.example.org",
        "xlocalhost",
        "128.0.0.1",
        "127.0.0",
        "localhost:8080:1",
        "user@localhost",
        "[::2]"
      })
  void takesNoOtherForThem(String host) {
    assertThat(Access.isLoopbackName(host)).isFalse();
  }
}
