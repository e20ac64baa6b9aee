package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.ImportResult;
import org.senoscope.dataset.importer.formats.JoinedDatasets;
import org.senoscope.dataset.importer.formats.LabelTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope join DATASET DATASET… --out DATASET}. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    description = "Make one data set of several, such as those of two hospitals.",
    footer = {
      "",
      "Images, masks and all that is known of them are copied. Patients of two sets stay two;",
      "audit the result to find images that stand in both. Reports tell the sets apart.",
      "",
      "  senoscope join data/busi data/bus-bra --out data/two-hospitals",
      "  senoscope join data/cbis-ddsm-mass data/mini-mias --labels labels.csv --out data/films"
    })
final class JoinCommand implements Callable<Integer> {
  @Parameters(
      arity = "2..*",
      paramLabel = "DATASET",
      description = "Folders of data sets, made by import; no two of one name.")
  private List<Path> datasets;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DATASET",
      description = "The joined data set's new folder.")
  private Path out;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "What the sets' labels mean in a task that they share: CSV with the columns set, task, label, as_task, as_label.")
  private Path labels;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    List<Dataset> opened = new ArrayList<>();
    for (Path dataset : datasets) {
      opened.add(Dataset.open(dataset));
    }
    ImportResult result =
        ImportDataset.run(
            new JoinedDatasets(
                opened, labels == null ? LabelTable.none() : LabelTable.read(labels)),
            out,
            ImportOptions.DEFAULT,
            output.progress());
    output.result(result.toJson(), result.toText());
    return 0;
  }
}
