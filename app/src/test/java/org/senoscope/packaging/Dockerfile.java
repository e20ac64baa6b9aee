package org.senoscope.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.senoscope.files.Json;

/**
 * A Dockerfile's stages and their steps, as far as ours go: continued lines, comments, and the form
 * of a command as a JSON list.
 */
record Dockerfile(List<Stage> stages) {
  /** From one FROM to the next. */
  record Stage(String base, String name, List<Step> steps) {
    /** The arguments of the last step of a kind, which is the one that counts. */
    Step last(String instruction) {
      return steps.stream()
          .filter(step -> step.instruction.equals(instruction))
          .reduce((a, b) -> b)
          .orElseThrow(() -> new AssertionError("No " + instruction + " in " + base));
    }
  }

  /** One instruction, in capital letters, and the text after it. */
  record Step(String instruction, String text) {
    List<String> words() {
      return List.of(text.split("\\s+", -1));
    }

    /** The command of a list such as {@code ["serve", "--host"]}. */
    List<String> list() {
      return StreamSupport.stream(Json.parse(text, instruction).spliterator(), false)
          .map(each -> each.asText())
          .toList();
    }
  }

  static Dockerfile read(Path file) throws IOException {
    List<Stage> stages = new ArrayList<>();
    String open = "";
    for (String line : Files.readAllLines(file)) {
      if (line.strip().startsWith("#") || (line.isBlank() && open.isEmpty())) {
        continue;
      }
      String whole = open + line.strip();
      if (whole.endsWith("\\")) {
        open = whole.substring(0, whole.length() - 1);
        continue;
      }
      open = "";
      String[] parts = whole.split("\\s+", 2);
      Step step = new Step(parts[0].toUpperCase(Locale.ROOT), parts[1]);
      if (step.instruction.equals("FROM")) {
        List<String> words = step.words();
        stages.add(
            new Stage(
                words.getFirst(), words.size() == 3 ? words.getLast() : "", new ArrayList<>()));
      } else {
        stages.getLast().steps().add(step);
      }
    }
    return new Dockerfile(stages);
  }
}
