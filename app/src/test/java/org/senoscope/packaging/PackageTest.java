package org.senoscope.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.model.Bundle;
import org.senoscope.model.Predictor;
import org.senoscope.model.predict.InputFiles;
import org.senoscope.model.predict.PredictFiles;
import org.senoscope.model.predict.PredictionJson;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/** The archive of this checkout, made once, unpacked by tar, and used as its receiver would. */
@Tag("package") // needs the jar, and so runs after it is made
class PackageTest {
  private static final long MOST_BYTES = 300_000_000;
  private static final long MOST_MEMORY = 1_000_000_000;
  private static final Pattern ADDRESS =
      Pattern.compile("Senoscope is at http://127\\.0\\.0\\.1:(\\d+)/");

  @TempDir private static Path shared;
  private static Path home = Path.of("");
  private static Packager.Archive made = null;

  /** Unpacked in a folder with blanks and letters beyond ASCII, as sticks have. */
  private static Path stick = Path.of("");

  @TempDir private Path folder;

  @BeforeAll
  static void makeAndUnpack() throws Exception {
    home = Path.of("..").toRealPath();
    made = make(shared.resolve("made.tar.gz"), true);
    stick = unpack(made.file(), shared.resolve("ein Stick für Ärzte"));
  }

  private static Packager.Archive make(Path file, boolean cache) throws IOException {
    return packager().run(new Packager.Request(home.resolve("models"), file, cache), Progress.NONE);
  }

  private static Packager packager() {
    return new Packager(home, home.resolve("app/target"));
  }

  private static Path unpack(Path archive, Path into) throws Exception {
    Files.createDirectories(into);
    Commands.Result tar = Commands.run("tar", "-xzf", archive.toString(), "-C", into.toString());
    assertThat(tar.code()).as(tar.err()).isZero();
    try (Stream<Path> entries = Files.list(into)) {
      return entries.findFirst().orElseThrow();
    }
  }

  @Test
  void isSmallAndHoldsNothingForTrainingOrImporting() throws IOException {
    assertThat(made.bytes()).isEqualTo(Files.size(made.file())).isLessThan(MOST_BYTES);
    assertThat(made.sha256()).isEqualTo(Hashes.sha256(made.file()));
    try (Stream<Path> files = Files.walk(stick)) {
      assertThat(files.map(file -> stick.relativize(file).toString()))
          .noneMatch(name -> name.matches(".*(pytorch|torch_cpu|openblas|javacpp|jhdf|lz4|lzf).*"))
          .noneMatch(name -> name.startsWith("runtime/include") || name.startsWith("runtime/man"))
          .contains("LICENSE", "NOTICE", "THIRD-PARTY.md", "models/ultrasound/LICENSE")
          .contains(
              "runtime/legal/java.base/LICENSE", "licences/onnxruntime/ThirdPartyNotices.txt");
    }
  }

  @Test
  void saysInJsonWhatWasMade() {
    JsonNode json = made.toJson();
    assertThat(json.path("schema").asText()).isEqualTo("senoscope/package/1");
    assertThat(json.path("bytes").asLong()).isEqualTo(made.bytes());
    assertThat(json.path("unpackedBytes").asLong()).isGreaterThan(made.bytes());
    assertThat(json.path("models").path(0).asText()).isEqualTo("ultrasound");
    assertThat(json.path("modules")).hasSizeGreaterThan(1);
    assertThat(json.at("/needs/libraries")).hasSize(made.libraries().size());
  }

  @Test
  void everyTextThatTheTableOfLicencesPointsToIsThere() throws IOException {
    String table = Files.readString(stick.resolve("THIRD-PARTY.md"));
    Matcher paths =
        Pattern.compile("`((?:licences|runtime|app|models|samples)/[^`*]*)`").matcher(table);
    int found = 0;
    while (paths.find()) {
      assertThat(stick.resolve(paths.group(1))).exists();
      found++;
    }
    assertThat(found).isGreaterThan(8);
  }

  @Test
  void itsSumsAreThoseOfItsFiles() throws IOException {
    SortedMap<String, String> sums = new TreeMap<>();
    for (String line : Files.readAllLines(stick.resolve("SHA256SUMS"))) {
      sums.put(line.substring(66), line.substring(0, 64));
    }
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(stick)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(stick.relativize(file).toString(), Hashes.sha256(file));
      }
    }
    found.remove("SHA256SUMS");
    assertThat(sums).isEqualTo(found).hasSizeGreaterThan(100);
  }

  /** The same files are the same archive, as {@link TarGzTest} has it. */
  @Test
  void allButTheCacheComesOutTheSameEachTime() throws Exception {
    Packager.Archive again = make(folder.resolve("again.tar.gz"), false);
    String sums = stick.getFileName() + "/SHA256SUMS";
    Commands.Result tar = Commands.run("tar", "-xOzf", again.file().toString(), sums);
    assertThat(tar.code()).as(tar.err()).isZero();
    assertThat(tar.out().lines())
        .containsExactlyElementsOf(
            Files.readAllLines(stick.resolve("SHA256SUMS")).stream()
                .filter(line -> !line.endsWith("senoscope.aot"))
                .toList());
    assertThat(again.cacheBytes()).isZero();
    assertThat(again.bytes()).isLessThan(made.bytes());
  }

  @Test
  void whatCannotBeMadeIsSaidBeforeTheWork() {
    Path file = made.file();
    assertThatThrownBy(() -> make(file, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
    assertThatThrownBy(() -> make(folder.resolve("package.zip"), false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must end with .tar.gz");
    assertThatThrownBy(
            () ->
                packager()
                    .run(
                        new Packager.Request(folder, folder.resolve("a.tar.gz"), false),
                        Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no bundle");
    assertThat(folder).isEmptyDirectory();
  }

  /** Started by a link, from another folder, in a home of its own where nothing may be left. */
  @Test
  void answersAsTheCheckoutDoesAndLeavesNothingBehind() throws Exception {
    Path ownHome = Files.createDirectory(folder.resolve("home"));
    Path link = Files.createSymbolicLink(folder.resolve("a link"), stick.resolve("senoscope"));
    Commands.Result run =
        Commands.run(
            folder,
            Map.of(),
            List.of(
                "env",
                "-i",
                "HOME=" + ownHome,
                link.toString(),
                "predict",
                stick.resolve("models/ultrasound").toString(),
                stick.resolve("samples/ultrasound").toString(),
                "--json"));
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode answers = Json.parse(run.out(), "the answers");
    JsonNode expected = expected(stick.resolve("samples/ultrasound"));
    assertThat(expected).hasSize(12);
    assertThat(answers).isEqualTo(expected);
    assertThat(ownHome).isEmptyDirectory();
  }

  /** What this process answers, with the checkout's model. */
  private static JsonNode expected(Path images) throws IOException {
    java.io.StringWriter out = new java.io.StringWriter();
    try (Predictor predictor =
        Predictor.open(Bundle.open(home.resolve("models/ultrasound")), 1, 2)) {
      var _ =
          new PredictFiles(predictor, 2, Optional.empty())
              .run(
                  InputFiles.list(List.of(images)).files(), new PredictionJson(out), Progress.NONE);
    }
    return Json.parse(out.toString(), "the expected answers");
  }

  @Test
  void drawsHeatmaps() throws Exception {
    Commands.Result run =
        start(
            "predict",
            model(),
            sample().toString(),
            "--heatmaps",
            folder.resolve("out").toString());
    assertThat(run.code()).as(run.err()).isZero();
    try (Stream<Path> pictures = Files.list(folder.resolve("out"))) {
      Path picture = pictures.findFirst().orElseThrow();
      assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(100);
    }
  }

  /** A stick that keeps no file executable, and cannot be written. */
  @Test
  void startsWhereNoFileIsExecutable() throws Exception {
    Path copy = copyOfStick();
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
      }
    }
    Commands.Result run =
        Commands.run(
            "sh", copy.resolve("senoscope").toString(), "predict", model(), sample().toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("malignant");
  }

  @Test
  void saysSoWhereNoProgramMayStart() throws Exception {
    Optional<String> why = EmptyRoot.unavailable();
    assumeTrue(why.isEmpty(), () -> "no volume to mount noexec: " + why.orElseThrow());
    Commands.Result run =
        Commands.run(
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount --bind \"$1\" \"$1\" && mount -o remount,bind,noexec \"$1\" && sh \"$1/senoscope\" demo",
            "sh",
            stick.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("mounted noexec", "copy the folder");
  }

  /** AOTMode=on ends the JVM where the cache cannot be used; without it, the JVM goes on. */
  @Test
  void itsCacheFitsWhereverItIsUnpackedAndIsPassedOverWhereItDoesNotFit() throws Exception {
    Map<String, String> strict = Map.of("SENOSCOPE_JAVA_OPTS", "-XX:AOTMode=on");
    Path copy = copyOfStick();
    for (Path place : List.of(stick, copy)) {
      List<String> command = List.of(place.resolve("senoscope").toString(), "-V");
      Commands.Result run = Commands.run(folder, strict, command);
      assertThat(run.code()).as(run.out() + run.err()).isZero();
      assertThat(run.out()).startsWith("senoscope ");
    }
    assertThat(loadedFromCache(stick)).isGreaterThan(0.9);
    assertThat(loadedFromCache(copy)).isGreaterThan(0.9);

    Path cache = copy.resolve("app/senoscope.aot");
    Files.write(cache, Arrays.copyOf(Files.readAllBytes(cache), 1 << 20));
    List<String> command = List.of(copy.resolve("senoscope").toString(), "-V");
    assertThat(Commands.run(folder, strict, command).code()).isNotZero();
    Commands.Result passedOver = Commands.run(folder, Map.of(), command);
    assertThat(passedOver.code()).isZero();
    assertThat(passedOver.err()).isEmpty();
  }

  /** The share of the classes of a start that come from the cache. */
  private double loadedFromCache(Path place) throws Exception {
    Path log = folder.resolve("classes.log");
    Map<String, String> options =
        Map.of(
            "SENOSCOPE_NO_CACHE",
            "1",
            "SENOSCOPE_JAVA_OPTS",
            "-XX:AOTCache=app/senoscope.aot -Xlog:class+load:file=" + log);
    Commands.Result run =
        Commands.run(place, options, List.of(place.resolve("senoscope").toString(), "-V"));
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = Files.readAllLines(log);
    long cached = lines.stream().filter(line -> line.contains("shared objects file")).count();
    return (double) cached / lines.size();
  }

  /** Code for the processor that made the cache could end the JVM on another one. */
  @Test
  void itsCacheHoldsNoCode() throws Exception {
    Map<String, String> options =
        Map.of(
            "SENOSCOPE_NO_CACHE",
            "1",
            "SENOSCOPE_JAVA_OPTS",
            "-XX:AOTCache=app/senoscope.aot -Xlog:aot+codecache+init=info");
    Commands.Result run =
        Commands.run(stick, options, List.of(stick.resolve("senoscope").toString(), "-V"));
    assertThat(run.out()).contains("AOT Code Cache is empty");
  }

  private Path copyOfStick() throws Exception {
    Path copy = Files.createTempDirectory(folder, "copy ");
    assertThat(Commands.run("cp", "-a", stick.toString(), copy.toString()).code()).isZero();
    return copy.resolve(stick.getFileName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "evaluate",
        "import",
        "audit",
        "split",
        "steps",
        "arrays",
        "bundle",
        "export",
        "recipes",
        "package",
        "x"
      })
  void whatItCannotDoItSaysInOneLine(String verb) throws Exception {
    Commands.Result run = start(verb, "--help");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .contains("\"" + verb + "\" is not in this package", "demo, serve and predict");
  }

  @Test
  void saysHowItIsUsed() throws Exception {
    assertThat(start("--help").out()).contains("demo", "serve", "predict", stick + "/models");
    assertThat(start().code()).isEqualTo(2);
    assertThat(start("serve", "--help").out()).contains("--port");
    Path colon = Files.createDirectory(folder.resolve("a:b"));
    Files.copy(stick.resolve("senoscope"), colon.resolve("senoscope"));
    Commands.Result run = Commands.run("sh", colon.resolve("senoscope").toString(), "demo");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("colon");
  }

  @Test
  void needsOfTheMachineTheLibrariesOfCAndCppAlone() throws IOException {
    assumeTrue(
        System.getProperty("java.vendor").contains("Adoptium"),
        "other JDKs may link libraries of their system: this is "
            + System.getProperty("java.vendor"));
    assertThat(made.unusual()).isEmpty();
    assertThat(made.libraries()).contains("libc.so.6", "libstdc++.so.6");
    assertThat(Files.readString(stick.resolve("README.txt")))
        .contains(made.libraries())
        .contains(made.versions())
        .doesNotContain("${");
  }

  /** Every format that can be read, on a machine with nothing but what the package asks for. */
  @Test
  void predictsOnAMachineWithNothingInstalled() throws Exception {
    EmptyRoot root = emptyRoot();
    Path images = root.folder().resolve("media/images");
    writeFormats(images);
    // Named by the receiver's path, answered here by the same path below the root.
    Process process =
        root.command(
                List.of(
                    "/media/a stick/senoscope",
                    "predict",
                    "/media/a stick/models/ultrasound",
                    "/media/images",
                    "--json",
                    "--quiet"))
            .redirectError(folder.resolve("err").toFile())
            .start();
    long peak = 0;
    while (process.isAlive()) {
      peak = Math.max(peak, Commands.peakMemory(process.pid()));
      Thread.sleep(2);
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(folder.resolve("err")).isEmptyFile();
    JsonNode answers = Json.parse(out, "the answers");
    JsonNode expected = expected(images);
    assertThat(answers).hasSize(7);
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.path(i).path("scores")).isEqualTo(expected.path(i).path("scores"));
    }
    assertThat(peak).isBetween(50_000_000L, MOST_MEMORY);
  }

  @Test
  void servesOnAMachineWithNothingInstalledAndNoNetwork() throws Exception {
    EmptyRoot root = emptyRoot();
    Process process =
        root.command(List.of("/media/a stick/senoscope", "serve", "--port", "0"))
            .redirectError(folder.resolve("err").toFile())
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      Matcher address = ADDRESS.matcher(String.valueOf(out.readLine()));
      assertThat(address.find()).as(Files.readString(folder.resolve("err"))).isTrue();
      String at = "http://127.0.0.1:" + address.group(1);
      assertThat(networks(process)).containsExactly("lo");
      assertThat(request(process, at + "/", "")).startsWith("200\n").contains("<html");
      assertThat(request(process, at + "/health/ready", "")).startsWith("200\n");
      String answer =
          request(process, at + "/api/v1/predictions?heatmap=true", sample().toString());
      assertThat(answer).matches("(?s)20[01]\n.*");
      JsonNode json = Json.parse(answer.substring(4), "the answer");
      assertThat(json.path("scores")).isEqualTo(expected(sample()).path(0).path("scores"));
      assertThat(Commands.peakMemory(process.pid())).isBetween(50_000_000L, MOST_MEMORY);
    } finally {
      Commands.stop(process);
    }
  }

  /** The network's devices that a process has. */
  private static List<String> networks(Process process) throws IOException {
    List<String> names = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/net/dev"))) {
      if (line.contains(":")) {
        names.add(line.substring(0, line.indexOf(':')).strip());
      }
    }
    return names;
  }

  private static String request(Process process, String address, String file) throws Exception {
    Commands.Result run =
        EmptyRoot.beside(process, false, LoopbackClient.command(address, "", file));
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  private EmptyRoot emptyRoot() throws Exception {
    Optional<String> why = EmptyRoot.unavailable();
    assumeTrue(why.isEmpty(), () -> "no empty root folder to start in: " + why.orElseThrow());
    assumeTrue(made.unusual().isEmpty(), () -> "this JDK links " + made.unusual());
    Path root = Files.createDirectory(folder.resolve("root"));
    EmptyRoot empty =
        EmptyRoot.make(
            root,
            made.libraries(),
            List.of(
                stick.resolve("runtime/bin/java"),
                stick.resolve("runtime/lib/server/libjvm.so"),
                stick.resolve("app/natives/libonnxruntime.so")),
            List.of(Path.of("/bin/sh")),
            "tmp");
    Path media = Files.createDirectories(root.resolve("media"));
    assertThat(
            Commands.run("cp", "-a", stick.toString(), media.resolve("a stick").toString()).code())
        .isZero();
    return empty;
  }

  private static void writeFormats(Path images) throws IOException {
    Files.createDirectories(images);
    BufferedImage read = ImageIO.read(sample().toFile());
    BufferedImage image =
        new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    image.createGraphics().drawImage(read, 0, 0, null);
    for (String format : List.of("png", "jpg", "tiff", "bmp", "gif")) {
      assertThat(
              ImageIO.write(image, format, images.resolve("a " + format + "." + format).toFile()))
          .as(format)
          .isTrue();
    }
    byte[] grey =
        (byte[]) image.getRaster().getDataElements(0, 0, image.getWidth(), image.getHeight(), null);
    try (var out = Files.newOutputStream(images.resolve("ein Bild für später.pgm"))) {
      out.write(
          "P5 %d %d 255\n"
              .formatted(image.getWidth(), image.getHeight())
              .getBytes(StandardCharsets.US_ASCII));
      out.write(grey);
    }
    Files.copy(sample(), images.resolve("sample.jpeg"));
  }

  private static String model() {
    return stick.resolve("models/ultrasound").toString();
  }

  private static Path sample() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("samples/ultrasound/malignant"))) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  private static Commands.Result start(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(stick.resolve("senoscope").toString()));
    command.addAll(List.of(arguments));
    return Commands.run(command.toArray(String[]::new));
  }
}
