package org.senoscope.foreign.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.senoscope.work.InputException;

/**
 * An HDF5 file that nobody vouches for. Links are never followed, since they may lead to other
 * files; nothing is read before its shape is the expected one; and whatever the library stumbles
 * over is an error for a person.
 */
final class Hdf5 implements AutoCloseable {
  /** Held here, since the JDK forgets levels of loggers that nobody holds. */
  private static final Logger TALK = Logger.getLogger("io.jhdf");

  static {
    TALK.setLevel(Level.OFF); // it tells every opening and reading, which is nobody's news
  }

  private static final int DEEPEST = 16;
  private static final int MOST_ENTRIES = 10_000;

  private final String what;
  private final HdfFile file;

  private Hdf5(String what, HdfFile file) {
    this.what = what;
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @param what it is, for messages
   * @throws InputException when it is not whole
   */
  static Hdf5 open(Path path, String what) {
    Hdf5 opened = new Hdf5(what, guarded(what, () -> new HdfFile(path)));
    long size = opened.file.size();
    long said = opened.file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
    if (size < said) {
      opened.close();
      throw new InputException("%s is cut off at %d of %d bytes".formatted(what, size, said));
    }
    return opened;
  }

  /** A text that an attribute of the file itself holds. */
  Optional<String> text(String attribute) {
    return guarded(
        what,
        () -> {
          @Nullable Attribute found = file.getAttributes().get(attribute);
          return found != null && found.getData() instanceof String text
              ? Optional.of(text)
              : Optional.empty();
        });
  }

  /** The group at a path; empty where there is none. */
  Optional<Group> group(List<String> path) {
    return guarded(
        what,
        () -> {
          Group group = file;
          for (String name : path) {
            Optional<Group> next = asA(Group.class, child(group, name));
            if (next.isEmpty()) {
              return Optional.empty();
            }
            group = next.get();
          }
          return Optional.of(group);
        });
  }

  /** A group's array of that name; empty where there is none. */
  Optional<Dataset> array(Group group, String name) {
    return guarded(what, () -> asA(Dataset.class, child(group, name)));
  }

  /** All arrays in a group and the groups in it, by path, joined with slashes. */
  Map<String, Dataset> arrays(Group group) {
    Map<String, Dataset> arrays = new LinkedHashMap<>();
    guarded(
        what,
        () -> {
          gather(group, "", 0, new int[1], arrays);
          return arrays;
        });
    return arrays;
  }

  /**
   * An array's values, row by row.
   *
   * @param name for messages
   * @throws InputException when its shape is another, or its values are no real numbers
   */
  float[] floats(Dataset array, String name, long... shape) {
    return guarded(
        what,
        () -> {
          long[] found = array.getDimensionsAsLong();
          if (!Arrays.equals(found, shape)) {
            throw new InputException(
                "%s: weights %s have shape %s, the layer needs %s"
                    .formatted(what, name, Arrays.toString(found), Arrays.toString(shape)));
          }
          Object values = array.getDataFlat();
          if (values instanceof float[] floats) {
            return floats;
          }
          if (values instanceof double[] doubles) {
            float[] floats = new float[doubles.length];
            for (int i = 0; i < floats.length; i++) {
              floats[i] = (float) doubles[i];
            }
            return floats;
          }
          throw new InputException(
              "%s: weights %s are %s, not real numbers"
                  .formatted(what, name, array.getJavaType().getSimpleName()));
        });
  }

  @Override
  public void close() {
    file.close();
  }

  /** Several names may lead to one group, so that visits are counted and not what was found. */
  private void gather(
      Group group, String path, int depth, int[] visits, Map<String, Dataset> into) {
    if (depth > DEEPEST || ++visits[0] > MOST_ENTRIES || into.size() > MOST_ENTRIES) {
      throw new InputException(
          "%s holds groups deeper than %d, or more than %d groups or arrays"
              .formatted(what, DEEPEST, MOST_ENTRIES));
    }
    for (String name : group.getChildren().keySet()) {
      Optional<Node> child = child(group, name);
      if (child.isPresent() && child.get() instanceof Dataset array) {
        into.put(path + name, array);
      } else if (child.isPresent() && child.get() instanceof Group inner) {
        gather(inner, path + name + "/", depth + 1, visits, into);
      }
    }
  }

  private Optional<Node> child(Group group, String name) {
    Optional<Node> child = Optional.ofNullable(group.getChild(name));
    if (child.filter(Node::isLink).isPresent()) {
      throw new InputException(
          "%s: %s is a link to elsewhere, which is never followed".formatted(what, name));
    }
    return child;
  }

  private static <T extends Node> Optional<T> asA(Class<T> kind, Optional<Node> node) {
    return node.filter(kind::isInstance).map(kind::cast);
  }

  private static <T> T guarded(String what, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // The library believes what a file says of itself, and falls over it in any of these ways.
      throw new InputException("%s is no whole HDF5 file: %s".formatted(what, reason(e)), e);
    }
  }

  private static String reason(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    String message =
        deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
    return message.replaceAll("\\s+", " ");
  }
}
