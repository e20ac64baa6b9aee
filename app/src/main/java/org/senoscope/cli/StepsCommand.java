package org.senoscope.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.report.StepsPage;
import org.senoscope.train.Recipe;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope steps DATASET --recipe R --out page.html}. */
@Command(
    name = "steps",
    mixinStandardHelpOptions = true,
    description =
        "Show images of a data set before and after each step of a recipe's preprocessing.",
    footer = {"", "docs/preprocessing.md names every step and its parameters."})
final class StepsCommand implements Callable<Integer> {
  private static final int MOST = 1000;

  @Parameters(paramLabel = "DATASET", description = "A data set's folder, made by import.")
  private Path folder;

  @Option(
      names = "--recipe",
      required = true,
      paramLabel = "RECIPE",
      description = "A recipe's file, or the name of one of those that come with Senoscope.")
  private String recipe;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PAGE",
      description = "The page of HTML to write.")
  private Path out;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "How many images, spread evenly over the data set; 12 by default.")
  private int images = 12;

  @Option(
      names = "--image",
      paramLabel = "NAME",
      description = "This image, by the manifest's column image; may be given several times.")
  private @Nullable List<String> named;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    if (images < 1 || images > MOST) {
      throw new InputException("--images must be 1 to %d, was %d".formatted(MOST, images));
    }
    Recipe read = Home.recipe(recipe);
    Dataset dataset = Dataset.open(folder);
    List<ManifestRow> rows = dataset.rows();
    ObjectNode json =
        new StepsPage(dataset, read.preprocessing())
            .write(
                named == null ? StepsPage.spread(rows, images) : chosen(rows, named),
                out,
                output.progress());
    StringBuilder text = new StringBuilder();
    json.path("failed")
        .forEach(
            each ->
                text.append(
                    "%s: %s%n"
                        .formatted(each.path("image").asText(), each.path("reason").asText())));
    text.append("%d images on %s".formatted(json.path("images").size(), out));
    output.result(json, text.toString());
    return json.path("failed").isEmpty() ? 0 : 1;
  }

  private static List<ManifestRow> chosen(List<ManifestRow> rows, List<String> names) {
    List<ManifestRow> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          rows.stream()
              .filter(row -> row.image().equals(name) || row.source().equals(name))
              .findFirst()
              .orElseThrow(() -> unknown(name, rows)));
    }
    return chosen;
  }

  /** Names the nearest one alone: a data set may have thousands. */
  private static InputException unknown(String name, List<ManifestRow> rows) {
    String nearest =
        Suggestions.nearest(name, rows.stream().map(ManifestRow::image).toList()).orElse("none");
    return new InputException(
        "--image %s is not in the manifest, nearest is %s".formatted(name, nearest));
  }
}
