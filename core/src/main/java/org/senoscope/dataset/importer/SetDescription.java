package org.senoscope.dataset.importer;

import java.util.List;
import org.senoscope.work.InputException;

/**
 * What a set is and whose, for {@code dataset.json}. Text that is not known is empty.
 *
 * @param name of the set
 * @param source the folder or file that was imported, its own name without the path to it
 * @param licence under which the publisher gives it
 * @param citation that the publisher asks for
 * @param notes what a user of the set must know: known defects, rules of this import
 * @param tasks that its images may be labelled for; a column of the manifest each
 */
public record SetDescription(
    String name,
    String source,
    String licence,
    String citation,
    List<String> notes,
    List<String> tasks) {
  public SetDescription {
    notes = List.copyOf(notes);
    tasks = List.copyOf(tasks);
    for (String task : tasks) {
      if (!task.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")) {
        throw new InputException(
            "task \"%s\" must be a word of letters, digits, - and _; name it so".formatted(task));
      }
    }
  }
}
