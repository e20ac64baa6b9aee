package org.senoscope.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.work.InputException;

class TokenTest {
  @TempDir private Path folder;

  @Test
  void aFileThatIsAbsentIsMadeAndKeepsItsToken() throws IOException {
    Path file = folder.resolve("token");
    String made = Token.in(file);
    assertThat(made).matches("[0-9a-f]{32}").isNotEqualTo(Token.random());
    assertThat(Token.in(file)).isEqualTo(made);
    assertThat(Files.readString(file).strip()).isEqualTo(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aPersonsOwnTokenIsTaken() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "  our-own_token.of~2026 \n");
    assertThat(Token.in(file)).isEqualTo("our-own_token.of~2026");
  }

  @Test
  void aFileThatOthersCanReadIsTold() throws IOException {
    Path file = folder.resolve("token");
    String token = Token.in(file);
    assertThat(Token.exposed(file)).isEmpty();
    for (String open : List.of("rw----r--", "rw-r-----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
      assertThat(Token.exposed(file).orElseThrow())
          .contains("can be read by other users", open, "chmod 600")
          .doesNotContain(token);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "short",
        "with a space in between it",
        "a;cookie=its-attributes",
        "ä234567890123456"
      })
  void whatIsNoTokenIsRefusedAndNotRepeated(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), text);
    assertThatThrownBy(() -> Token.in(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must hold one token of 16 to 256 letters")
        .satisfies(
            fault -> assertThat(text.isEmpty() || !fault.getMessage().contains(text)).isTrue());
  }

  @Test
  void aFolderIsNoTokenAndAMissingFolderIsNamed() {
    assertThatThrownBy(() -> Token.in(folder)).hasMessageContaining("is not a file of one token");
    assertThatThrownBy(() -> Token.in(folder.resolve("none").resolve("token")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("make the folder");
  }
}
