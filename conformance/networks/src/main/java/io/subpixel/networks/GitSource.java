package io.subpixel.networks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The newest commit of a fetched repository, read without a work tree. */
final class GitSource {
  private final Path folder;
  private final String address;
  private final String commit;
  private final Map<String, Long> sizes = new LinkedHashMap<>();

  GitSource(Path folder, String address) {
    this.folder = folder;
    this.address = address;
    commit = text("rev-parse", "HEAD").strip();
    for (String line : text("ls-tree", "-r", "-l", "HEAD").lines().toList()) {
      String[] parts = line.split("\t", 2);
      String size = parts[0].substring(parts[0].lastIndexOf(' ') + 1);
      // A file that wasn't fetched has none.
      if (size.matches("\\d+")) {
        sizes.put(parts[1], Long.parseLong(size));
      }
    }
  }

  Set<String> files() {
    return sizes.keySet();
  }

  long size(String file) {
    return sizes.get(file);
  }

  /** Where a file comes from, for whoever looks it up. */
  String origin(String file) {
    return address + " " + commit + " " + file;
  }

  String read(String file) {
    return text("show", "HEAD:" + file);
  }

  Path extract(String file, Path target) throws IOException {
    Files.write(target, bytes("show", "HEAD:" + file));
    return target;
  }

  private String text(String... arguments) {
    return new String(bytes(arguments), StandardCharsets.UTF_8);
  }

  private byte[] bytes(String... arguments) {
    String[] command = new String[arguments.length + 2];
    command[0] = "git";
    command[1] = "--git-dir=" + folder;
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    try {
      Process git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      byte[] bytes = git.getInputStream().readAllBytes();
      if (git.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": expected status 0");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
