package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import picocli.CommandLine;

class ImportCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void makeSource() throws IOException {
    for (String name : new String[] {"cat/1.png", "cat/2.png", "dog/3.png"}) {
      Path file = folder.resolve("animals").resolve(name);
      Files.createDirectories(file.getParent());
      ImageFiles.writePng(new GreyImage(20, 20, new float[400]), file);
    }
    Files.writeString(folder.resolve("animals/dog/note.txt"), "a note");
  }

  /** What a command printed, and how it ended. */
  private record Ran(int code, String out) {}

  private Ran run(String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      String[] all = new String[more.length + 5];
      all[0] = "import";
      all[1] = "folders";
      all[2] = folder.resolve("animals").toString();
      all[3] = "--quiet";
      all[4] = "--out=" + folder.resolve("set");
      System.arraycopy(more, 0, all, 5, more.length);
      return new Ran(Main.execute(all), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void jsonIsOneValueAsTheContractHasIt() {
    Ran ran = run("--json", "--modality", "us", "--task", "animal");
    assertThat(ran.code).isZero();
    JsonNode json = Json.parse(ran.out, "output");
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/import/1");
    assertThat(json.path("dataset").asText()).isEqualTo(folder.resolve("set").toString());
    assertThat(json.path("images").asInt()).isEqualTo(3);
    assertThat(json.path("patients").asInt()).isZero();
    assertThat(json.path("labels").path("animal").path("cat").asInt()).isEqualTo(2);
    assertThat(json.path("rejected").get(0).path("file").asText()).isEqualTo("dog/note.txt");
    assertThat(json.path("rejected").get(0).path("reason").asText()).contains("not an image");
  }

  @Test
  void textNamesWhatWasRefused() {
    Ran ran = run();
    assertThat(ran.code).isZero();
    assertThat(ran.out).contains("3 images", "2 cat, 1 dog", "1 refused", "dog/note.txt: not an");
  }

  @Test
  void strictEndsWithCode2AndLeavesNothing() {
    assertThat(run("--strict").code).isEqualTo(2);
    assertThat(folder.resolve("set")).doesNotExist();
  }

  @Test
  void wrongUsageEndsWithCode2() {
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new ImportCommand())
            .setErr(new PrintWriter(err))
            .execute("folders", folder.toString());
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("--out");
    assertThat(run("--patient-pattern", "(").code).isEqualTo(2);
    assertThat(run("--labels", "a,b").code).isEqualTo(2);
  }
}
