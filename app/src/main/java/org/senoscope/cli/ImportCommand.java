package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.ImportResult;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.study.Modality;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope import LAYOUT SOURCE --out DATASET}. */
@Command(
    name = "import",
    description = "Make a data set from a published set of images.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The data set is complete or absent. What cannot be read is listed in rejected.csv,",
      "with its reason, and the rest goes on.",
      "",
      "  senoscope import busi Dataset_BUSI_with_GT --out data/busi",
      "  senoscope import folders mammogram-folders --patient-pattern '^(\\d+)_' \\",
      "      --task cancer --modality MG --out data/mammograms",
      "  senoscope import csv cases.csv --modality MG --out data/cbis \\",
      "      --columns image=image,patient=patient,label.pathology=pathology",
      "",
      "docs/data.md has the addresses of the public sets, and the command for each."
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "LAYOUT",
      description = "busi, mias, folders, npz, npy, bus-bra or csv.")
  private String layout;

  @Parameters(
      index = "1",
      paramLabel = "SOURCE",
      description =
          "The folder or file to import: from here or, where there is none, from the folder that"
              + " SENOSCOPE_DATA names.")
  private Path source;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DATASET",
      description = "The data set's new folder.")
  private Path out;

  @Option(names = "--strict", description = "Fail, and leave nothing, when anything is refused.")
  private boolean strict;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "folders, npz, npy: what the labels tell, such as pathology or cancer (class).")
  private @Nullable String task;

  @Option(names = "--modality", description = "folders, npz, npy, csv: MG or US, of all images.")
  private @Nullable Modality modality;

  @Option(
      names = "--patient-pattern",
      paramLabel = "REGEX",
      description = "folders: group 1, found in a file's name, is the patient.")
  private @Nullable String patientPattern;

  @Option(
      names = "--labels",
      split = ",",
      paramLabel = "WORD",
      description = "npz, npy: words for the labels 0, 1, …")
  private @Nullable List<String> labels;

  @Option(
      names = "--columns",
      paramLabel = "MAP",
      description = "csv: image=COLUMN,patient=COLUMN,label.<task>=COLUMN,… or a YAML file.")
  private @Nullable String columns;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    Importers.Details details =
        new Importers.Details(
            text(task),
            Optional.ofNullable(modality),
            text(patientPattern),
            labels == null ? List.of() : labels,
            text(columns));
    ImportResult result =
        ImportDataset.run(
            Importers.of(layout, ImageSets.find(source, System.getenv(ImageSets.SETTING)), details),
            out,
            strict ? ImportOptions.STRICT : ImportOptions.DEFAULT,
            output.progress());
    output.result(result.toJson(), result.toText());
    return 0;
  }

  private static String text(@Nullable String given) {
    return given == null ? "" : given;
  }
}
