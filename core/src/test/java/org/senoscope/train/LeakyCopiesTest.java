package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.split.Parts;
import org.senoscope.split.SplitDataset;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class LeakyCopiesTest {
  @TempDir private Path folder;

  private Dataset copies(LeakyCopies.Plan plan, String name) throws IOException {
    Dataset dataset = Dataset.open(MadeDataset.write(folder.resolve(name), 12, 40, 1).root());
    Recipe recipe = RecipeReader.parse(MadeDataset.recipe(1, ""), "test");
    return LeakyCopies.write(
        dataset, recipe, Task.PATHOLOGY, plan, folder.resolve(name + "-copies"), Progress.NONE);
  }

  @Test
  void eachImageIsCopiedAndTheFirstCopyIsItself() throws IOException {
    Dataset copies = copies(new LeakyCopies.Plan(Optional.empty(), 3, Optional.empty(), 7), "a");
    List<ManifestRow> rows = copies.rows();
    assertThat(rows).hasSize(36);
    assertThat(rows).allSatisfy(row -> assertThat(row.patient() + row.group()).isEmpty());
    assertThat(rows.stream().map(ManifestRow::sha256).distinct()).hasSize(36);
    assertThatThrownBy(
            () -> SplitDataset.run(copies, Parts.folds(2), Optional.empty(), 1, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no honest split");
    Recipe recipe = RecipeReader.parse(MadeDataset.recipe(1, ""), "test");
    List<float[]> prepared =
        Dataset.open(folder.resolve("a")).rows().stream()
            .map(row -> prepared(recipe, row))
            .toList();
    for (int i = 0; i < rows.size(); i += 3) {
      GreyImage first = ImageFiles.read(copies.resolve(rows.get(i).image()));
      assertThat(prepared.stream().anyMatch(pixels -> close(pixels, first.pixels()))).isTrue();
    }
  }

  private float[] prepared(Recipe recipe, ManifestRow row) {
    try {
      return recipe
          .preprocessing()
          .apply(ImageFiles.read(folder.resolve("a").resolve(row.image())))
          .pixels();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean close(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      if (Math.abs(a[i] - b[i]) > 0.51 / 255) {
        return false;
      }
    }
    return true;
  }

  @Test
  void classesAreBalancedWhereANumberIsAsked() throws IOException {
    List<ManifestRow> rows =
        copies(new LeakyCopies.Plan(Optional.of(5), 1, Optional.of(20), 7), "b").rows();
    assertThat(rows).hasSize(40);
    assertThat(rows.stream().filter(row -> row.label(Task.PATHOLOGY).equals(Optional.of("benign"))))
        .hasSize(20);
  }
}
