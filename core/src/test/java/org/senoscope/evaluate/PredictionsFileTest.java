package org.senoscope.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.senoscope.work.InputException;

class PredictionsFileTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadToTheLastDigit() throws IOException {
    List<String> labels = List.of("nor\"mal", "beni,gn", "bösartig\nwirklich");
    List<ScoredCase> cases =
        List.of(
            ScoredCase.of("a b/ü\".png", "g1", 0, new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, "test"),
            ScoredCase.of("x", "g,2", 2, new double[] {1e-300, 0, 1}, "fold3"),
            new ScoredCase("y", "y", 1, List.of(0.5, 0.25, 0.25), "all", true));
    Path file = folder.resolve("predictions.csv");
    PredictionsFile.write(file, labels, cases);
    assertThat(PredictionsFile.read(file)).isEqualTo(new PredictionsFile(labels, cases));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.png,maybe,0.5,0.5 | column truth must hold one of [no, yes], was \"maybe\"",
        "a.png,no,0.5,x      | column score_yes must hold a number, was \"x\"",
        "a.png,no,0.5,0.9    | a.png: its probabilities must sum to 1, summed to 1.4",
        "a.png,no,1.5,-0.5   | a.png: a probability must lie in 0 to 1, was 1.5",
        "a.png,no,NaN,0.5    | a.png: a probability must lie in 0 to 1, was NaN",
        ",no,0.5,0.5         | column image is missing",
        "a.png,,0.5,0.5      | column truth is missing",
        "b.png,no,0.5,0.5    | image \"b.png\" stands there twice"
      })
  void faultyLineIsNamed(String line, String message) throws IOException {
    Path file = folder.resolve("faulty.csv");
    Files.writeString(file, "image,truth,score_no,score_yes\nb.png,no,0.5,0.5\n" + line + "\n");
    assertThatThrownBy(() -> PredictionsFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 3: " + message);
  }

  @Test
  void fileWithoutPredictionsSaysWhatItNeeds() throws IOException {
    Path file = folder.resolve("empty.csv");
    Files.writeString(file, "");
    assertThatThrownBy(() -> PredictionsFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("image,group,part,truth,score_<label>");
  }
}
