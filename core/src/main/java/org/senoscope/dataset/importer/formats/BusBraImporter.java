package org.senoscope.dataset.importer.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.senoscope.dataset.importer.Importer;
import org.senoscope.dataset.importer.LesionMarks;
import org.senoscope.dataset.importer.SetDescription;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.Roi;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * BUS-BRA, breast ultrasound (Gómez-Flores 2024): {@code bus_data.csv}, {@code Images/<ID>.png} (or
 * {@code .jpg}) and {@code Masks/mask_<number>.png}. Case is the patient. BBOX (x, y, width,
 * height) counts in the published image's pixels, whose size the table gives, and is scaled to the
 * file's.
 */
final class BusBraImporter implements Importer {
  static final String NAME = "bus-bra";
  private static final String TABLE = "bus_data.csv";
  private static final Pattern BOX =
      Pattern.compile("\\[?\\s*(\\d+)\\D+(\\d+)\\D+(\\d+)\\D+(\\d+)\\s*]?");

  private final Path folder;

  BusBraImporter(Path source) {
    this.folder = SourceFiles.requireFolder(source, NAME);
    if (!Files.isRegularFile(folder.resolve(TABLE))
        || !Files.isDirectory(folder.resolve("Images"))) {
      throw new InputException(
          "%s has no bus_data.csv and Images/; is it the folder of BUS-BRA?".formatted(folder));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SetDescription description() {
    return new SetDescription(
        "BUS-BRA",
        SourceFiles.nameOf(folder),
        "Free use with the notice and citation of LICENSE.txt",
        "Gómez-Flores W, Gregorio-Calas MJ, Coelho de Albuquerque Pereira W. BUS-BRA: A breast"
            + " ultrasound dataset for assessing computer-aided diagnosis systems. Medical Physics"
            + " 51 (2024) 3110-3123",
        List.of(
            "Pathology is from biopsy; there are no normal images.",
            "Text and calipers are burnt in on many images."),
        List.of(Task.PATHOLOGY));
  }

  @Override
  public void list(Sink sink) throws IOException {
    Table table =
        Table.open(
            folder.resolve(TABLE),
            List.of("ID", "Case", "Pathology", "Width", "Height", "Side", "BBOX"));
    List<SourceFiles.Found> images = SourceFiles.below(folder.resolve("Images"));
    sink.expect(images.size());
    Map<String, SourceFiles.Found> byId = new java.util.HashMap<>();
    images.forEach(image -> byId.putIfAbsent(image.stem(), image));
    Set<String> listed = new HashSet<>();
    table.rows(
        sink,
        row -> {
          String id = row.get("ID");
          SourceFiles.Found image = byId.get(id);
          if (!listed.add(id)) {
            sink.reject(TABLE + " line " + row.line(), "its ID has a row already");
          } else if (image == null) {
            sink.reject(TABLE + " line " + row.line(), "there is no image of its ID");
          } else if (!image.fault().isEmpty()) {
            sink.reject("Images/" + image.relative(), image.fault());
          } else {
            accept(row, image, sink);
          }
        });
    for (SourceFiles.Found image : images) {
      if (!listed.contains(image.stem())) {
        sink.reject("Images/" + image.relative(), "bus_data.csv has no row for it");
      }
    }
  }

  private void accept(Table.Row row, SourceFiles.Found image, Sink sink) {
    String source = "Images/" + image.relative();
    String pathology = row.get("Pathology");
    String patient = row.get("Case");
    if (!List.of("benign", "malignant").contains(pathology)) {
      sink.reject(source, "Pathology must be benign or malignant, was \"%s\"".formatted(pathology));
    } else if (patient.isEmpty()) {
      sink.reject(source, "it has no Case, so its patient is not known");
    } else {
      sink.accept(
          image
              .at(source)
              .candidate()
              .storedAs(image.relative())
              .by(Optional.of(Modality.US))
              .ofPatient(patient)
              .showing(Laterality.of(row.get("Side")), Optional.empty())
              .labelled(Map.of(Task.PATHOLOGY, pathology))
              .marked(marks(row)));
    }
  }

  private LesionMarks marks(Table.Row row) {
    String id = row.get("ID");
    String mask = "Masks/mask_%s.png".formatted(id.startsWith("bus_") ? id.substring(4) : id);
    LesionMarks outlined = MaskFiles.of(folder.resolve(mask), mask);
    Matcher box = BOX.matcher(row.get("BBOX"));
    String width = row.get("Width");
    String height = row.get("Height");
    if (!box.matches() || !width.matches("[1-9]\\d{0,5}") || !height.matches("[1-9]\\d{0,5}")) {
      return outlined;
    }
    double left = Integer.parseInt(box.group(1));
    double top = Integer.parseInt(box.group(2));
    double right = left + Integer.parseInt(box.group(3));
    double bottom = top + Integer.parseInt(box.group(4));
    return (rows, columns) -> {
      LesionMarks.Lesions lesions = outlined.on(rows, columns);
      double down = rows / Double.parseDouble(height);
      double across = columns / Double.parseDouble(width);
      Optional<Roi> region =
          Regions.clipped(top * down, left * across, bottom * down, right * across, rows, columns);
      return new LesionMarks.Lesions(
          lesions.mask(), region.map(List::of).orElse(lesions.regions()), lesions.rejected());
    };
  }
}
