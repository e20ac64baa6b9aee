package org.senoscope.server.http;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.senoscope.work.InputException;

/** The secret that a server asks for: 128 random bits in hexadecimal digits, or a person's own. */
public final class Token {
  private static final int BYTES = 16;
  private static final int MOST = 4096;

  /** What a header, a cookie and an address can carry as it is. */
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._~-]{16,256}");

  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private Token() {}

  /** A new one. */
  public static String random() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /**
   * The one that a file holds; where the file is absent, a new one that it holds from then on.
   *
   * @throws InputException when the file holds no token, without a word of what it does hold
   */
  public static String in(Path file) throws IOException {
    if (!Files.exists(file)) {
      make(file);
    }
    if (!Files.isRegularFile(file) || Files.size(file) > MOST) {
      throw new InputException("--token-file %s is not a file of one token".formatted(file));
    }
    String found = Files.readString(file).strip();
    if (!ALLOWED.matcher(found).matches()) {
      throw new InputException(
          "--token-file %s must hold one token of 16 to 256 letters, digits, - . _ ~; remove the file, and a new one is made"
              .formatted(file));
    }
    return found;
  }

  /**
   * What to tell of a file that other users of this machine may read; empty where none may, or
   * where the file system does not say.
   */
  public static Optional<String> exposed(Path file) {
    Set<PosixFilePermission> found;
    try {
      found = Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException | IOException e) {
      return Optional.empty(); // a hint alone must not end a server
    }
    return Collections.disjoint(found, OF_OTHERS)
        ? Optional.empty()
        : Optional.of(
            "--token-file %s can be read by other users of this machine (%s); chmod 600 it, unless only this server's user can reach its folder"
                .formatted(file, PosixFilePermissions.toString(found)));
  }

  /** Makes the file whole, so that neither a kill nor another server's start leaves it empty. */
  private static void make(Path file) throws IOException {
    Path parent = parent(file);
    Path partial =
        Files.getFileStore(parent).supportsFileAttributeView("posix")
            ? Files.createTempFile(
                parent,
                ".partial-token",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : Files.createTempFile(parent, ".partial-token", "");
    try {
      Files.writeString(partial, random() + "\n");
      Files.move(partial, file);
    } catch (FileAlreadyExistsException made) {
      return; // another server was first: its token counts
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static Path parent(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InputException(
          "--token-file %s lies in a folder that does not exist; make the folder".formatted(file));
    }
    return parent;
  }
}
