package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.audit.DatasetFolder;
import org.senoscope.image.GreyImage;
import org.senoscope.model.TinyBundle;
import org.senoscope.study.Task;

/**
 * How verbs end that cannot do their work: 2 for wrong usage or input, 1 where the work itself
 * failed; one line that names the fault, no stack trace, and nothing on standard output.
 *
 * <p>In the commands, {@code @} stands for the folder of the test, which holds a data set {@code
 * set}, a bundle {@code tiny}, a recipe {@code tiny.yaml} and a file {@code note.txt}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExitCodesTest {
  private static final int IMAGES = 20;

  private Path folder;

  @BeforeAll
  void makeInputs(@TempDir Path given) throws IOException {
    folder = given;
    makeDataset("set");
    var _ = TinyBundle.write(folder.resolve("tiny"));
    Files.writeString(folder.resolve("note.txt"), "a note");
    Files.createDirectory(folder.resolve("empty"));
    Files.writeString(folder.resolve("cases.csv"), "picture,label\n0.png,benign\n");
    Files.writeString(folder.resolve("broken.json"), "{");
    Files.writeString(
        folder.resolve("tiny.yaml"),
        """
        name: tiny
        task: pathology
        preprocessing:
          - {step: resize, height: 16, width: 16, fit: stretch}
        input: {channels: 1, mean: [0.5], std: [0.3]}
        network: {family: cnn, blocks: [4]}
        training: {epochs: 1, batch: 8, rate: 1e-3, headRate: 1e-3, precision: fp32}
        """);
    String recipe = Files.readString(folder.resolve("tiny.yaml"));
    Files.writeString(folder.resolve("typo.yaml"), recipe.replace("epochs", "epoch"));
    Files.writeString(folder.resolve("other.yaml"), recipe.replace("pathology", "density"));
    Files.writeString(
        folder.resolve("scores.csv"), "image,truth,score_benign,score_malignant\na,bengin,1,0\n");
  }

  /** 20 images of 10 patients. */
  private Path makeDataset(String name) throws IOException {
    Path root = Files.createDirectory(folder.resolve(name));
    DatasetFolder dataset = new DatasetFolder(root);
    for (int i = 0; i < IMAGES; i++) {
      SplittableRandom random = new SplittableRandom(i);
      float[] pixels = new float[40 * 40];
      for (int pixel = 0; pixel < pixels.length; pixel++) {
        pixels[pixel] = (float) random.nextDouble();
      }
      dataset.add(
          i + ".png",
          new GreyImage(40, 40, pixels),
          "patient" + i / 2,
          Map.of(Task.PATHOLOGY, i / 2 % 2 == 0 ? "benign" : "malignant"));
    }
    dataset.open();
    return root;
  }

  private Run run(String command) {
    return Run.of(
        Arrays.stream(command.split(" "))
            .map(word -> word.replace("@", folder + "/"))
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          import busy @set --out=@new                          | busi
          import busi @absent --out=@new                       | absent
          import busi @empty --out=@new                        | normal, benign, malignant
          import mias @empty --out=@new                        | Info.txt
          import bus-bra @empty --out=@new                     | bus_data.csv
          import folders @empty --out=@new                     | one folder per class
          import folders @set --labels=a,b --out=@new          | --labels
          import npz @note.txt --out=@new                      | note.txt
          import csv @cases.csv --out=@new                     | --columns
          import csv @cases.csv --columns=image=pictur --out=@new | picture
          import csv @absent.csv --out=@new                    | absent.csv
          import folders @set --out=@empty                     | exists already
          audit @empty                                         | dataset.json
          audit @absent                                        | dataset.json
          audit @set --out=@page.docx                          | .html
          split @absent                                        | dataset.json
          split @set --folds=1                                 | 1
          split @set --folds=11                                | benign
          split @set --holdout=70/20                           | 70/20
          split @set --task=patology                           | pathology
          train nosuch --data=@set --out=@run                  | nosuch
          train @absent.yaml --data=@set --out=@run            | absent.yaml
          train @typo.yaml --data=@set --out=@run              | epochs
          train @tiny.yaml --out=@run                          | --data
          train @tiny.yaml --data=@absent --out=@run           | dataset.json
          train @tiny.yaml --data=@set --out=@empty --init=@note.txt | note.txt
          train @other.yaml --data=@set --out=@run             | pathology
          train @tiny.yaml --data=@set --out=@run --repeats=0  | 1..100
          train @tiny.yaml --data=@set --out=@tiny             | tiny
          evaluate @absent --data=@set                         | absent
          evaluate @note.txt --data=@set                       | note.txt
          evaluate @tiny --data=@absent                        | dataset.json
          evaluate @tiny --data=@set --split=tset              | test
          evaluate @tiny --data=@set --out=@empty/../note.txt  | note.txt
          evaluate --predictions=@scores.csv                   | bengin
          evaluate --predictions=@note.txt                     | note.txt
          predict @absent @set                                 | absent
          predict @empty @set                                  | model.json
          predict @tiny @empty                                 | No images
          predict @tiny @set --threads=0                       | --threads
          predict @tiny @set --format=csv                      | --json
          export @absent --format=onnx --out=@new.onnx         | absent
          export @tiny --format=onnx --out=@note.txt           | exists already
          bundle import @absent.h5 --labels=a,b --scale=0..1 --out=@new | absent.h5
          bundle import @note.txt --labels=a,b --scale=0..1 --out=@new | note.txt
          bundle import @note.txt --labels=a,b --scale=1..0 --out=@new | --scale
          package --out=@new.zip                               | .tar.gz
          recipes nosuch                                       | nosuch
          serve --models=@absent --port=0                      | --models
          serve --models=@empty --port=0                       | --models
          serve --models=@tiny --port=70000                    | 70000
          serve --models=@tiny --host=no.such.host.invalid     | no.such.host.invalid
          """)
  void wrongInputIsOneLineAndTwo(String command, String named) {
    Run ran = run(command + " --json --quiet");
    assertThat(ran.code()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("senoscope: ").endsWith("\n").contains(named);
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(folder.resolve("new")).doesNotExist();
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aPortInUseIsOneLineAndTwo() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run ran = run("serve --json --models=@tiny --port=" + taken.getLocalPort());
      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).contains("Port " + taken.getLocalPort(), "--port");
      assertThat(ran.err().lines()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--json",
        "imprt",
        "import busi",
        "import busi @set",
        "import busi @set --out=@new --modality=CT",
        "audit",
        "audit @set --no-such-option",
        "split @set --folds=2 --holdout=70/15/15",
        "split @set --folds=two",
        "split @set --seed=x",
        "train",
        "evaluate",
        "evaluate @tiny",
        "evaluate @tiny --data=@set --predictions=@scores.csv",
        "predict @tiny",
        "predict @tiny @set --format=xml",
        "export @tiny",
        "export @tiny --format=keras",
        "bundle",
        "bundle import @note.txt --out=@new",
        "recipes a b",
        "serve --port=eighty"
      })
  void wrongUsageNamesTheFaultAndTheHelpAndIsTwo(String command) {
    Run ran = run(command + " --json");
    assertThat(ran.code()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    List<String> lines = ran.err().lines().toList();
    assertThat(lines.getFirst()).startsWith("senoscope: ");
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("Try '"));
  }

  @Test
  void workThatFailsIsOne() throws IOException {
    Path blocked = makeDataset("blocked");
    Files.createDirectories(blocked.resolve("groups.csv/in-the-way"));
    fails("audit @blocked", "groups.csv");

    Path split = makeDataset("split");
    Files.createDirectories(split.resolve("split.json/in-the-way"));
    fails("split @split", "split.json");

    Path holed = makeDataset("holed");
    assertThat(run("split @holed --quiet").code()).isZero();
    for (int i = 0; i < IMAGES; i++) {
      Files.delete(holed.resolve("images").resolve(i + ".png"));
    }
    fails("train @tiny.yaml --data=@holed --out=@holed-run", ".png");

    // Work goes on without an image that cannot be read; a data set without any is no input.
    Run without = run("evaluate @tiny --data=@holed --json --quiet");
    assertThat(without.code()).as(without.toString()).isEqualTo(2);
    assertThat(without.err().lines()).hasSize(1).first().asString().contains("None of the", ".png");

    fails("export @tiny --format=onnx --out=@note.txt/below", "note.txt");
    fails("predict @tiny @set --heatmaps=@note.txt/below", "note.txt");
  }

  private void fails(String command, String named) {
    Run ran = run(command + " --json --quiet");
    assertThat(ran.code()).as(command + ran).isEqualTo(1);
    List<String> lines = ran.err().lines().toList();
    assertThat(lines.getFirst()).startsWith("senoscope: failed: ").contains(named);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.contains("SENOSCOPE_TRACE=1"));
  }

  @Test
  void helpAndVersionAreAnswersAndZero() {
    for (String verb :
        List.of(
            "import",
            "audit",
            "split",
            "train",
            "evaluate",
            "predict",
            "serve",
            "demo",
            "export",
            "recipes")) {
      Run ran = Run.of(verb, "--help");
      assertThat(ran.code()).isZero();
      assertThat(ran.out()).contains("senoscope " + verb, "--json", "--quiet");
      assertThat(ran.err()).isEmpty();
    }
    assertThat(Run.of("bundle", "import", "--help").out())
        .contains("senoscope bundle import", "--json", "--quiet");
    assertThat(Run.of("--help").out()).contains("Research use only").doesNotContain("warm-up");
    assertThat(Run.of("--version").out()).matches("senoscope \\S+\n");
  }
}
