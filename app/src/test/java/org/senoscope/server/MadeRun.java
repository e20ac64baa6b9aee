package org.senoscope.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;

/** A run's folder as {@code train} writes it, made by hand; and a process that holds one. */
final class MadeRun {
  private final Path folder;

  private MadeRun(Path folder) {
    this.folder = folder;
  }

  /** Begins a run; without folds it is a hold-out. */
  static MadeRun begin(Path folder, List<String> folds) throws IOException {
    Files.createDirectories(folder);
    ObjectNode run = Json.object("run").put("name", "plain").put("dataset", "made");
    run.put("datasetFolder", "/home/somebody/secret");
    run.set("tasks", Json.tree(List.of(Map.of("name", "pathology", "labels", List.of("a", "b")))));
    run.set("folds", Json.tree(folds));
    Json.write(folder.resolve("run.json"), run.put("status", "running"));
    return new MadeRun(folder);
  }

  /** Says that it demonstrates leakage. */
  void demonstrateLeakage() throws IOException {
    ObjectNode run = Json.read(folder.resolve("run.json")).deepCopy();
    Json.write(folder.resolve("run.json"), run.put(Provenance.DEMONSTRATES_LEAKAGE, true));
  }

  /** Says that it is done. */
  void done() throws IOException {
    ObjectNode run = Json.read(folder.resolve("run.json")).deepCopy();
    Json.write(folder.resolve("run.json"), run.put("status", "done"));
  }

  /** Ends a training: {@code ""} is the run's own. */
  void end(String training, int bestEpoch) throws IOException {
    Json.write(
        folder.resolve(training).resolve("result.json"),
        Json.object("training").put("epochs", bestEpoch).put("bestEpoch", bestEpoch));
  }

  /**
   * Writes a training's log.
   *
   * @param epochs so many of 20
   * @param overfits whether training goes on to .99 while validation stays at .80
   */
  void log(String training, int epochs, boolean overfits) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      lines.append(line(epoch, overfits)).append('\n');
    }
    write(training, lines.toString());
  }

  /** Writes a training's log as it is given. */
  void write(String training, String text) throws IOException {
    Files.createDirectories(folder.resolve(training));
    Files.writeString(folder.resolve(training).resolve("log.jsonl"), text);
  }

  /** One line of a log. */
  static String line(int epoch, boolean overfits) {
    double learned = 1 - Math.exp(-epoch / 4.0);
    ObjectNode json = Json.object("epoch").put("epoch", epoch).put("epochs", 20);
    json.put("trainingLoss", 1.5 - learned).put("trainingLogLoss", 1.1 - learned);
    json.put("trainingAccuracy", overfits ? 0.6 + 0.39 * learned : 0.6 + 0.2 * learned);
    json.put("seconds", 60).put("rateFactor", 1.0);
    json.put("validationLoss", overfits ? 0.6 + 0.02 * Math.abs(epoch - 5) : 1.1 - learned);
    ObjectNode validation = json.putObject("validation").put("n", 400).putNull("auc");
    validation.put("accuracy", 0.6 + 0.2 * learned).put("balancedAccuracy", 0.55 + 0.2 * learned);
    return Json.formatLine(json);
  }

  /** A process that holds the run, as one that trains in it does. */
  Process hold() throws IOException {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                MadeRun.class.getName(),
                folder.resolve(".lock").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (holder.inputReader().read() != '+') {
      throw new IllegalStateException("The child could not hold " + folder);
    }
    return holder;
  }

  /** The child: holds the lock that it is given until it is killed. */
  public static void main(String[] arguments) throws Exception {
    try (FileChannel channel =
            FileChannel.open(
                Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      System.out.write('+');
      System.out.flush();
      Thread.sleep(300_000);
    }
  }
}
