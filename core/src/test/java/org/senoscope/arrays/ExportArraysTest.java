package org.senoscope.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.Python;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.Manifest;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GoldenImages;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.image.steps.Resize;
import org.senoscope.npy.NpyHeader;
import org.senoscope.split.Parts;
import org.senoscope.split.Split;
import org.senoscope.split.SplitDataset;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class ExportArraysTest {
  private static final int IMAGES = 60;
  private static final int SIDE = 32;
  private static final Task TASK = new Task(Task.PATHOLOGY, List.of("benign", "malignant"));

  @TempDir Path folder;
  private Dataset dataset;

  /** Noise, two images of each woman, so that no image is another's copy by chance. */
  @BeforeEach
  void make() throws IOException {
    Path root = folder.resolve("data");
    Files.createDirectories(root.resolve("images"));
    try (Writer out = Files.newBufferedWriter(root.resolve("manifest.csv"));
        Manifest.Output manifest = new Manifest.Output(out, List.of(Task.PATHOLOGY))) {
      for (int i = 0; i < IMAGES; i++) {
        String name = "images/%03d.png".formatted(i);
        ImageFiles.writePng(GoldenImages.noise(SIDE, SIDE, i), root.resolve(name));
        manifest.write(
            new ManifestRow(
                name,
                Hashes.sha256(root.resolve(name)),
                Optional.of(Modality.US),
                "w" + i / 2,
                "w" + i / 2,
                Optional.empty(),
                Optional.empty(),
                SIDE,
                SIDE,
                Map.of(Task.PATHOLOGY, i / 2 % 4 == 0 ? "malignant" : "benign"),
                "",
                List.of(),
                "",
                name,
                ""));
      }
    }
    Json.write(root.resolve("dataset.json"), Json.object("dataset").put("name", "made"));
    dataset = Dataset.open(root);
  }

  private ExportArrays export(Parts parts) throws IOException {
    SplitDataset.run(dataset, parts, Optional.empty(), 1, Progress.NONE);
    return new ExportArrays(dataset, Split.read(dataset), Groups.read(dataset.groupsFile()));
  }

  private static ExportArrays.Request request(Copies copies, ExportArrays.Type type, int channels) {
    return new ExportArrays.Request(
        new Preprocessing(List.of(new Resize(SIDE, SIDE, Resize.Fit.STRETCH))),
        TASK,
        Optional.empty(),
        copies,
        type,
        channels);
  }

  private static final ExportArrays.Request PLAIN =
      request(Copies.NONE, ExportArrays.Type.UINT8, 1);

  private static byte[][] images(Path file, int size) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      NpyHeader header = NpyHeader.read(in, "images");
      byte[][] images = new byte[header.shape().getFirst()][size];
      DataInputStream data = new DataInputStream(in);
      for (byte[] image : images) {
        data.readFully(image);
      }
      assertThat(in.read()).isEqualTo(-1);
      return images;
    }
  }

  private static List<String> texts(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      NpyHeader header = NpyHeader.read(in, "texts");
      int letters = Integer.parseInt(header.type().substring(2));
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < header.shape().getFirst(); i++) {
        byte[] text = in.readNBytes(4 * letters);
        texts.add(new String(text, java.nio.charset.Charset.forName("UTF-32LE")).replace("\0", ""));
      }
      return texts;
    }
  }

  private byte[] levels(int image) throws IOException {
    return levels(ImageFiles.read(dataset.resolve("images/%03d.png".formatted(image))));
  }

  private static byte[] levels(GreyImage image) {
    byte[] levels = new byte[image.pixels().length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) Math.round(image.pixels()[i] * 255);
    }
    return levels;
  }

  @Test
  void withoutCopiesEveryImageComesOnceAsItIsPrepared() throws IOException {
    Path out = folder.resolve("out");
    ObjectNode json = export(Parts.holdout("60/20/20")).run(PLAIN, out, Progress.NONE);
    byte[][] images = images(out.resolve("images.npy"), SIDE * SIDE);
    List<String> names = texts(out.resolve("names.npy"));
    List<String> parts = texts(out.resolve("parts.npy"));
    Split split = Split.read(dataset);
    assertThat(names).hasSize(IMAGES).doesNotHaveDuplicates();
    for (int i = 0; i < IMAGES; i++) {
      int image = Integer.parseInt(names.get(i).substring(7, 10));
      assertThat(images[i]).isEqualTo(levels(image));
      assertThat(split.partOf(names.get(i))).contains(parts.get(i));
    }
    assertThat(json.path("shape").toString()).isEqualTo("[60,32,32]");
    assertThat(Json.read(out.resolve("arrays.json"), "arrays").toString())
        .isEqualTo(json.toString());
  }

  /** The leak that gives 95 to 100% on MIAS: sought here by pixels, and not by names. */
  @Test
  void noCopyOfATestImageIsInTheTrainingPartNorAnyCopyInTheTestPart() throws IOException {
    Path out = folder.resolve("out");
    Copies copies = new Copies(16, OptionalInt.of(528), 1);
    ObjectNode json =
        export(Parts.holdout("60/20/20"))
            .run(request(copies, ExportArrays.Type.UINT8, 1), out, Progress.NONE);
    byte[][] images = images(out.resolve("images.npy"), SIDE * SIDE);
    List<String> parts = texts(out.resolve("parts.npy"));
    List<String> groups = texts(out.resolve("groups.npy"));
    // Every way in which an image of the data set can look.
    Map<String, Integer> looks = new HashMap<>();
    for (int image = 0; image < IMAGES; image++) {
      GreyImage read = ImageFiles.read(dataset.resolve("images/%03d.png".formatted(image)));
      for (Variant variant : Variant.ALL) {
        looks.put(Arrays.toString(levels(variant.apply(read))), image);
      }
    }
    assertThat(looks).hasSize(16 * IMAGES);
    Map<Integer, Set<String>> partsOfImage = new HashMap<>();
    Map<String, Set<String>> partsOfGroup = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < images.length; i++) {
      Integer source = looks.get(Arrays.toString(images[i]));
      assertThat(source).isNotNull();
      partsOfImage.computeIfAbsent(source, key -> new HashSet<>()).add(parts.get(i));
      partsOfGroup.computeIfAbsent(groups.get(i), key -> new HashSet<>()).add(parts.get(i));
      counts.merge(parts.get(i), 1, Integer::sum);
      if (!parts.get(i).equals("train")) {
        assertThat(images[i]).isEqualTo(levels(source));
      }
    }
    assertThat(partsOfImage).hasSize(IMAGES);
    assertThat(partsOfImage.values()).allMatch(found -> found.size() == 1);
    assertThat(partsOfGroup.values()).allMatch(found -> found.size() == 1);
    assertThat(counts.get("train")).isEqualTo(2 * 528);
    assertThat(counts.get("test") + counts.get("validation")).isLessThan(IMAGES / 2);
    JsonNode train = json.path("parts").path("train");
    assertThat(train.path("labels").path("malignant").asInt()).isEqualTo(528);
    assertThat(json.path("parts").path("test").path("images"))
        .isEqualTo(json.path("parts").path("test").path("sources"));
  }

  @Test
  void oneFoldIsHeldBackAndTheOthersAreCopied() throws IOException {
    ExportArrays export = export(Parts.folds(3));
    Copies copies = new Copies(8, OptionalInt.empty(), 1);
    ExportArrays.Request request = request(copies, ExportArrays.Type.UINT8, 1);
    assertThatThrownBy(() -> export.run(request, folder.resolve("none"), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--fold fold1");
    assertThat(folder.resolve("none")).doesNotExist();
    ExportArrays.Request named =
        new ExportArrays.Request(
            request.preprocessing(),
            TASK,
            Optional.of("fold2"),
            copies,
            request.type(),
            request.channels());
    Path out = folder.resolve("out");
    export.run(named, out, Progress.NONE);
    List<String> parts = texts(out.resolve("parts.npy"));
    List<String> names = texts(out.resolve("names.npy"));
    Split split = Split.read(dataset);
    assertThat(names).doesNotHaveDuplicates();
    for (int i = 0; i < names.size(); i++) {
      String source = names.get(i).replaceFirst("#.*", "");
      assertThat(parts.get(i))
          .isEqualTo(split.partOf(source).equals(Optional.of("fold2")) ? "test" : "train");
      assertThat(names.get(i).contains("#") && parts.get(i).equals("test")).isFalse();
    }
    assertThat(parts.stream().filter("test"::equals)).hasSize(split.images("fold2").size());
  }

  @Test
  void turnsNeedSquares() throws IOException {
    ExportArrays export = export(Parts.holdout("60/20/20"));
    Preprocessing flat = new Preprocessing(List.of(new Resize(8, 12, Resize.Fit.PAD)));
    ExportArrays.Request four =
        new ExportArrays.Request(
            flat,
            TASK,
            Optional.empty(),
            new Copies(4, OptionalInt.empty(), 1),
            ExportArrays.Type.UINT8,
            1);
    assertThat(export.run(four, folder.resolve("four"), Progress.NONE).path("shape").toString())
        .endsWith(",8,12]");
    ExportArrays.Request five =
        new ExportArrays.Request(
            flat,
            TASK,
            Optional.empty(),
            new Copies(5, OptionalInt.empty(), 1),
            ExportArrays.Type.UINT8,
            1);
    assertThatThrownBy(() -> export.run(five, folder.resolve("five"), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("8 × 12");
    assertThat(folder.resolve("five")).doesNotExist();
  }

  @Test
  void imagesOfSeveralSizesAreRefused() throws IOException {
    ImageFiles.writePng(GoldenImages.noise(20, 20, 99), dataset.resolve("images/005.png"));
    ExportArrays export = export(Parts.holdout("60/20/20"));
    ExportArrays.Request request =
        new ExportArrays.Request(
            new Preprocessing(List.of()),
            TASK,
            Optional.empty(),
            Copies.NONE,
            ExportArrays.Type.UINT8,
            1);
    assertThatThrownBy(() -> export.run(request, folder.resolve("out"), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("end it with a resize");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void anArrayFileIsNeverOverwritten() throws IOException {
    ExportArrays export = export(Parts.holdout("60/20/20"));
    Path out = folder.resolve("a.npz");
    export.run(PLAIN, out, Progress.NONE);
    byte[] once = Files.readAllBytes(out);
    assertThatThrownBy(() -> export.run(PLAIN, out, Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
    export.run(PLAIN, folder.resolve("b.npz"), Progress.NONE);
    assertThat(Files.readAllBytes(folder.resolve("b.npz"))).isEqualTo(once);
  }

  @Test
  void anImportOfTheArraysKeepsImagesLabelsPartsAndCopiesTogether() throws IOException {
    Copies copies = new Copies(16, OptionalInt.of(64), 1);
    Path out = folder.resolve("out");
    export(Parts.holdout("60/20/20"))
        .run(request(copies, ExportArrays.Type.UINT8, 1), out, Progress.NONE);
    Dataset again = imported("npy", out);
    byte[][] images = images(out.resolve("images.npy"), SIDE * SIDE);
    List<ManifestRow> rows = again.rows();
    assertThat(rows).hasSize(images.length);
    List<String> parts = texts(out.resolve("parts.npy"));
    for (int i = 0; i < images.length; i++) {
      assertThat(levels(ImageFiles.read(again.resolve(rows.get(i).image())))).isEqualTo(images[i]);
      assertThat(rows.get(i).published())
          .isEqualTo(parts.get(i).equals("validation") ? "valid" : parts.get(i));
    }
    // A new split of the copies does not tear them from their originals.
    SplitDataset.run(again, Parts.folds(3), Optional.empty(), 5, Progress.NONE);
    Split split = Split.read(again);
    Map<String, Set<String>> partsOfSource = new HashMap<>();
    List<String> names = texts(out.resolve("names.npy"));
    for (int i = 0; i < images.length; i++) {
      partsOfSource
          .computeIfAbsent(names.get(i).replaceFirst("#.*", ""), key -> new HashSet<>())
          .add(split.partOf(rows.get(i).image()).orElseThrow());
    }
    assertThat(partsOfSource.values()).allMatch(found -> found.size() == 1);
  }

  @Test
  void floatsComeBackAsTheLevelsTheyWere() throws IOException {
    Path out = folder.resolve("floats.npz");
    export(Parts.holdout("60/20/20"))
        .run(request(Copies.NONE, ExportArrays.Type.FLOAT32, 3), out, Progress.NONE);
    Dataset again = imported("npz", out);
    List<ManifestRow> rows = again.rows();
    assertThat(rows).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      assertThat(levels(ImageFiles.read(again.resolve(rows.get(i).image())))).isEqualTo(levels(i));
    }
  }

  private Dataset imported(String layout, Path source) throws IOException {
    Path target = folder.resolve("again");
    ImportDataset.run(
        Importers.of(
            layout,
            source,
            new Importers.Details(Task.PATHOLOGY, Optional.of(Modality.US), "", TASK.labels(), "")),
        target,
        ImportOptions.DEFAULT,
        Progress.NONE);
    return Dataset.open(target);
  }

  @Test
  void numPyReadsThem() throws IOException, InterruptedException {
    Copies copies = new Copies(16, OptionalInt.of(64), 1);
    ExportArrays export = export(Parts.holdout("60/20/20"));
    Path out = folder.resolve("out");
    export.run(request(copies, ExportArrays.Type.UINT8, 1), out, Progress.NONE);
    Path zip = folder.resolve("out.npz");
    export.run(request(copies, ExportArrays.Type.FLOAT32, 3), zip, Progress.NONE);
    String printed =
        Python.run(
            """
            import sys, numpy as np
            folder, zip = sys.argv[1:]
            a = {k: np.load(f"{folder}/{k}.npy") for k in
                 ("images", "labels", "names", "parts", "groups")}
            z = np.load(zip)
            assert a["images"].dtype == np.uint8 and a["labels"].dtype == np.int64
            assert z["images"].dtype == np.float32 and z["images"].shape[3] == 3
            assert len({len(v) for v in a.values()}) == 1
            assert np.abs(z["images"][..., 1] * 255 - a["images"]).max() <= .5001
            for k in ("labels", "names", "parts", "groups"):
                assert (a[k] == z[k]).all()
            train = a["parts"] == "train"
            print(train.sum(), np.bincount(a["labels"][train]), len(set(a["names"])) == len(train))
            """,
            out.toString(),
            zip.toString());
    assertThat(printed.strip()).isEqualTo("128 [64 64] True");
  }
}
