package org.senoscope.server.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.model.TinyBundle;
import org.senoscope.model.Variant;
import org.senoscope.work.InputException;

class ModelFolderTest {
  @TempDir private Path folder;

  @Test
  void bundlesAreNamedByTheirFoldersAndNumbersAreVersions() throws IOException {
    for (String bundle :
        List.of("a/model.json", "b/1/model.json", "b/002/model.json", "b/x/model.json")) {
      make(bundle);
    }
    make("c.zip");
    make("b/10.zip");
    make("d/notes/text");
    make(".partial-e/model.json");

    assertThat(names(folder)).containsExactlyInAnyOrder("a", "b 1", "b 2", "b 10", "c");
  }

  @Test
  void aBundleIsAModelAndAFolderOfVersionsIsOneToo() throws IOException {
    make("m/model.json");
    make("v/1/model.json");
    make("v/3/model.json");

    assertThat(names(folder.resolve("m"))).containsExactly("m");
    assertThat(names(folder.resolve("v"))).containsExactly("v 1", "v 3");
  }

  @Test
  void aRunIsAModelOfItsNameAndItsFoldsAreNone() throws IOException {
    make("runs/first/bundle/model.json");
    make("runs/first/fold1/bundle/model.json");
    make("runs/second/bundle/model.json");
    make("runs/unfinished/run.json");

    assertThat(names(folder.resolve("runs"))).containsExactly("first", "second");
    assertThat(ModelFolder.entries(folder.resolve("runs/first")))
        .containsExactly(
            new ModelFolder.Entry("first", Optional.empty(), folder.resolve("runs/first/bundle")));
    make("runs/unfinished/fold1/bundle/model.json");
    assertThatThrownBy(() -> ModelFolder.entries(folder.resolve("runs/unfinished")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no bundle yet");
  }

  @Test
  void bundlesBesideNumbersAreModelsOfThoseNames() throws IOException {
    make("1/model.json");
    make("named/model.json");

    assertThat(names(folder)).containsExactlyInAnyOrder("1", "named");
  }

  @Test
  void aVersionThatIsThereTwiceIsRefused() throws IOException {
    TinyBundle.write(folder.resolve("m").resolve("1"));
    TinyBundle.write(folder.resolve("m").resolve("01"));

    assertThatThrownBy(() -> ModelShelf.open(folder, 1, Variant.FLOAT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds model m, version 1 twice: 01 and 1; remove one");
  }

  @Test
  void theHighestNumberIsTheLatestAndNotTheLastByName() throws IOException {
    for (String version : List.of("2", "10", "9")) {
      TinyBundle.write(folder.resolve("m").resolve(version));
    }
    try (ModelShelf shelf = ModelShelf.open(folder, 1, Variant.FLOAT)) {
      assertThat(shelf.find("m").number()).isEqualTo(10);
      assertThat(shelf.find(null).number()).isEqualTo(10);
      assertThat(shelf.all()).hasSize(1);
      assertThat(shelf.versions("m").keySet()).containsExactly(2L, 9L, 10L);
      assertThat(shelf.versions("n")).isEmpty();
    }
  }

  private void make(String file) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "{}");
  }

  private static List<String> names(Path folder) throws IOException {
    return ModelFolder.entries(folder).stream()
        .map(entry -> entry.name() + entry.number().map(number -> " " + number).orElse(""))
        .toList();
  }
}
