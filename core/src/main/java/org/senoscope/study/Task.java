package org.senoscope.study;

import java.util.HashSet;
import java.util.List;

/**
 * What a classifier answers: a name and its labels, in the order of the network's outputs.
 *
 * <p>Label sets that the field shares: {@code pathology} normal, benign, malignant; {@code
 * abnormality} CALC, CIRC, SPIC, MISC, ARCH, ASYM, NORM; {@code tissue} F, G, D; {@code density} 1
 * to 4; {@code cancer} 0, 1. A data set with other labels keeps its own.
 *
 * <p>Tasks can be joined: {@code density+pathology} has a label for each pair that occurs, such as
 * {@code 2 malignant}, of every image that is labelled for both.
 *
 * @param name as in the manifest's column {@code label.<name>}
 * @param labels at least two, without repeats
 */
public record Task(String name, List<String> labels) {
  /** The task of benign, malignant and normal. */
  public static final String PATHOLOGY = "pathology";

  /** The seven classes of the MIAS reference list. */
  public static final String ABNORMALITY = "abnormality";

  /** MIAS's background tissue: fatty, glandular, dense. */
  public static final String TISSUE = "tissue";

  /** Breast density, 1 (fatty) to 4 (extremely dense). */
  public static final String DENSITY = "density";

  /** Whether cancer was found: 0 or 1. */
  public static final String CANCER = "cancer";

  /** The labels of class folders that no task was named for. */
  public static final String CLASS = "class";

  private static final String JOIN = "+";

  public Task {
    labels = List.copyOf(labels);
    if (name.isBlank()) {
      throw new IllegalArgumentException("Task must have a name");
    }
    if (labels.size() < 2 || new HashSet<>(labels).size() != labels.size()) {
      throw new IllegalArgumentException(
          "Task %s must have two or more different labels, was %s".formatted(name, labels));
    }
  }

  /**
   * The known labels of a task in the order a reader expects (normal before benign before
   * malignant), then all others alphabetically.
   */
  public static List<String> order(String task, Iterable<String> labels) {
    List<String> known = known(task);
    var found = new java.util.TreeSet<String>();
    labels.forEach(found::add);
    List<String> ordered = new java.util.ArrayList<>();
    for (String label : known) {
      if (found.remove(label)) {
        ordered.add(label);
      }
    }
    ordered.addAll(found);
    return List.copyOf(ordered);
  }

  /** The labels of a task that the field shares, in the usual order; of joined ones every pair. */
  private static List<String> known(String task) {
    List<String> parts = parts(task);
    if (parts.size() > 1) {
      return parts.stream()
          .map(Task::known)
          .reduce(
              (some, more) ->
                  some.stream()
                      .flatMap(one -> more.stream().map(other -> joined(List.of(one, other))))
                      .toList())
          .orElseThrow();
    }
    return switch (task) {
      case PATHOLOGY -> List.of("normal", "benign", "malignant");
      case ABNORMALITY -> List.of("CALC", "CIRC", "SPIC", "MISC", "ARCH", "ASYM", "NORM");
      case TISSUE -> List.of("F", "G", "D");
      case DENSITY -> List.of("1", "2", "3", "4");
      default -> List.of();
    };
  }

  /** The tasks that a name joins; the task alone where it joins none. */
  public static List<String> parts(String name) {
    return List.of(name.split(java.util.regex.Pattern.quote(JOIN), -1));
  }

  /** The name of tasks that are joined in this order. */
  public static String joinedName(List<String> names) {
    return String.join(JOIN, names);
  }

  /** The label of joined tasks for an image with these labels, in the tasks' order. */
  public static String joined(List<String> labels) {
    return String.join(" ", labels);
  }

  /** The place of a label among the network's outputs. */
  public int indexOf(String label) {
    int index = labels.indexOf(label);
    if (index < 0) {
      throw new IllegalArgumentException(
          "Label \"%s\" is not one of task %s: %s".formatted(label, name, labels));
    }
    return index;
  }
}
