package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.senoscope.dataset.importer.Candidate;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.LesionMarks;
import org.senoscope.dataset.importer.SetDescription;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.Roi;
import org.senoscope.study.View;
import org.senoscope.work.InputException;

/**
 * Any table of images: one row each, with a {@link ColumnMap}. Paths of images and masks count from
 * the table's folder and stay within it. Without a group of its own the patient is the group.
 */
final class CsvImporter implements Importer {
  static final String NAME = "csv";

  private final Path file;
  private final Path folder;
  private final Table table;
  private final ColumnMap map;
  private final Optional<Modality> modality;

  /**
   * An importer of a table.
   *
   * @param source the table, or a folder with no other table in it
   * @param columns as {@link ColumnMap} reads them; empty when the columns have the manifest's
   *     names
   * @param modality of all images, where no column tells
   */
  CsvImporter(Path source, String columns, Optional<Modality> modality) throws IOException {
    this.file = table(source);
    this.folder = file.toAbsolutePath().resolveSibling(".").normalize();
    this.table = Table.open(file, List.of());
    this.map = ColumnMap.of(columns, table.header());
    this.modality = modality;
  }

  private static Path table(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      return source;
    }
    List<Path> tables;
    try (Stream<Path> files = Files.list(source)) {
      tables =
          files
              .filter(each -> each.toString().toLowerCase(Locale.ROOT).endsWith(".csv"))
              .sorted()
              .toList();
    }
    if (tables.size() != 1) {
      throw new InputException(
          "%s holds %d tables (.csv); name the one to import".formatted(source, tables.size()));
    }
    return tables.getFirst();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SetDescription description() {
    return new SetDescription(
        SourceFiles.nameOf(folder),
        SourceFiles.nameOf(file),
        "",
        "",
        map.columns().containsKey("patient")
            ? List.of()
            : List.of("Patients are not known: images of one woman are not kept together."),
        map.tasks());
  }

  @Override
  public void list(Sink sink) throws IOException {
    Set<Path> taken = new HashSet<>();
    table.rows(
        sink,
        row -> {
          String image = map.get(row, "image");
          Optional<Path> path = SourceFiles.within(folder, image);
          if (path.isEmpty()) {
            sink.reject(
                image.isEmpty() ? SourceFiles.nameOf(file) + " line " + row.line() : image,
                image.isEmpty() ? "names no image" : "it lies outside the table's folder");
          } else if (!taken.add(path.get())) {
            sink.reject(image, "the table has a row for it already, line %d".formatted(row.line()));
          } else {
            try {
              sink.accept(candidate(row, image, path.get()));
            } catch (IllegalArgumentException e) {
              sink.reject(image, "line %d: %s".formatted(row.line(), e.getMessage()));
            }
          }
        });
  }

  private Candidate candidate(Table.Row row, String image, Path path) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String task : map.tasks()) {
      String label = map.label(row, task);
      if (!label.isEmpty()) {
        labels.put(task, label);
      }
    }
    String patient = map.get(row, "patient");
    String group = map.get(row, "group");
    String made = map.get(row, "modality");
    return Candidate.of(image, SourceFiles.content(path))
        .ofPatient(patient)
        .inGroup(group.isEmpty() ? patient : group)
        .by(made.isEmpty() ? modality : known("modality", made, "MG or US", Modality::of))
        .showing(
            known("laterality", map.get(row, "laterality"), "L, R, left or right", Laterality::of),
            known("view", map.get(row, "view"), "CC, MLO, ML or LM", View::of))
        .labelled(labels)
        .marked(marks(row))
        .excluded(map.get(row, "excluded"))
        .published(published(map.get(row, "published")));
  }

  private static <T> Optional<T> known(
      String column,
      String text,
      String expected,
      java.util.function.Function<String, Optional<T>> reader) {
    Optional<T> value = text.isEmpty() ? Optional.empty() : reader.apply(text);
    if (value.isEmpty() && !text.isEmpty()) {
      throw new IllegalArgumentException(
          "%s must be %s, was \"%s\"".formatted(column, expected, text));
    }
    return value;
  }

  private static String published(String part) {
    return PublishedParts.of(part).orElse(part);
  }

  private LesionMarks marks(Table.Row row) {
    List<SourceFiles.Found> files = new ArrayList<>();
    for (String mask : map.get(row, "mask").split(";", -1)) {
      if (!mask.isBlank()) {
        Path path =
            SourceFiles.within(folder, mask.strip())
                .orElseThrow(
                    () -> new IllegalArgumentException("its mask lies outside the table's folder"));
        files.add(new SourceFiles.Found(path, mask.strip(), ""));
      }
    }
    List<double[]> boxes = new ArrayList<>(Regions.xywh(map.get(row, "roi.xywh")));
    for (Roi roi : Roi.parseAll(map.get(row, "roi"))) {
      boxes.add(new double[] {roi.top(), roi.left(), roi.bottom(), roi.right()});
    }
    if (files.isEmpty() && boxes.isEmpty()) {
      return LesionMarks.NONE;
    }
    MaskFiles masks = new MaskFiles(files);
    return (height, width) -> {
      LesionMarks.Lesions outlined = masks.on(height, width);
      List<Roi> regions = new ArrayList<>();
      for (double[] box : boxes) {
        Regions.clipped(box[0], box[1], box[2], box[3], height, width).ifPresent(regions::add);
      }
      return new LesionMarks.Lesions(
          outlined.mask(), boxes.isEmpty() ? outlined.regions() : regions, outlined.rejected());
    };
  }
}
