package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;

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

  private Run run(String... more) {
    List<String> all = new ArrayList<>(List.of("import", "folders", "--quiet"));
    all.add(folder.resolve("animals").toString());
    all.add("--out=" + folder.resolve("set"));
    all.addAll(List.of(more));
    return Run.of(all.toArray(String[]::new));
  }

  @Test
  void jsonIsOneValueAsTheContractHasIt() {
    Run ran = run("--json", "--modality", "us", "--task", "animal");
    assertThat(ran.code()).isZero();
    JsonNode json = ran.json();
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
    Run ran = run();
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("3 images", "2 cat, 1 dog", "1 refused", "dog/note.txt: not an");
  }

  @Test
  void strictEndsWithCode2AndLeavesNothing() {
    assertThat(run("--strict").code()).isEqualTo(2);
    assertThat(folder.resolve("set")).doesNotExist();
  }

  @Test
  void whatCannotBeUnderstoodEndsWithCode2() {
    assertThat(run("--patient-pattern", "(").code()).isEqualTo(2);
    assertThat(run("--labels", "a,b").code()).isEqualTo(2);
  }

  @Test
  void aSourceThatIsNotHereIsTakenFromSenoscopeData() throws Exception {
    Path here = Files.createDirectory(folder.resolve("here"));
    Run ran = importFromData(here, "animals");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.json().path("images").asInt()).isEqualTo(3);

    Run absent = importFromData(here, "plants");
    assertThat(absent.code()).isEqualTo(2);
    assertThat(absent.out()).isEmpty();
    assertThat(absent.err().lines()).hasSize(1);
    assertThat(absent.err()).contains("plants", "SENOSCOPE_DATA", folder.toString());
  }

  /** As a process of its own in another folder, since a process cannot change its environment. */
  private Run importFromData(Path here, String source) throws Exception {
    ProcessBuilder builder =
        Run.apart("import", "folders", source, "--out=set", "--json", "--quiet")
            .directory(here.toFile());
    builder.environment().put("SENOSCOPE_DATA", folder.toString());
    return Run.process(builder);
  }
}
