package org.senoscope.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine with nothing installed: a root folder of its own that cannot be written and holds some
 * libraries, a shell, {@code /proc}, three devices and 64 KB for temporary files, and a network of
 * loopback alone. Made with namespaces of the kernel, without rights of root.
 */
final class EmptyRoot {
  private static final Pattern FOUND = Pattern.compile("(\\S+) => (/\\S+)");

  /** Its arguments: the root, the user or nothing, the command. */
  private static final String ENTER =
      """
      set -e
      PATH=$PATH:/usr/sbin:/sbin
      root=$1
      user=$2
      shift 2
      ip link set lo up
      mount --bind "$root" "$root"
      mount --rbind /proc "$root/proc"
      for device in null random urandom; do mount --bind /dev/$device "$root/dev/$device"; done
      mount -o remount,bind,ro "$root"
      for each in tmp dev/shm; do
        [ ! -d "$root/$each" ] || mount -t tmpfs -o size=64k tmpfs "$root/$each"
      done
      exec env -i "$(command -v chroot)" ${user:+--userspec="$user"} "$root" "$@"
      """;

  private final Path folder;

  private EmptyRoot(Path folder) {
    this.folder = folder;
  }

  /** Why there can be none on this machine; empty where there can. */
  static Optional<String> unavailable() throws IOException, InterruptedException {
    for (String program : List.of("unshare", "nsenter", "ip", "ldd")) {
      if (Commands.run("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin command -v " + program).code()
          != 0) {
        return Optional.of("no " + program + " (Debian: util-linux, iproute2, libc-bin)");
      }
    }
    Commands.Result tried = Commands.run("unshare", "--map-root-user", "--mount", "--net", "true");
    return tried.code() == 0
        ? Optional.empty()
        : Optional.of("the kernel gives no namespaces here: " + tried.err().strip());
  }

  /**
   * Makes the root folder.
   *
   * @param libraries the names of those of this machine that it gets
   * @param users files that link them, so that they can be found
   * @param shells programs that it gets, with what they link
   * @param temporary its folder for temporary files, {@code tmp} or {@code dev/shm}
   */
  static EmptyRoot make(
      Path folder, Set<String> libraries, List<Path> users, List<Path> shells, String temporary)
      throws IOException, InterruptedException {
    for (String each : List.of("proc", "dev", temporary)) {
      Files.createDirectories(folder.resolve(each));
    }
    for (String device : List.of("null", "random", "urandom")) {
      Files.createFile(folder.resolve("dev").resolve(device));
    }
    Set<String> wanted = new TreeSet<>(libraries);
    Map<String, Path> found = new TreeMap<>();
    List<Path> linked = new ArrayList<>(users);
    for (Path shell : shells) {
      wanted.addAll(ElfFile.read(shell.toRealPath()).orElseThrow().needed());
      linked.add(shell);
      add(shell.toRealPath(), folder, "/bin/" + shell.getFileName());
    }
    for (Path each : linked) {
      Matcher lines = FOUND.matcher(Commands.run("ldd", each.toString()).out());
      while (lines.find()) {
        found.put(lines.group(1), Path.of(lines.group(2)));
      }
    }
    String loader = "ld-linux-x86-64.so.2";
    found.put(loader, Path.of("/lib64", loader));
    wanted.add(loader);
    for (String name : wanted) {
      Path file = found.get(name);
      if (file == null) {
        throw new IOException("This machine lacks " + name);
      }
      add(file.toRealPath(), folder, file.toString());
    }
    return new EmptyRoot(folder);
  }

  private static void add(Path file, Path root, String place) throws IOException {
    Path target = root.resolve(place.substring(1));
    Files.createDirectories(target.getParent());
    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The folder, as this machine sees it. */
  Path folder() {
    return folder;
  }

  /** Begins a command in it, under the number of the process that is returned. */
  ProcessBuilder command(List<String> command) {
    return command("", command);
  }

  /**
   * Begins a command in it as another user, which takes rights of root.
   *
   * @param user as {@code USER:GROUP}; empty for the one user that there is
   */
  ProcessBuilder command(String user, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("unshare"));
    if (user.isEmpty()) {
      whole.add("--map-root-user");
    }
    whole.addAll(List.of("--mount", "--net", "sh", "-c", ENTER, "sh", folder.toString(), user));
    whole.addAll(command);
    return new ProcessBuilder(whole);
  }

  /** Runs a command of this machine on the network of a process. */
  static Commands.Result beside(Process process, boolean otherUser, List<String> command)
      throws IOException, InterruptedException {
    List<String> whole =
        new ArrayList<>(List.of("nsenter", "--target", "" + process.pid(), "--net"));
    if (!otherUser) {
      whole.addAll(List.of("--user", "--preserve-credentials"));
    }
    whole.addAll(command);
    return Commands.run(whole.toArray(String[]::new));
  }
}
