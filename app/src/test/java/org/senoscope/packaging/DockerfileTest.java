package org.senoscope.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.files.Json;

/**
 * Every step of the Dockerfile, run without Docker. For the image that builds stands a plain folder
 * on this machine, below which every absolute path of a step is put; for the image that serves, a
 * plain folder too, and once more, where the kernel allows it, a root folder with what the package
 * asks for and a bash. What the real images hold is not tested here.
 */
@Tag("package")
class DockerfileTest {
  private static final Pattern TOKEN = Pattern.compile("Token, shown once: (\\S+)");

  /** What {@code --build-arg SENOSCOPE_COMMIT=} gives. */
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** Where a word of a shell's command begins with a slash. */
  private static final Pattern ABSOLUTE = Pattern.compile("(?<=^|[\\s=])/");

  @TempDir private static Path shared;
  private static Path home = Path.of("");
  private static Dockerfile dockerfile = new Dockerfile(List.of());

  /** What the second stage copies from the first. */
  private static Path built = Path.of("");

  @TempDir private Path folder;

  @BeforeAll
  static void runTheFirstStage() throws Exception {
    home = Path.of("..").toRealPath();
    dockerfile = Dockerfile.read(home.resolve("Dockerfile"));
    Dockerfile.Stage stage = dockerfile.stages().getFirst();
    Path root = Files.createDirectory(shared.resolve("build")).toRealPath();
    for (String each : List.of("tmp", "opt")) { // as every image has them
      Files.createDirectories(root.resolve(each));
    }
    Map<String, String> environment = new TreeMap<>();
    Path work = root;
    for (Dockerfile.Step step : stage.steps()) {
      switch (step.instruction()) {
        case "ARG", "ENV" -> {
          String[] parts = step.text().split("=", 2);
          environment.put(parts[0], parts[0].equals("SENOSCOPE_COMMIT") ? COMMIT : parts[1]);
        }
        case "WORKDIR" -> work = Files.createDirectories(below(root, step.text()));
        case "COPY" -> {
          assertThat(step.text()).isEqualTo(". .");
          for (Path file : context()) {
            Path target = work.resolve(file);
            Files.createDirectories(target.getParent());
            Files.copy(home.resolve(file), target, StandardCopyOption.COPY_ATTRIBUTES);
          }
        }
        case "RUN" -> {
          String command = ABSOLUTE.matcher(step.text()).replaceAll(root + "/");
          Commands.Result run = Commands.run(work, environment, List.of("/bin/sh", "-c", command));
          assertThat(run.code()).as(step + "\n" + run.out() + run.err()).isZero();
        }
        default -> throw new AssertionError("Not known to this test: " + step);
      }
    }
    List<String> copied = dockerfile.stages().getLast().last("COPY").words();
    assertThat(copied.getFirst()).isEqualTo("--from=" + stage.name());
    built = below(root, copied.get(1));
  }

  /** Where an absolute path of an image lies, whose root is a folder here. */
  private static Path below(Path root, String path) {
    assertThat(path).startsWith("/");
    return root.resolve(path.substring(1));
  }

  @Test
  void hasNoInstructionThatThisTestDoesNotRun() {
    assertThat(dockerfile.stages()).hasSize(2);
    assertThat(dockerfile.stages().getFirst().steps())
        .extracting(Dockerfile.Step::instruction)
        .containsOnly("ARG", "WORKDIR", "COPY", "RUN");
    assertThat(dockerfile.stages().getLast().steps())
        .extracting(Dockerfile.Step::instruction)
        .containsExactly("COPY", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD");
    assertThat(dockerfile.stages().getFirst().base()).contains("-25");
    assertThat(dockerfile.stages().getLast().last("USER").text()).matches("[1-9]\\d*:[1-9]\\d*");
  }

  @Test
  void theImageSaysOfWhichCommitItIs() throws IOException {
    assertThat(built.resolve("app/commit")).hasContent(COMMIT);
  }

  @Test
  void whatIsIgnoredIsNeitherBuiltFromNorSecret() throws IOException {
    List<Path> sent = context();
    assertThat(sent)
        .contains(Path.of("senoscope"), Path.of("pom.xml"), Path.of("tools/package/senoscope"))
        .noneMatch(file -> file.startsWith(".git"))
        .noneMatch(file -> file.startsWith("data"))
        .noneMatch(file -> file.toString().contains("target/"));
  }

  /** In a plain folder, as the user of this test, at a port that is free here. */
  @Test
  void theServerIsHealthyAndAsksForTheToken() throws Exception {
    Dockerfile.Stage stage = dockerfile.stages().getLast();
    Path root = Files.createDirectory(folder.resolve("root"));
    Path target = copyTo(root, stage);
    String usual = stage.last("EXPOSE").text();
    String free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = "" + socket.getLocalPort();
    }
    UnaryOperator<List<String>> here =
        command ->
            command.stream()
                .map(word -> word.startsWith("/") ? root + word : word.replace(usual, free))
                .toList();
    serve(
        new ProcessBuilder(here.apply(command(stage))),
        free,
        target,
        (process, command) -> Commands.run(command.toArray(String[]::new)),
        here.apply(check(stage)));
    assertThat(Commands.run(here.apply(check(stage)).toArray(String[]::new)).code())
        .as("the health of a server that has ended")
        .isNotZero();
  }

  /** As the image's user, where this test may be another one, with nothing that can be written. */
  @Test
  void theServerNeedsNothingElseOfItsImage() throws Exception {
    Optional<String> why = EmptyRoot.unavailable();
    assumeTrue(why.isEmpty(), () -> "no empty root folder to start in: " + why.orElseThrow());
    SystemNeeds needs = SystemNeeds.of(built);
    assumeTrue(needs.unusual().isEmpty(), () -> "this JDK links " + needs.unusual());
    Dockerfile.Stage stage = dockerfile.stages().getLast();
    EmptyRoot root =
        EmptyRoot.make(
            Files.createDirectory(folder.resolve("root")),
            needs.libraries(),
            List.of(
                built.resolve("runtime/bin/java"),
                built.resolve("runtime/lib/server/libjvm.so"),
                built.resolve("app/natives/libonnxruntime.so")),
            List.of(Path.of("/bin/sh"), Path.of("/bin/bash")),
            "dev/shm"); // all that can be written under docker run --read-only
    Path target = copyTo(root.folder(), stage);
    boolean asUser = Commands.run("id", "-u").out().strip().equals("0");
    if (asUser) {
      // JUnit's folder is closed to others.
      for (Path each = root.folder(); !each.equals(each.getRoot()); each = each.getParent()) {
        if (Files.getOwner(each).getName().equals("root")) {
          Commands.run("chmod", "a+rx", each.toString());
        }
      }
    }
    String user = stage.last("USER").text();
    List<String> inside = new ArrayList<>(List.of("chroot", root.folder().toString()));
    inside.addAll(check(stage));
    serve(
        root.command(asUser ? user : "", command(stage)),
        stage.last("EXPOSE").text(),
        target,
        (process, command) -> {
          if (asUser) {
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/status")))
                .containsPattern("Uid:\\s+" + user.split(":", -1)[0]);
          }
          return EmptyRoot.beside(process, asUser, command);
        },
        inside);
  }

  private static Path copyTo(Path root, Dockerfile.Stage stage) throws Exception {
    Path target = below(root, stage.last("COPY").words().getLast());
    Files.createDirectories(target.getParent());
    assertThat(Commands.run("cp", "-a", built.toString(), target.toString()).code()).isZero();
    return target;
  }

  private static List<String> command(Dockerfile.Stage stage) {
    List<String> command = new ArrayList<>(stage.last("ENTRYPOINT").list());
    command.addAll(stage.last("CMD").list());
    return command;
  }

  /** Runs a command of this machine on the network of a process. */
  private interface Beside {
    Commands.Result run(Process process, List<String> command) throws Exception;
  }

  /** Starts the server and asks it, until it is stopped. */
  private void serve(
      ProcessBuilder server, String port, Path program, Beside beside, List<String> check)
      throws Exception {
    Path said = folder.resolve("out");
    Process process = server.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      String token = token(process, said);
      Commands.Result healthy = beside.run(process, check);
      assertThat(healthy.code()).as(healthy.err()).isZero();
      String address = "http://127.0.0.1:" + port + "/api/v1/predictions";
      String image = image(program.resolve("samples/ultrasound")).toString();
      assertThat(beside.run(process, LoopbackClient.command(address, "", image)).out())
          .startsWith("401\n");
      String answer = beside.run(process, LoopbackClient.command(address, token, image)).out();
      assertThat(answer).matches("(?s)20[01]\n.*");
      JsonNode json = Json.parse(answer.substring(4), "the answer");
      assertThat(json.path("label").asText()).isIn("normal", "benign", "malignant");
    } finally {
      Commands.stop(process);
    }
  }

  /** The command of HEALTHCHECK, without its options. */
  private static List<String> check(Dockerfile.Stage stage) {
    String health = stage.last("HEALTHCHECK").text();
    return new Dockerfile.Step("CMD", health.substring(health.indexOf("CMD ") + 4)).list();
  }

  private static String token(Process process, Path said) throws Exception {
    for (int tries = 0; tries < 600; tries++) {
      Matcher matcher = TOKEN.matcher(Files.readString(said));
      if (matcher.find() && Files.readString(said).endsWith("\n")) {
        return matcher.group(1);
      }
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new AssertionError("No token: " + Files.readString(said));
  }

  private static Path image(Path samples) throws IOException {
    try (Stream<Path> files = Files.walk(samples)) {
      return files
          .filter(file -> file.toString().endsWith(".jpg"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  /** The files that Docker would be sent, relative to the checkout. */
  private static List<Path> context() throws IOException {
    List<PathMatcher> ignored = new ArrayList<>();
    for (String line : Files.readAllLines(home.resolve(".dockerignore"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        assertThat(line).doesNotStartWith("!"); // which this test would not understand
        ignored.add(FileSystems.getDefault().getPathMatcher("glob:" + line));
        if (line.startsWith("**/")) {
          ignored.add(FileSystems.getDefault().getPathMatcher("glob:" + line.substring(3)));
        }
      }
    }
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return isIgnored(path) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (!isIgnored(path)) {
              files.add(home.relativize(path));
            }
            return FileVisitResult.CONTINUE;
          }

          private boolean isIgnored(Path path) {
            Path relative = home.relativize(path);
            return ignored.stream().anyMatch(each -> each.matches(relative));
          }
        });
    return files;
  }
}
