package org.senoscope.packaging;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.model.Bundle;
import org.senoscope.provenance.Versions;
import org.senoscope.server.models.ModelFolder;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Makes an archive that predicts and serves on a machine that has nothing installed.
 *
 * <p>The same checkout and JDK give the same bytes, except for the ahead-of-time cache, which the
 * JVM writes a little differently each time.
 */
public final class Packager {
  /** The time that all files of an archive carry: even, since FAT counts in two seconds. */
  static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private static final String PLATFORM = "linux-x64";

  /**
   * The libraries that neither serving nor predicting needs: for training libtorch, which alone
   * would be 100 MB, and for {@code bundle import} what reads Keras files.
   */
  private static final Set<String> LEFT_OUT =
      Set.of("pytorch", "openblas", "javacpp", "jhdf", "commons-lang3", "compress-lzf", "lz4-java");

  private static final String ONNX_RUNTIME = "onnxruntime";
  private static final String ONNX_NATIVES = "ai/onnxruntime/native/";

  private final Path home;
  private final Path built;

  /**
   * For a checkout that is built.
   *
   * @param home the checkout's folder
   * @param built where {@code senoscope.jar} lies, and in {@code lib} the libraries that it names
   */
  public Packager(Path home, Path built) {
    this.home = home;
    this.built = built;
  }

  /**
   * What to make.
   *
   * @param models a folder of bundles, or one bundle
   * @param out the archive, which must not exist yet
   * @param cache whether to bring an ahead-of-time cache: the start is faster, the archive larger
   */
  public record Request(Path models, Path out, boolean cache) {}

  /**
   * What was made.
   *
   * @param bytes of the archive
   * @param unpackedBytes of all its files
   * @param cacheBytes of the ahead-of-time cache among them; 0 where there is none
   * @param modules of the JDK in its runtime
   * @param models in it
   * @param libraries of the machine that it needs
   * @param versions of those libraries' interfaces that it needs
   * @param unusual those libraries that other machines may lack
   */
  public record Archive(
      Path file,
      long bytes,
      String sha256,
      long unpackedBytes,
      long cacheBytes,
      String java,
      SortedSet<String> modules,
      List<String> models,
      SortedSet<String> libraries,
      SortedSet<String> versions,
      SortedSet<String> unusual) {
    /** As {@code --json} prints it. */
    public ObjectNode toJson() {
      ObjectNode json =
          Json.object("package")
              .put("file", file.toString())
              .put("bytes", bytes)
              .put("sha256", sha256)
              .put("unpackedBytes", unpackedBytes)
              .put("cacheBytes", cacheBytes)
              .put("java", java);
      json.set("modules", Json.tree(modules));
      json.set("models", Json.tree(models));
      ObjectNode needs = json.putObject("needs");
      needs.set("libraries", Json.tree(libraries));
      needs.set("versions", Json.tree(versions));
      needs.set("unusual", Json.tree(unusual));
      return json;
    }
  }

  /** The name that an archive has when none is given. */
  public static String defaultName() {
    return folderName() + ".tar.gz";
  }

  private static String folderName() {
    return "senoscope-%s-%s".formatted(Versions.senoscope(), PLATFORM);
  }

  /**
   * Makes the archive.
   *
   * @throws InputException when the request or a model cannot be used
   */
  public Archive run(Request request, Progress progress) throws IOException {
    check(request);
    // Not below the checkout: the cache remembers where it was made, which says who made it.
    Path work = Files.createTempDirectory("senoscope-package-");
    try (Progress.Stage stage = progress.stage("packaging", request.cache() ? 5 : 4)) {
      Path folder = Files.createDirectory(work.resolve(folderName()));
      List<String> models = addModels(request.models(), folder.resolve("models"));
      List<Path> jars = addProgram(folder);
      stage.advance(1, "linking the Java runtime");
      SortedSet<String> modules =
          JavaImage.link(JavaImage.modules(jars, work), folder.resolve("runtime"));
      stage.advance(1, "licences, samples");
      addNotices(jars, folder);
      SystemNeeds needs = SystemNeeds.of(folder);
      addReadme(needs, folder);
      setTimes(folder);
      if (request.cache()) {
        stage.advance(1, "making the start-up cache");
        makeCache(folder, work);
      }
      stage.advance(1, "writing the archive");
      addSums(folder);
      setTimes(folder);
      AtomicFiles.write(request.out(), out -> TarGz.write(folder, folderName(), TIME, out));
      stage.advance();
      Path cache = folder.resolve("app").resolve("senoscope.aot");
      return new Archive(
          request.out(),
          Files.size(request.out()),
          Hashes.sha256(request.out()),
          bytes(folder),
          request.cache() ? Files.size(cache) : 0,
          Runtime.version().toString(),
          modules,
          models,
          needs.libraries(),
          needs.versions(),
          needs.unusual());
    } finally {
      AtomicFiles.deleteTree(work);
    }
  }

  private void check(Request request) {
    String name = String.valueOf(request.out().getFileName());
    if (!name.endsWith(".tar.gz") && !name.endsWith(".tgz")) {
      throw new InputException(
          "--out %s must end with .tar.gz: other forms do not keep which files are programs"
              .formatted(request.out()));
    }
    if (Files.exists(request.out(), LinkOption.NOFOLLOW_LINKS)) {
      throw new InputException(
          "%s exists already: name another file with --out, or remove it".formatted(request.out()));
    }
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      throw new InputException(
          "Packages are made on Linux x86-64, for it; this is %s".formatted(system));
    }
    if (!Files.isRegularFile(built.resolve("senoscope.jar"))
        || !Files.isDirectory(built.resolve("lib"))) {
      throw new InputException(
          "No senoscope.jar with its libraries at %s: start ./senoscope package in a checkout"
              .formatted(built));
    }
  }

  /** Copies bundles, each opened and so verified; under the names that the server gives them. */
  private static List<String> addModels(Path from, Path to) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (ModelFolder.Entry entry : ModelFolder.entries(from)) {
      Bundle.open(entry.path());
      Path model = to.resolve(entry.name());
      Path target = entry.number().map(number -> model.resolve("" + number)).orElse(model);
      if (Files.isDirectory(entry.path())) {
        copyTree(entry.path(), target);
      } else {
        Files.createDirectories(target.getParent());
        copy(entry.path(), target.resolveSibling(target.getFileName() + ".zip"));
      }
      names.add(entry.name());
    }
    return List.copyOf(names);
  }

  /** Copies the program; returns its jars as they are in the package. */
  private List<Path> addProgram(Path folder) throws IOException {
    Path app = Files.createDirectory(folder.resolve("app"));
    Path lib = Files.createDirectory(app.resolve("lib"));
    List<Path> jars = new ArrayList<>();
    jars.add(copy(built.resolve("senoscope.jar"), app.resolve("senoscope.jar")));
    List<Path> libraries;
    try (Stream<Path> files = Files.list(built.resolve("lib"))) {
      libraries = files.sorted().toList();
    }
    for (Path library : libraries) {
      String name = ThirdParty.nameOf(library);
      Path target = lib.resolve(library.getFileName());
      if (name.equals(ONNX_RUNTIME)) {
        partOnnxRuntime(library, target, Files.createDirectory(app.resolve("natives")));
        jars.add(target);
      } else if (!LEFT_OUT.contains(name)) {
        jars.add(copy(library, target));
      }
    }
    Files.writeString(app.resolve("commit"), Versions.commit() + "\n");
    copy(home.resolve("tools").resolve("jvm.sh"), app.resolve("jvm.sh"));
    Path start = copy(tools().resolve("senoscope"), folder.resolve("senoscope"));
    Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("LICENSE", "NOTICE")) {
      copy(home.resolve(name), folder.resolve(name));
    }
    copyTree(home.resolve("samples"), folder.resolve("samples"));
    return jars;
  }

  /**
   * Parts ONNX Runtime's jar, which holds libraries for five platforms, into the classes and the
   * libraries of this platform: read from a folder, they need no temporary one.
   */
  private static void partOnnxRuntime(Path from, Path jar, Path natives) throws IOException {
    try (ZipFile zip = new ZipFile(from.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        String name = entry.getName();
        try (InputStream in = zip.getInputStream(entry)) {
          if (!name.startsWith(ONNX_NATIVES)) {
            ZipEntry copied = new ZipEntry(name);
            copied.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
            out.putNextEntry(copied);
            in.transferTo(out);
          } else if (name.startsWith(ONNX_NATIVES + PLATFORM + "/") && !entry.isDirectory()) {
            Files.copy(in, natives.resolve(name.substring(name.lastIndexOf('/') + 1)));
          }
        }
      }
    }
  }

  private void addNotices(List<Path> jars, Path folder) throws IOException {
    List<Path> libraries = jars.subList(1, jars.size()); // all but the program's own
    Path table = tools().resolve(ThirdParty.TABLE);
    ThirdParty.read(table).check(libraries);
    copy(table, folder.resolve(ThirdParty.TABLE));
    Path licences = folder.resolve("licences");
    copyTree(tools().resolve("licences"), licences);
    for (Path library : libraries) {
      ThirdParty.unpackNotices(library, licences);
    }
  }

  private void addReadme(SystemNeeds needs, Path folder) throws IOException {
    String text =
        Files.readString(tools().resolve("README.txt"))
            .replace("${version}", Versions.senoscope())
            .replace(
                "${needs}",
                "a shell, %s (%s)"
                    .formatted(
                        String.join(", ", needs.libraries()), String.join(", ", needs.versions())));
    Files.writeString(folder.resolve("README.txt"), text);
  }

  /** Runs the package once, as users will, and keeps what its JVM learns. */
  private static void makeCache(Path folder, Path work) throws IOException {
    Path cache = folder.resolve("app").resolve("senoscope.aot");
    Path log = work.resolve("cache.log");
    ProcessBuilder builder =
        new ProcessBuilder(folder.resolve("senoscope").toString(), "warm-up")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SENOSCOPE_CACHE_OUTPUT", cache.toString());
    builder.environment().remove("SENOSCOPE_NO_CACHE");
    // Code in the cache is made for this processor, and JDK 25 does not check the next one's.
    builder
        .environment()
        .put("SENOSCOPE_JAVA_OPTS", "-XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching");
    int code;
    try {
      code = builder.start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while the start-up cache was made", e);
    }
    if (code != 0 || !Files.exists(cache)) {
      List<String> lines = Files.readAllLines(log);
      throw new IOException(
          "the package's own start ended with %d: %s"
              .formatted(
                  code,
                  String.join(" ", lines.subList(Math.max(0, lines.size() - 5), lines.size()))));
    }
  }

  /** What {@code sha256sum --check} reads. */
  private static void addSums(Path folder) throws IOException {
    StringBuilder sums = new StringBuilder();
    for (Path file : files(folder)) {
      sums.append(Hashes.sha256(file)).append("  ").append(folder.relativize(file)).append('\n');
    }
    Files.writeString(folder.resolve("SHA256SUMS"), sums.toString());
  }

  /** Before the cache is made, which may hold the times of jars against those that it knows. */
  private static void setTimes(Path folder) throws IOException {
    for (Path file : files(folder)) {
      Files.setLastModifiedTime(file, FileTime.from(TIME));
    }
  }

  private static long bytes(Path folder) throws IOException {
    long sum = 0;
    for (Path file : files(folder)) {
      sum += Files.size(file);
    }
    return sum;
  }

  private Path tools() {
    return home.resolve("tools").resolve("package");
  }

  private static Path copy(Path from, Path to) throws IOException {
    return Files.copy(from, to);
  }

  /** Copies a folder; what links lead to is copied in their place. */
  private static void copyTree(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> paths = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
      files = paths.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  /** The regular files of a folder and those below it, in the order of their names. */
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    }
  }
}
