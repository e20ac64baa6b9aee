package org.senoscope.model;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.files.AtomicFiles;
import org.senoscope.work.InputException;

/**
 * Which images a model has seen: the SHA-256 of each source file and the 64-bit perceptual hash of
 * its picture. Tells a test set that was trained on; holds no pixels. Immutable.
 *
 * <p>The file {@code fingerprint.bin}, big-endian: 8 bytes {@code SENOFPRT}, a version (int, 1), a
 * count (int), the entries of 32 + 8 bytes in ascending order of their SHA-256, and the SHA-256 of
 * all bytes before it.
 */
public final class Fingerprint {
  /** Its name in a bundle. */
  public static final String FILE = "fingerprint.bin";

  private static final byte[] MAGIC = {'S', 'E', 'N', 'O', 'F', 'P', 'R', 'T'};
  private static final int VERSION = 1;
  private static final int SHA256_BYTES = 32;
  private static final int MOST_IMAGES = 50_000_000;

  private final byte[][] sha256s;
  private final long[] hashes;

  private Fingerprint(byte[][] sha256s, long[] hashes) {
    this.sha256s = sha256s;
    this.hashes = hashes;
  }

  /**
   * One image that a model has seen.
   *
   * @param sha256 of the source file's bytes, 64 hexadecimal digits
   * @param perceptualHash of the picture
   */
  public record Image(String sha256, long perceptualHash) {
    public Image {
      if (HexFormat.of().parseHex(sha256).length != SHA256_BYTES) {
        throw new IllegalArgumentException("SHA-256 must have 64 digits, was " + sha256);
      }
    }
  }

  /** The fingerprint of these images; one given twice counts once. */
  public static Fingerprint of(Collection<Image> images) {
    Map<String, Image> distinct = new LinkedHashMap<>();
    images.forEach(image -> distinct.put(image.sha256(), image));
    List<Image> sorted =
        distinct.values().stream()
            .sorted((a, b) -> Arrays.compareUnsigned(bytes(a.sha256()), bytes(b.sha256())))
            .toList();
    byte[][] sha256s = sorted.stream().map(image -> bytes(image.sha256())).toArray(byte[][]::new);
    long[] hashes = sorted.stream().mapToLong(Image::perceptualHash).toArray();
    return new Fingerprint(sha256s, hashes);
  }

  /** Every image, in ascending order of its SHA-256. */
  public List<Image> images() {
    return java.util.stream.IntStream.range(0, hashes.length)
        .mapToObj(i -> new Image(HexFormat.of().formatHex(sha256s[i]), hashes[i]))
        .toList();
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
   * Whether a picture looks like one that was trained on.
   *
   * @param perceptualHash of the picture
   * @param distance the most bits that may differ, 0 to 64
   */
  public boolean near(long perceptualHash, int distance) {
    for (long hash : hashes) {
      if (Long.bitCount(hash ^ perceptualHash) <= distance) {
        return true;
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
      if (version != VERSION) {
        throw fault(what, "it has version %d, this program reads %d".formatted(version, VERSION));
      }
      int count = binary.readInt();
      if (count < 0 || count > MOST_IMAGES) {
        throw fault(what, "it says %d images, the limit is %d".formatted(count, MOST_IMAGES));
      }
      // Grown as entries come: a wrong count alone must not take memory.
      byte[][] sha256s = new byte[Math.min(count, 1024)][];
      long[] hashes = new long[sha256s.length];
      for (int i = 0; i < count; i++) {
        if (i == hashes.length) {
          int larger = Math.min(count, 2 * i);
          sha256s = Arrays.copyOf(sha256s, larger);
          hashes = Arrays.copyOf(hashes, larger);
        }
        byte[] sha256 = new byte[SHA256_BYTES];
        binary.readFully(sha256);
        if (i > 0 && Arrays.compareUnsigned(sha256s[i - 1], sha256) >= 0) {
          throw fault(what, "its entries are not in ascending order");
        }
        sha256s[i] = sha256;
        hashes[i] = binary.readLong();
      }
      byte[] expected = digest.digest();
      if (!Arrays.equals(in.readNBytes(SHA256_BYTES), expected) || in.read() >= 0) {
        throw fault(what, "its checksum does not agree with its content");
      }
      return new Fingerprint(sha256s, hashes);
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
