package org.senoscope.dataset.importer;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.senoscope.image.ImageLimits;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.View;

/**
 * An image that an importer found, and what the source says of it. Text that is not known is empty.
 *
 * @param source the file's path within the source, with {@code /}; for an array its place
 * @param storeAs the path that the stored file should have within {@code images/}; letters that
 *     other systems do not take are replaced
 * @param bytes where the file's bytes come from; called on another thread
 * @param patient as the source names her
 * @param group what the source says belongs together
 * @param modality how the image was made
 * @param laterality which breast
 * @param view the mammogram's projection
 * @param labels label by task
 * @param marks lesions that the source marks
 * @param excluded why the image takes no part
 * @param published the part that the publisher put it in
 */
public record Candidate(
    String source,
    String storeAs,
    Content bytes,
    String patient,
    String group,
    Optional<Modality> modality,
    Optional<Laterality> laterality,
    Optional<View> view,
    Map<String, String> labels,
    LesionMarks marks,
    String excluded,
    String published) {
  public Candidate {
    labels = Map.copyOf(labels);
  }

  /** Where the bytes of an image file come from. */
  @FunctionalInterface
  public interface Content {
    /**
     * All bytes.
     *
     * @throws IOException whose message is the reason why not
     */
    byte[] read(ImageLimits limits) throws IOException;
  }

  /** A candidate of which nothing is known but where it is. */
  public static Candidate of(String source, Content bytes) {
    return new Candidate(
        source,
        source,
        bytes,
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        LesionMarks.NONE,
        "",
        "");
  }

  /** The same under another name in the data set. */
  public Candidate storedAs(String path) {
    return new Candidate(
        source,
        path,
        bytes,
        patient,
        group,
        modality,
        laterality,
        view,
        labels,
        marks,
        excluded,
        published);
  }

  /** The same of a patient; she is the group too. */
  public Candidate ofPatient(String name) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        name,
        name,
        modality,
        laterality,
        view,
        labels,
        marks,
        excluded,
        published);
  }

  /** The same in a group of the source's own. */
  public Candidate inGroup(String name) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        patient,
        name,
        modality,
        laterality,
        view,
        labels,
        marks,
        excluded,
        published);
  }

  /** The same, made in this way. */
  public Candidate by(Optional<Modality> how) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        patient,
        group,
        how,
        laterality,
        view,
        labels,
        marks,
        excluded,
        published);
  }

  /** The same, showing this breast in this projection. */
  public Candidate showing(Optional<Laterality> breast, Optional<View> projection) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        patient,
        group,
        modality,
        breast,
        projection,
        labels,
        marks,
        excluded,
        published);
  }

  /** The same with labels by task. */
  public Candidate labelled(Map<String, String> byTask) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        patient,
        group,
        modality,
        laterality,
        view,
        byTask,
        marks,
        excluded,
        published);
  }

  /** The same with lesions marked. */
  public Candidate marked(LesionMarks lesions) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        patient,
        group,
        modality,
        laterality,
        view,
        labels,
        lesions,
        excluded,
        published);
  }

  /** The same, taking no part for a reason; empty when it does. */
  public Candidate excluded(String why) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        patient,
        group,
        modality,
        laterality,
        view,
        labels,
        marks,
        why,
        published);
  }

  /** The same in a published part. */
  public Candidate published(String part) {
    return new Candidate(
        source,
        storeAs,
        bytes,
        patient,
        group,
        modality,
        laterality,
        view,
        labels,
        marks,
        excluded,
        part);
  }
}
