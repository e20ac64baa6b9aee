package org.senoscope.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.work.InputException;

class GroupsTest {
  @TempDir private Path folder;

  @Test
  void readsWhatItWrote() throws IOException {
    Map<String, Groups.Entry> entries = new LinkedHashMap<>();
    entries.put("images/b, \"c\"\n.png", new Groups.Entry("g1", "patient;source", "d1", ""));
    entries.put("images/ä.png", new Groups.Entry("g2", "", "", "not a PNG, cut short"));
    Groups groups = new Groups(entries);
    Path file = folder.resolve("groups.csv");
    groups.write(file);
    assertThat(Groups.read(file)).isEqualTo(groups);
    assertThat(groups.count()).isEqualTo(2);
  }

  @Test
  void aFileOfImageAndGroupAloneIsEnough() throws IOException {
    Path file = Files.writeString(folder.resolve("groups.csv"), "group,image\nx,a.png\nx,b.png\n");
    assertThat(Groups.read(file).groupOf("b.png")).isEqualTo("x");
  }

  @Test
  void faultsAreToldByLine() throws IOException {
    Path twice = Files.writeString(folder.resolve("2.csv"), "image,group\na,x\na,y\n");
    assertThatThrownBy(() -> Groups.read(twice))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("line 3", "a has a line already", "senoscope audit");
    Path empty = Files.writeString(folder.resolve("0.csv"), "image,group\na,\n");
    assertThatThrownBy(() -> Groups.read(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("line 2", "column group must not be empty");
  }

  @Test
  void anImageWithoutALineIsNamed() {
    assertThatThrownBy(() -> new Groups(Map.of()).groupOf("images/1.png"))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("images/1.png", "senoscope audit");
  }
}
