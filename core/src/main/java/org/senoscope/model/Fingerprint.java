package org.senoscope.model;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.LongBuffer;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.senoscope.files.AtomicFiles;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.image.likeness.PictureHash;
import org.senoscope.work.InputException;

/**
 * Which images a model has seen: the SHA-256 of each source file and hashes of its picture. Tells a
 * test set that was trained on; holds no pixels. Immutable.
 *
 * <p>The file {@code fingerprint.bin}, big-endian: 8 bytes {@code SENOFPRT}, a version (int, 2), a
 * count (int), the entries in ascending order of their SHA-256, and the SHA-256 of all bytes before
 * it. An entry is its SHA-256 (32 bytes), the plain perceptual hash (8 bytes), and three {@link
 * PictureHash} (32 bytes each): of the whole picture and of it with its margins trimmed, 0 where
 * they are not known. Version 1, which is read too, had the plain hash alone.
 */
public final class Fingerprint {
  /** Its name in a bundle. */
  public static final String FILE = "fingerprint.bin";

  private static final byte[] MAGIC = {'S', 'E', 'N', 'O', 'F', 'P', 'R', 'T'};
  private static final int VERSION = 2;

  /** Bundles of before knew pictures by their plain hash alone. */
  private static final int PLAIN_VERSION = 1;

  private static final int LONGS = 4;
  private static final int PICTURE_LONGS = LONGS * Appearance.TRIMMED;
  private static final int SHA256_BYTES = 32;
  private static final int MOST_IMAGES = 50_000_000;

  private final byte[][] sha256s;
  private final long[] hashes;

  /** Of each image {@link #PICTURE_LONGS} numbers. */
  private final long[] pictures;

  private Fingerprint(byte[][] sha256s, long[] hashes, long[] pictures) {
    this.sha256s = sha256s;
    this.hashes = hashes;
    this.pictures = pictures;
  }

  /**
   * One image that a model has seen.
   *
   * @param sha256 of the source file's bytes, 64 hexadecimal digits
   * @param perceptualHash of the picture
   * @param pictures as {@link Appearance#upright} has them; empty where a bundle of before did not
   *     keep them
   */
  public record Image(String sha256, long perceptualHash, List<PictureHash> pictures) {
    public Image {
      if (HexFormat.of().parseHex(sha256).length != SHA256_BYTES) {
        throw new IllegalArgumentException("SHA-256 must have 64 digits, was " + sha256);
      }
      pictures = List.copyOf(pictures);
      if (!pictures.isEmpty() && pictures.size() != Appearance.TRIMMED) {
        throw new IllegalArgumentException(
            "There must be %d picture hashes or none, were %d"
                .formatted(Appearance.TRIMMED, pictures.size()));
      }
    }

    /** An image that only its plain hash is known of. */
    public Image(String sha256, long perceptualHash) {
      this(sha256, perceptualHash, List.of());
    }

    /** An image by how it looks. */
    public static Image of(String sha256, Appearance appearance) {
      return new Image(sha256, appearance.perceptualHash(), appearance.upright());
    }
  }

  /** The fingerprint of these images; one given twice counts once. */
  public static Fingerprint of(Collection<Image> images) {
    Map<String, Image> distinct = new LinkedHashMap<>();
    images.forEach(
        image ->
            distinct.merge(
                image.sha256(), image, (one, other) -> one.pictures().isEmpty() ? other : one));
    List<Image> sorted =
        distinct.values().stream()
            .sorted((a, b) -> Arrays.compareUnsigned(bytes(a.sha256()), bytes(b.sha256())))
            .toList();
    byte[][] sha256s = sorted.stream().map(image -> bytes(image.sha256())).toArray(byte[][]::new);
    long[] hashes = sorted.stream().mapToLong(Image::perceptualHash).toArray();
    LongBuffer pictures = LongBuffer.allocate(PICTURE_LONGS * sorted.size());
    for (Image image : sorted) {
      for (int trim = 0; trim < Appearance.TRIMMED; trim++) {
        PictureHash hash =
            image.pictures().isEmpty() ? PictureHash.BLANK : image.pictures().get(trim);
        pictures.put(hash.a()).put(hash.b()).put(hash.c()).put(hash.d());
      }
    }
    return new Fingerprint(sha256s, hashes, pictures.array());
  }

  /** Every image, in ascending order of its SHA-256. */
  public List<Image> images() {
    return IntStream.range(0, hashes.length)
        .mapToObj(
            i ->
                new Image(
                    HexFormat.of().formatHex(sha256s[i]),
                    hashes[i],
                    picture(i, 0).isBlank()
                        ? List.of()
                        : IntStream.range(0, Appearance.TRIMMED)
                            .mapToObj(trim -> picture(i, trim))
                            .toList()))
        .toList();
  }

  private PictureHash picture(int image, int trim) {
    int at = PICTURE_LONGS * image + LONGS * trim;
    return new PictureHash(pictures[at], pictures[at + 1], pictures[at + 2], pictures[at + 3]);
  }

  /** How many images. */
  public int size() {
    return hashes.length;
  }

  /**
   * Whether a file was trained on.
   *
   * @param sha256 of its bytes, 64 hexadecimal digits
   */
  public boolean contains(String sha256) {
    return Arrays.binarySearch(sha256s, bytes(sha256), Arrays::compareUnsigned) >= 0;
  }

  /**
   * How much a picture may differ from one that was trained on and still be taken for it.
   *
   * @param picture the most of 256 bits of the picture's hashes, turned and trimmed
   * @param plain the most of 64 bits of the plain hash, where a bundle of before kept that alone
   * @param plainTurned whether the plain hash is also asked for turned and mirrored pictures
   */
  public record Nearness(int picture, int plain, boolean plainTurned) {}

  /**
   * Whether a picture looks like one that was trained on. Compares with each, since an index that
   * misses none has little to give at these distances: docs/decisions/0011-near-duplicates.md.
   */
  public boolean near(Appearance asked, Nearness nearness) {
    List<Long> plain =
        nearness.plainTurned() ? asked.perceptualHashes() : List.of(asked.perceptualHash());
    List<PictureHash> variants =
        IntStream.range(0, Appearance.VARIANTS)
            .mapToObj(asked::hash)
            .filter(hash -> !hash.isBlank())
            .toList();
    for (int image = 0; image < hashes.length; image++) {
      if (picture(image, 0).isBlank()
          ? looksPlainly(image, plain, nearness.plain())
          : looks(image, variants, nearness.picture())) {
        return true;
      }
    }
    return false;
  }

  private boolean looksPlainly(int image, List<Long> asked, int distance) {
    for (long hash : asked) {
      if (Long.bitCount(hash ^ hashes[image]) <= distance) {
        return true;
      }
    }
    return false;
  }

  private boolean looks(int image, List<PictureHash> asked, int distance) {
    for (int trim = 0; trim < Appearance.TRIMMED; trim++) {
      PictureHash kept = picture(image, trim);
      for (PictureHash hash : asked) {
        int bits = hash.distance(kept);
        // The complement is the picture in black for white.
        if (bits <= distance || bits >= PictureHash.BITS - distance) {
          return true;
        }
      }
    }
    return false;
  }

  /** The file's content. */
  public AtomicFiles.Content content() {
    return this::write;
  }

  private void write(OutputStream out) throws IOException {
    MessageDigest digest = Checksums.sha256();
    // Not closed: the stream is the caller's.
    DataOutputStream binary = new DataOutputStream(new DigestOutputStream(out, digest));
    binary.write(MAGIC);
    binary.writeInt(VERSION);
    binary.writeInt(size());
    for (int i = 0; i < size(); i++) {
      binary.write(sha256s[i]);
      binary.writeLong(hashes[i]);
      for (int at = PICTURE_LONGS * i; at < PICTURE_LONGS * (i + 1); at++) {
        binary.writeLong(pictures[at]);
      }
    }
    binary.flush();
    out.write(digest.digest());
  }

  /**
   * Reads a file's content.
   *
   * @param what its name, for messages
   * @throws InputException when it is not whole and valid
   */
  public static Fingerprint read(InputStream in, String what) throws IOException {
    MessageDigest digest = Checksums.sha256();
    DataInputStream binary = new DataInputStream(new DigestInputStream(in, digest));
    try {
      byte[] magic = binary.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw fault(what, "it does not begin with SENOFPRT");
      }
      int version = binary.readInt();
      if (version != VERSION && version != PLAIN_VERSION) {
        throw fault(
            what,
            "it has version %d, this program reads %d and %d"
                .formatted(version, PLAIN_VERSION, VERSION));
      }
      int count = binary.readInt();
      if (count < 0 || count > MOST_IMAGES) {
        throw fault(what, "it says %d images, the limit is %d".formatted(count, MOST_IMAGES));
      }
      // Grown as entries come: a wrong count alone must not take memory.
      byte[][] sha256s = new byte[Math.min(count, 1024)][];
      long[] hashes = new long[sha256s.length];
      long[] pictures = new long[PICTURE_LONGS * sha256s.length];
      for (int i = 0; i < count; i++) {
        if (i == hashes.length) {
          int larger = Math.min(count, 2 * i);
          sha256s = Arrays.copyOf(sha256s, larger);
          hashes = Arrays.copyOf(hashes, larger);
          pictures = Arrays.copyOf(pictures, PICTURE_LONGS * larger);
        }
        byte[] sha256 = new byte[SHA256_BYTES];
        binary.readFully(sha256);
        if (i > 0 && Arrays.compareUnsigned(sha256s[i - 1], sha256) >= 0) {
          throw fault(what, "its entries are not in ascending order");
        }
        sha256s[i] = sha256;
        hashes[i] = binary.readLong();
        for (int at = 0; at < (version == VERSION ? PICTURE_LONGS : 0); at++) {
          pictures[PICTURE_LONGS * i + at] = binary.readLong();
        }
      }
      byte[] expected = digest.digest();
      if (!Arrays.equals(in.readNBytes(SHA256_BYTES), expected) || in.read() >= 0) {
        throw fault(what, "its checksum does not agree with its content");
      }
      return new Fingerprint(sha256s, hashes, pictures);
    } catch (EOFException e) {
      throw fault(what, "it is cut off");
    }
  }

  private static byte[] bytes(String sha256) {
    return HexFormat.of().parseHex(sha256);
  }

  private static InputException fault(String what, String fault) {
    return new InputException(
        "%s is not a fingerprint of training images: %s".formatted(what, fault));
  }
}
