package org.senoscope.model.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.explain.HeatmapFolder;
import org.senoscope.files.Json;
import org.senoscope.image.Box;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.model.Predictor;
import org.senoscope.model.TinyBundle;
import org.senoscope.study.Marks;
import org.senoscope.study.Prediction;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

class PredictFilesTest {
  @TempDir private Path folder;
  private Path images = Path.of("");
  private List<AutoCloseable> toClose = new ArrayList<>();

  @BeforeEach
  void makeFolder() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void answersComeInTheOrderOfTheirPathsWhateverTheNumberOfWorkers(int workers) throws IOException {
    Random random = new Random(workers);
    for (int i = 0; i < 60; i++) {
      // Sizes differ, so that later images are often done first.
      int side = i % 7 == 0 ? 900 : 5 + random.nextInt(20);
      image(images.resolve("%s/image %02d.png".formatted("abc".charAt(i % 3), i)), side);
    }
    List<Prediction> found = predictions(workers, List.of(images));
    assertThat(found).hasSize(60);
    assertThat(found.stream().map(Prediction::file)).isSorted();
    try (Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("other")), 1)) {
      for (Prediction each : found) {
        assertThat(each)
            .isEqualTo(predictor.predict(each.file(), ImageFiles.read(Path.of(each.file()))));
      }
    }
  }

  @Test
  void whatCannotBeReadIsReferredAndTheRestGoesOn() throws IOException {
    image(images.resolve("a.png"), 20);
    Files.writeString(images.resolve("b.png"), "not an image");
    Files.write(images.resolve("c.png"), new byte[0]);
    image(images.resolve("d.png"), 20);
    PredictFiles.Summary[] summary = new PredictFiles.Summary[1];
    Recorder recorder = new Recorder();
    summary[0] =
        predict(2)
            .run(
                InputFiles.list(List.of(images, folder.resolve("gone.png"))).files(),
                recorder,
                Progress.NONE);
    assertThat(summary[0]).isEqualTo(new PredictFiles.Summary(5, Map.of("unreadable", 3)));
    assertThat(recorder.predictions.stream().map(each -> each.label().isPresent()))
        .containsExactly(true, false, false, true, false);
    for (Prediction each : recorder.predictions) {
      if (each.label().isEmpty()) {
        assertThat(each.decision()).isEqualTo("refer");
        assertThat(each.reason()).startsWith("unreadable: ");
        assertThat(each.scores()).isEmpty();
      }
    }
  }

  @Test
  void whatDoesNotFitIntoMemoryIsReferredWithTheLimitAndTheRestGoesOn() throws IOException {
    image(images.resolve("a.png"), 20);
    ImageFiles.writePng(new GreyImage(1100, 1100, new float[1100 * 1100]), images.resolve("b.png"));
    image(images.resolve("c.png"), 20);
    // 4.8 MiB are for pictures, and the second takes 5.8 while it is decoded.
    ImageRoom room = new ImageRoom(ImageLimits.DEFAULT, 8, 8 << 20);
    Recorder recorder = new Recorder();
    PredictFiles.Summary summary =
        new PredictFiles(predictor(), 3, Optional.empty(), Marks.UNKNOWN, room)
            .run(InputFiles.list(List.of(images)).files(), recorder, Progress.NONE);
    assertThat(summary).isEqualTo(new PredictFiles.Summary(3, Map.of("unreadable", 1)));
    assertThat(recorder.predictions.get(1).reason())
        .startsWith("unreadable: too large: 1100 × 1100 pixels")
        .contains("at most 4 of the 8 MB of memory");
    assertThat(recorder.predictions.get(2).label()).isPresent();
  }

  @Test
  void aFolderIsSearchedThroughLinksWithoutGoingInCirclesAndWhatIsNoImageIsCounted()
      throws IOException {
    image(images.resolve("deep/er/a.PNG"), 10);
    image(images.resolve("b.jpeg.png"), 10);
    image(images.resolve(".hidden.png"), 10);
    image(images.resolve(".cache/c.png"), 10);
    Files.writeString(images.resolve("notes.txt"), "");
    Files.writeString(images.resolve("png"), "");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    image(elsewhere.resolve("d.png"), 10);
    Files.createSymbolicLink(images.resolve("loop"), images);
    Files.createSymbolicLink(images.resolve("link"), elsewhere);
    InputFiles found = InputFiles.list(List.of(images));
    assertThat(found.files().stream().map(file -> images.relativize(file.path()).toString()))
        .containsExactly("b.jpeg.png", "deep/er/a.PNG", "link/d.png", "png");
    assertThat(found.skipped()).isEqualTo(1);
  }

  @Test
  void aNamedFileIsTakenWhateverItsEnding() throws IOException {
    Path file = images.resolve("scan.bin");
    image(file, 10);
    assertThat(predictions(1, List.of(file)).getFirst().label()).isPresent();
  }

  @Test
  void aFolderWithoutImagesIsSaidToHaveNone() {
    assertThatThrownBy(() -> InputFiles.list(List.of(images)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("No images in " + images);
  }

  @Test
  void whenAHeatmapCannotBeWrittenNoneIsBeingWrittenAfterwards() throws IOException {
    for (int i = 0; i < 8; i++) {
      image(images.resolve(i + ".png"), 20);
    }
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    PredictFiles.Explainer fails =
        (input, image, inference, prediction) -> {
          boolean first = begun.incrementAndGet() == 1;
          long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(first ? 0 : 100);
          while (System.nanoTime() < until) {
            Thread.onSpinWait(); // as native code does, it does not hear that it shall stop
          }
          ended.incrementAndGet();
          throw new IOException("disk full");
        };
    var files = new PredictFiles(predictor(), 4, Optional.of(fails));
    var found = InputFiles.list(List.of(images)).files();
    assertThatThrownBy(() -> files.run(found, new Recorder(), Progress.NONE))
        .hasMessage("disk full");
    assertThat(ended).hasValue(begun.get());
  }

  @Test
  void filesOfTheSameNameGetHeatmapsOfDifferentNames() throws IOException {
    Path other = folder.resolve("other images");
    image(images.resolve("x/a.png"), 30);
    image(other.resolve("x/a.png"), 40);
    image(other.resolve("x/a.jpg"), 50);
    Path heatmaps = folder.resolve("heatmaps");
    Predictor predictor = predictor();
    Recorder recorder = new Recorder();
    new PredictFiles(
            predictor, 2, Optional.of(new HeatmapFolder(predictor, Marks.UNKNOWN, heatmaps)))
        .run(InputFiles.list(List.of(images, other)).files(), recorder, Progress.NONE);
    assertThat(recorder.heatmaps.stream().map(file -> heatmaps.relativize(file).toString()))
        .containsExactly("x/a.png.heatmap.png", "x/a.jpg.heatmap.png", "x/a.png-2.heatmap.png");
    assertThat(ImageFiles.read(recorder.heatmaps.get(0)).height()).isEqualTo(30);
    assertThat(ImageFiles.read(recorder.heatmaps.get(1)).height()).isEqualTo(50);
    assertThat(ImageFiles.read(recorder.heatmaps.get(2)).height()).isEqualTo(40);
  }

  @Test
  void csvKeepsAnyNameWhole() throws IOException {
    String name = "a, \"b\"\nc ü.png";
    image(images.resolve(name), 20);
    Files.writeString(images.resolve("z.png"), "nothing");
    StringWriter text = new StringWriter();
    run(new PredictionCsv(text, TinyBundle.TASK));
    assertThat(text.toString())
        .startsWith("file,label,score_normal,score_benign,score_malignant,decision,reason\n");
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(text.toString())) {
      List<NamedCsvRecord> rows = reader.stream().toList();
      assertThat(rows).hasSize(2);
      assertThat(rows.get(0).getField("file")).isEqualTo(images.resolve(name).toString());
      assertThat(Double.parseDouble(rows.get(0).getField("score_normal"))).isBetween(0.0, 1.0);
      assertThat(rows.get(0).getField("decision")).isEqualTo(rows.get(0).getField("label"));
      assertThat(rows.get(1).getField("label")).isEmpty();
      assertThat(rows.get(1).getField("score_normal")).isEmpty();
      assertThat(rows.get(1).getField("decision")).isEqualTo("refer");
      assertThat(rows.get(1).getField("reason")).startsWith("unreadable: ");
    }
  }

  @Test
  void jsonIsOneArrayOfTheContractsObjects() throws IOException {
    image(images.resolve("a\n\"b\".png"), 20);
    Files.writeString(images.resolve("z.png"), "nothing");
    StringWriter text = new StringWriter();
    run(new PredictionJson(text));
    JsonNode array = Json.parse(text.toString(), "the answer");
    assertThat(array.isArray()).isTrue();
    assertThat(array).hasSize(2);
    JsonNode good = array.path(0);
    assertThat(good.path("schema").asText()).isEqualTo("senoscope/prediction/1");
    assertThat(good.path("file").asText()).endsWith("a\n\"b\".png");
    assertThat(good.path("scores").fieldNames())
        .toIterable()
        .containsExactly("normal", "benign", "malignant");
    assertThat(good.path("set").path(0)).isEqualTo(good.path("label"));
    assertThat(good.path("calibrated").booleanValue()).isFalse();
    assertThat(good.path("model").asText()).isEqualTo("tiny 1");
    assertThat(good.path("notice").asText()).contains("Research use only");
    JsonNode bad = array.path(1);
    assertThat(bad.path("label").isNull()).isTrue();
    assertThat(bad.path("decision").asText()).isEqualTo("refer");
    assertThat(bad.path("scores").isEmpty()).isTrue();
  }

  @Test
  void theTableShowsControlCharactersAsEscapes() throws IOException {
    image(images.resolve("a\u001b[31m\n.png"), 20);
    StringWriter text = new StringWriter();
    run(new PredictionTable(text, TinyBundle.TASK));
    assertThat(text.toString().lines()).hasSize(3);
    assertThat(text.toString()).contains("a\\u001b[31m\\u000a.png").doesNotContain("\u001b");
  }

  @Test
  void anAnswerThatCannotBeWrittenStopsTheWork() throws IOException {
    for (int i = 0; i < 40; i++) {
      image(images.resolve(i + ".png"), 10);
    }
    AtomicInteger written = new AtomicInteger();
    Writer full =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws IOException {
            if (written.incrementAndGet() > 5) {
              throw new IOException("Broken pipe");
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> run(new PredictionJson(full))).hasMessage("Broken pipe");
    assertThat(written).hasValueLessThan(10);
  }

  private void run(PredictionWriter writer) throws IOException {
    var _ = predict(2).run(InputFiles.list(List.of(images)).files(), writer, Progress.NONE);
  }

  @Test
  void aModelThatLooksAtMarksMustBeToldOne() throws IOException {
    image(images.resolve("a.png"), 30);
    image(images.resolve("b.png"), 10);
    Predictor predictor = Predictor.open(TinyBundle.writeMarked(folder.resolve("marked")), 1);
    toClose.add(predictor);
    assertThatThrownBy(() -> new PredictFiles(predictor, 1, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tiny 1 looks where a reader marked a finding: give --roi");
    Recorder recorder = new Recorder();
    Marks mark = Marks.parse("12:3:25:10");
    PredictFiles.Summary summary =
        new PredictFiles(predictor, 2, Optional.empty(), mark)
            .run(InputFiles.list(List.of(images)).files(), recorder, Progress.NONE);
    // The second image ends above the mark.
    assertThat(summary).isEqualTo(new PredictFiles.Summary(2, Map.of("unreadable", 1)));
    assertThat(recorder.predictions.get(1).reason())
        .startsWith("unreadable: step crop-roi: the mark 12:3:25:10 lies outside");
    GreyImage read = ImageFiles.read(images.resolve("a.png"));
    try (Predictor plain = Predictor.open(TinyBundle.write(folder.resolve("plain")), 1)) {
      assertThat(recorder.predictions.get(0).scores())
          .isEqualTo(plain.predict("a.png", new Box(12, 3, 13, 7).cut(read)).scores());
    }
  }

  private List<Prediction> predictions(int workers, List<Path> paths) throws IOException {
    Recorder recorder = new Recorder();
    var _ = predict(workers).run(InputFiles.list(paths).files(), recorder, Progress.NONE);
    return recorder.predictions;
  }

  private PredictFiles predict(int workers) throws IOException {
    return new PredictFiles(predictor(), workers, Optional.empty());
  }

  private Predictor predictor() throws IOException {
    Predictor predictor = Predictor.open(TinyBundle.write(folder.resolve("tiny")), 1);
    toClose.add(predictor);
    return predictor;
  }

  private static void image(Path file, int height) throws IOException {
    Random random = new Random(file.hashCode());
    float[] pixels = new float[height * 17];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    Files.createDirectories(file.resolveSibling("x").getParent());
    ImageFiles.writePng(new GreyImage(height, 17, pixels), file);
  }

  /** Keeps what it is given. */
  private static final class Recorder implements PredictionWriter {
    private final List<Prediction> predictions = new ArrayList<>();
    private final List<Path> heatmaps = new ArrayList<>();

    @Override
    public void begin() {}

    @Override
    public void write(Prediction prediction, Optional<Path> heatmap) {
      predictions.add(prediction);
      heatmap.ifPresent(heatmaps::add);
    }

    @Override
    public void end() {}
  }
}
