package org.senoscope.refusal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Predicate;
import org.senoscope.files.Json;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;

/**
 * How far from a network's training images is too far, found with images that the network has not
 * seen.
 *
 * @param modality of the images that the model reads; empty where the data set did not say, or its
 *     images look like another's
 * @param atSight whether blank frames and noise are refused; not where training images look so
 * @param cases images that the limits were found with; 0 before there are limits
 * @param picture the limit of {@link Distances#picture}; empty for none
 * @param texture the limit of {@link Distances#texture}; empty for none
 * @param content the limit of {@link Distances#content}; empty for none
 * @param together the limit of all three at once; empty for none
 */
public record Limits(
    Optional<Modality> modality,
    boolean atSight,
    int cases,
    OptionalDouble picture,
    OptionalDouble texture,
    OptionalDouble content,
    Optional<Together> together) {
  /** Fewest images that a limit is found with: of fewer, the largest distance says too little. */
  public static final int FEWEST_CASES = 40;

  // Decision 20 has what these were chosen by. The first two are far beyond what a model's own
  // hospital sends, and leave room for others: another hospital's images lie further out than any
  // of its own, and other organs and other devices further still.
  private static final double FAR = 0.99;
  static final double PICTURE_ROOM = 5;
  private static final double TEXTURE_ROOM = 1.6;
  private static final double NEAR = 0.99;
  private static final double TOGETHER = 0.99;

  /** Where all true images are alike, rounding must not refuse them. */
  private static final double LEAST = 1e-6;

  /** The share of training images up to which a check that refuses them is worth having. */
  private static final double RARE = 0.01;

  /** No limit to any distance; only what needs none is refused. */
  public static Limits none(Optional<Modality> modality, boolean atSight) {
    return new Limits(
        modality,
        atSight,
        0,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  /**
   * Finds limits.
   *
   * @param modality that the data set says of the images that the model reads
   * @param seen training images, as {@link Reference#fit} takes them
   * @param unseen distances of true images of which the network has seen none; where they are fewer
   *     than {@link #FEWEST_CASES}, no limit is set
   */
  public static Limits fit(
      Optional<Modality> modality, List<Features> seen, List<Distances> unseen) {
    List<PictureFacts> pictures =
        seen.stream().map(Features::picture).flatMap(Optional::stream).toList();
    boolean atSight = rare(pictures, facts -> facts.blank() || facts.noise());
    Optional<Modality> known =
        modality.filter(
            said ->
                rare(
                    pictures,
                    facts ->
                        PictureKinds.shipped()
                            .recognise(facts)
                            .filter(kind -> kind != said)
                            .isPresent()));
    return ofDistances(known, atSight, unseen);
  }

  /**
   * Limits to distances alone: what can be asked of images of which only those are kept.
   *
   * @param unseen distances of true images, at least {@link #FEWEST_CASES} for any limit
   */
  public static Limits ofDistances(List<Distances> unseen) {
    return ofDistances(Optional.empty(), false, unseen);
  }

  private static Limits ofDistances(
      Optional<Modality> known, boolean atSight, List<Distances> unseen) {
    if (unseen.size() < FEWEST_CASES) {
      return none(known, atSight);
    }
    return new Limits(
        known,
        atSight,
        unseen.size(),
        limit(unseen, Distances::picture, FAR, PICTURE_ROOM),
        limit(unseen, Distances::texture, FAR, TEXTURE_ROOM),
        limit(unseen, Distances::content, NEAR, 1),
        Together.fit(unseen, TOGETHER));
  }

  private static boolean rare(List<PictureFacts> pictures, Predicate<PictureFacts> odd) {
    return pictures.stream().filter(odd).count() <= RARE * pictures.size();
  }

  /** The conformal quantile, at most the largest distance, times the room. */
  private static OptionalDouble limit(
      List<Distances> unseen,
      Function<Distances, OptionalDouble> which,
      double share,
      double room) {
    double[] sorted =
        unseen.stream().map(which).flatMapToDouble(OptionalDouble::stream).sorted().toArray();
    if (sorted.length < unseen.size()) {
      return OptionalDouble.empty();
    }
    int rank = Math.min(sorted.length, (int) Math.ceil(share * (sorted.length + 1)));
    double limit = Math.max(room * sorted[rank - 1], LEAST);
    return Double.isFinite(limit) ? OptionalDouble.of(limit) : OptionalDouble.empty();
  }

  /** Whether one of an image's distances is over its limit, or all are together. */
  public boolean exceededBy(Distances distances) {
    return over(distances.picture(), picture) > 1
        || over(distances.texture(), texture) > 1
        || over(distances.content(), content) > 1
        || together.map(limit -> limit.over(distances).orElse(0) > 0).orElse(false);
  }

  /**
   * A distance over its limit; 0 where either is unknown, and infinite where a network made
   * something of the image that is no number.
   */
  static double over(OptionalDouble distance, OptionalDouble limit) {
    if (distance.isEmpty() || limit.isEmpty()) {
      return 0;
    }
    double over = distance.getAsDouble() / limit.getAsDouble();
    return Double.isNaN(over) ? Double.POSITIVE_INFINITY : over;
  }

  /** The object that {@link #parse} reads. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("modality", modality.map(Modality::name).orElse(null));
    json.put("atSight", atSight);
    json.put("cases", cases);
    put(json, "picture", picture);
    put(json, "texture", texture);
    put(json, "content", content);
    together.ifPresent(limit -> json.set("together", limit.toJson()));
    return json;
  }

  private static void put(ObjectNode json, String name, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(name, value.getAsDouble());
    } else {
      json.putNull(name);
    }
  }

  /**
   * Reads what {@link #toJson} gives.
   *
   * @throws InputException saying what is wrong with it
   */
  public static Limits parse(JsonNode json) {
    JsonNode cases = json.path("cases");
    if (!cases.isIntegralNumber() || !cases.canConvertToInt() || cases.intValue() < 0) {
      throw new InputException(
          "limits: \"cases\" must be a whole number from 0, was " + Json.formatLine(cases));
    }
    JsonNode atSight = json.path("atSight");
    if (!atSight.isBoolean()) {
      throw new InputException(
          "limits: \"atSight\" must be true or false, was " + Json.formatLine(atSight));
    }
    JsonNode modality = json.path("modality");
    Optional<Modality> known = Modality.of(modality.asText());
    if (known.isEmpty() && !modality.isNull()) {
      throw new InputException(
          "limits: \"modality\" must be one of %s or null, was %s"
              .formatted(Arrays.toString(Modality.values()), Json.formatLine(modality)));
    }
    return new Limits(
        known,
        atSight.booleanValue(),
        cases.intValue(),
        limit(json, "picture"),
        limit(json, "texture"),
        limit(json, "content"),
        json.has("together")
            ? Optional.of(Together.parse(json.path("together")))
            : Optional.empty());
  }

  private static OptionalDouble limit(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isNull()) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber() || !(value.doubleValue() > 0)) {
      throw new InputException(
          "limits: \"%s\" must be a number above 0 or null, was %s"
              .formatted(name, value.isMissingNode() ? "missing" : Json.formatLine(value)));
    }
    return OptionalDouble.of(value.doubleValue());
  }
}
