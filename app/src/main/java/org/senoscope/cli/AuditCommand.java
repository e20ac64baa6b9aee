package org.senoscope.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.audit.AuditDataset;
import org.senoscope.dataset.audit.AuditPage;
import org.senoscope.dataset.audit.AuditReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope audit}: finds copies, conflicts and defects, and writes the groups. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description =
        "Find copies, contradicting labels and defects of a data set; write groups.csv and"
            + " audit.json beside its manifest.")
final class AuditCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DATASET", description = "A data set's folder, made by import.")
  private Path folder;

  @Option(
      names = "--out",
      paramLabel = "REPORT",
      description =
          "Also write a page with the pictures of what was found: NAME.html, or a folder for it.")
  private @Nullable Path out;

  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    Dataset dataset = Dataset.open(folder);
    AuditReport report = AuditDataset.run(dataset, output.progress());
    if (out != null) {
      AuditPage.write(report, dataset, out, output.progress());
    }
    output.result(report.toJson(), report.toText());
    return 0;
  }
}
