package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;
import org.senoscope.work.Suggestions;

/** Makes importers by the name of their layout. */
public final class Importers {
  /** The layouts that can be imported. */
  public static final List<String> NAMES =
      List.of(
          BusiImporter.NAME,
          MiasImporter.NAME,
          FoldersImporter.NAME,
          ArraysImporter.NPZ,
          ArraysImporter.NPY,
          BusBraImporter.NAME,
          CsvImporter.NAME);

  private Importers() {}

  /**
   * What a person says of a source beyond its place; text that was not given is empty.
   *
   * @param task that class folders or numbers are labels of (folders, npz, npy)
   * @param modality of all images (folders, npz, npy, csv)
   * @param patientPattern regular expression whose first group in a file's name is the patient
   *     (folders)
   * @param labels the words for the numbers 0, 1, … (npz, npy)
   * @param columns which column holds what (csv)
   */
  public record Details(
      String task,
      Optional<Modality> modality,
      String patientPattern,
      List<String> labels,
      String columns) {
    /** Nothing is said. */
    public static final Details NONE = new Details("", Optional.empty(), "", List.of(), "");

    public Details {
      labels = List.copyOf(labels);
    }
  }

  /**
   * An importer of a source.
   *
   * @throws InputException for an unknown layout, a detail that the layout has no use for, or a
   *     source that is not of the layout
   */
  public static Importer of(String layout, Path source, Details details) throws IOException {
    refuseUseless(layout, details);
    return switch (layout) {
      case BusiImporter.NAME -> new BusiImporter(source);
      case MiasImporter.NAME -> new MiasImporter(source);
      case FoldersImporter.NAME ->
          new FoldersImporter(source, details.task(), details.modality(), details.patientPattern());
      case ArraysImporter.NPZ, ArraysImporter.NPY ->
          new ArraysImporter(layout, source, details.task(), details.labels(), details.modality());
      case BusBraImporter.NAME -> new BusBraImporter(source);
      case CsvImporter.NAME -> new CsvImporter(source, details.columns(), details.modality());
      default -> throw new InputException(Suggestions.unknown("layout", layout, NAMES));
    };
  }

  private static void refuseUseless(String layout, Details details) {
    Map<String, List<String>> useful =
        Map.of(
            "--task", List.of("folders", "npz", "npy"),
            "--modality", List.of("folders", "npz", "npy", "csv"),
            "--patient-pattern", List.of("folders"),
            "--labels", List.of("npz", "npy"),
            "--columns", List.of("csv"));
    List<String> given = new ArrayList<>();
    if (!details.task().isEmpty()) {
      given.add("--task");
    }
    if (details.modality().isPresent()) {
      given.add("--modality");
    }
    if (!details.patientPattern().isEmpty()) {
      given.add("--patient-pattern");
    }
    if (!details.labels().isEmpty()) {
      given.add("--labels");
    }
    if (!details.columns().isEmpty()) {
      given.add("--columns");
    }
    for (String option : given) {
      List<String> layouts = useful.getOrDefault(option, List.of());
      if (NAMES.contains(layout) && !layouts.contains(layout)) {
        throw new InputException(
            "%s is for %s; leave it out with %s"
                .formatted(option, String.join(", ", layouts), layout));
      }
    }
  }
}
