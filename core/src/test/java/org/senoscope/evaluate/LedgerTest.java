package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Json;

class LedgerTest {
  private static final Evaluation.Model MODEL = new Evaluation.Model("m", "1", "00");
  @TempDir Path folder;

  private int look(String part) throws IOException {
    return new Ledger(new Dataset(folder, "d")).look(part, MODEL, "aa", "bb", 94);
  }

  @Test
  void looksAreCountedByPartAndNeverLost() throws IOException {
    assertThat(look("test")).isEqualTo(1);
    assertThat(look("fold1")).isEqualTo(1);
    assertThat(look("test")).isEqualTo(2);
    List<String> lines = Files.readAllLines(folder.resolve("ledger.jsonl"));
    assertThat(lines).hasSize(3);
    assertThat(Json.parse(lines.get(2), "ledger").path("model").path("name").asText())
        .isEqualTo("m");
  }

  @Test
  void lineTornByACrashCountsAndStaysApart() throws IOException {
    look("test");
    Files.writeString(
        folder.resolve("ledger.jsonl"), "{\"schema\":\"senosc", StandardOpenOption.APPEND);
    assertThat(look("test")).isEqualTo(3);
    assertThat(look("test")).isEqualTo(4);
    List<String> lines = Files.readAllLines(folder.resolve("ledger.jsonl"));
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).isEqualTo("{\"schema\":\"senosc");
    assertThat(Json.parse(lines.get(2), "ledger").path("part").asText()).isEqualTo("test");
  }
}
