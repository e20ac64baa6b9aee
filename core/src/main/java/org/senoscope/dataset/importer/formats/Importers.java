package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
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

  /** The layouts that a detail is for, by its name on the command line without dashes. */
  private static final Map<String, List<String>> USEFUL =
      Map.of(
          "task", List.of("folders", "npz", "npy"),
          "modality", List.of("folders", "npz", "npy", "csv"),
          "patient-pattern", List.of("folders"),
          "labels", List.of("npz", "npy"),
          "columns", List.of("csv"));

  /**
   * An importer of a source.
   *
   * @throws InputException for an unknown layout, a detail that the layout has no use for, or a
   *     source that is not of the layout
   */
  public static Importer of(String layout, Path source, Details details) throws IOException {
    List<String> faults = faults(layout, details, name -> "--" + name);
    if (!faults.isEmpty()) {
      throw new InputException(String.join("; ", faults));
    }
    return switch (layout) {
      case BusiImporter.NAME -> new BusiImporter(source);
      case MiasImporter.NAME -> new MiasImporter(source);
      case FoldersImporter.NAME ->
          new FoldersImporter(source, details.task(), details.modality(), details.patientPattern());
      case ArraysImporter.NPZ, ArraysImporter.NPY ->
          new ArraysImporter(layout, source, details.task(), details.labels(), details.modality());
      case BusBraImporter.NAME -> new BusBraImporter(source);
      case CsvImporter.NAME -> new CsvImporter(source, details.columns(), details.modality());
      default -> throw new IllegalArgumentException("No importer is made for " + layout);
    };
  }

  /**
   * What is wrong with a layout and its details, as far as can be told without the source.
   *
   * @param name what a detail (task, modality, patient-pattern, labels, columns) is called where it
   *     was given
   */
  public static List<String> faults(String layout, Details details, UnaryOperator<String> name) {
    if (!NAMES.contains(layout)) {
      return List.of(Suggestions.unknown("layout", layout, NAMES));
    }
    List<String> faults = new ArrayList<>();
    for (String detail : given(details)) {
      List<String> layouts = USEFUL.getOrDefault(detail, List.of());
      if (!layouts.contains(layout)) {
        faults.add(
            "%s is for %s; leave it out with %s"
                .formatted(name.apply(detail), String.join(", ", layouts), layout));
      }
    }
    FoldersImporter.patternFault(details.patientPattern())
        .ifPresent(
            fault ->
                faults.add(
                    "%s \"%s\" %s"
                        .formatted(
                            name.apply("patient-pattern"), details.patientPattern(), fault)));
    if (new HashSet<>(details.labels()).size() < details.labels().size()) {
      faults.add(
          "%s must be different words, was %s".formatted(name.apply("labels"), details.labels()));
    }
    return faults;
  }

  private static List<String> given(Details details) {
    List<String> given = new ArrayList<>();
    if (!details.task().isEmpty()) {
      given.add("task");
    }
    if (details.modality().isPresent()) {
      given.add("modality");
    }
    if (!details.patientPattern().isEmpty()) {
      given.add("patient-pattern");
    }
    if (!details.labels().isEmpty()) {
      given.add("labels");
    }
    if (!details.columns().isEmpty()) {
      given.add("columns");
    }
    return given;
  }
}
