package org.senoscope.dataset.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.image.likeness.Symmetry;
import org.senoscope.image.likeness.Texture;
import org.senoscope.work.Progress;

/**
 * Finds the pairs of images that are one image at another size, crop (to 5% a side), quality or
 * brightness, mirrored, turned by quarters, or in black for white.
 *
 * <p>Hashes name candidates, generously: also strangers of one outline. Each candidate is then laid
 * on the other and moved until the textures agree best, first on the sketches, which refuses nearly
 * all strangers, then on the images, decoded again at up to {@link #DETAIL_SIDE}². The limits were
 * measured: see docs/decisions/0011-near-duplicates.md.
 */
final class NearDuplicates {
  /** Agreement of the sketches at the frame that the hash suggests; strangers mostly have less. */
  private static final double FIRST_LOOK = .25;

  /** Agreement of the sketches after rough alignment. */
  private static final double ROUGH = .6;

  /** Agreement of the sketches after fine alignment. */
  private static final double SKETCHED = .72;

  /** Agreement of the details at the sketches' frame. */
  private static final double DETAIL_LOOK = .25;

  /** Agreement of the details after alignment: from here on it is the same image. */
  static final double SAME = .70;

  /** The most rows and columns of the details. */
  static final int DETAIL_SIDE = 128;

  private static final int DETAIL_REACH = 3;

  /** Decodes images again; safe for several threads. */
  @FunctionalInterface
  interface Images {
    /** The texture of the image at a place. */
    Texture texture(int place, int side, int reach) throws IOException;
  }

  private final List<Optional<Sketch>> sketches;
  private final Details details;

  /**
   * A search among sketches.
   *
   * @param sketches by place; empty where there is nothing to compare
   */
  NearDuplicates(List<Optional<Sketch>> sketches, Images images) {
    this.sketches = sketches;
    this.details = new Details(images);
  }

  /** All pairs, by place. */
  List<CopyPair> find(Progress progress) throws IOException {
    List<Candidate> candidates = candidates(progress);
    List<CopyPair> pairs = new ArrayList<>();
    try (Progress.Stage stage = progress.stage("verifying look-alikes", candidates.size())) {
      Parallel.forEach(
          candidates.size(),
          place -> {
            verify(candidates.get(place))
                .ifPresent(
                    pair -> {
                      synchronized (pairs) {
                        pairs.add(pair);
                      }
                    });
            stage.advance();
          });
    }
    pairs.sort(Comparator.comparingInt(CopyPair::a).thenComparingInt(CopyPair::b));
    return pairs;
  }

  /** Two images whose sketches agree; the one's frame on the other as far as sketches can tell. */
  private record Candidate(int one, int other, Symmetry way, boolean negative, Alignment frame) {
    int first() {
      return Math.min(one, other);
    }

    int second() {
      return Math.max(one, other);
    }
  }

  private List<Candidate> candidates(Progress progress) throws IOException {
    int[] places =
        IntStream.range(0, sketches.size())
            .filter(place -> sketches.get(place).filter(NearDuplicates::hasTexture).isPresent())
            .toArray();
    HashIndex index =
        new HashIndex(
            IntStream.of(places).mapToObj(place -> sketch(place).appearance().hash(0)).toList());
    Map<Long, Candidate> best = new HashMap<>();
    try (Progress.Stage stage = progress.stage("looking for look-alikes", places.length)) {
      Parallel.forEach(
          places.length,
          i -> {
            List<Candidate> found = lookAlikes(i, index, places);
            synchronized (best) {
              for (Candidate each : found) {
                best.merge((long) each.first() << 32 | each.second(), each, NearDuplicates::better);
              }
            }
            stage.advance();
          });
    }
    List<Candidate> candidates = new ArrayList<>(best.values());
    candidates.sort(Comparator.comparingInt(Candidate::first).thenComparingInt(Candidate::second));
    return candidates;
  }

  private static boolean hasTexture(Sketch sketch) {
    return !sketch.appearance().hash(0).isBlank();
  }

  /** The better agreement; among equals always the same, whichever thread was first. */
  private static Candidate better(Candidate a, Candidate b) {
    return Comparator.comparingDouble((Candidate each) -> each.frame.correlation())
                .thenComparingInt(Candidate::one)
                .thenComparingInt(each -> Symmetry.ALL.indexOf(each.way))
                .thenComparing(each -> each.negative)
                .compare(a, b)
            >= 0
        ? a
        : b;
  }

  private Sketch sketch(int place) {
    return sketches.get(place).orElseThrow();
  }

  private List<Candidate> lookAlikes(int query, HashIndex index, int[] places) {
    Sketch asked = sketch(places[query]);
    Texture texture = asked.texture();
    List<Candidate> found = new ArrayList<>();
    for (int variant = 0; variant < Appearance.VARIANTS; variant++) {
      Symmetry way = Appearance.way(variant);
      double trim = Appearance.trim(variant);
      // The trimmed query looks like the other: so the query's own frame is larger than it.
      double margin = -trim / (1 - 2 * trim);
      index.near(
          asked.appearance().hash(variant),
          // Untrimmed, a pair is found from both of its images.
          trim > 0 ? places.length : query,
          (match, negative) -> {
            if (match != query) {
              align(turned(texture, way, negative), sketch(places[match]).texture(), margin)
                  .ifPresent(
                      frame ->
                          found.add(
                              new Candidate(places[query], places[match], way, negative, frame)));
            }
          });
    }
    return found;
  }

  private static Texture turned(Texture texture, Symmetry way, boolean negative) {
    Texture turned = texture.turned(way);
    return negative ? turned.negative() : turned;
  }

  private static Optional<Alignment> align(Texture one, Texture other, double margin) {
    return Optional.of(Alignment.cut(margin, one, other))
        .filter(frame -> frame.correlation() >= FIRST_LOOK)
        .map(frame -> frame.climb(one, other, .02, .02))
        .filter(frame -> frame.correlation() >= ROUGH)
        .map(frame -> frame.climb(one, other, .01, .005))
        .filter(frame -> frame.correlation() >= SKETCHED);
  }

  private Optional<CopyPair> verify(Candidate candidate) throws IOException {
    int side = DETAIL_SIDE;
    for (int place : new int[] {candidate.one, candidate.other}) {
      side = Math.min(side, sketch(place).shorterSide());
    }
    side = Math.max(side, 2);
    Texture one =
        turned(details.of(candidate.one, side, DETAIL_REACH), candidate.way, candidate.negative);
    Texture other = details.of(candidate.other, side, DETAIL_REACH);
    return Optional.of(candidate.frame.measured(one, other))
        .filter(frame -> frame.correlation() >= DETAIL_LOOK)
        .map(frame -> frame.climb(one, other, .01, .00125))
        .filter(frame -> frame.correlation() >= SAME)
        .map(
            frame ->
                new CopyPair(
                    candidate.first(),
                    candidate.second(),
                    CopyPair.Kind.NEAR,
                    candidate.way,
                    Math.min(1, frame.correlation())));
  }
}
