package io.subpixel.conformance.matrix.javascript;

import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Packages of npm, in the versions that a {@code package-lock.json} states. */
public final class NodeModules {
  /** onnxruntime-node and onnxruntime-web. */
  public static final NodeModules RUNTIMES =
      new NodeModules("onnxruntime-node and onnxruntime-web", NodeModules.class);

  private static final List<String> FILES = List.of("package.json", "package-lock.json");

  /** What npm writes when all else is there. */
  private static final String DONE = "node_modules/.package-lock.json";

  private static final int PATIENCE_MINUTES = 10;

  private final String names;
  private final Class<?> beside;

  /**
   * The packages of a {@code package.json} and a {@code package-lock.json}.
   *
   * @param names what messages call them
   * @param beside the class beside which the two files lie
   */
  public NodeModules(String names, Class<?> beside) {
    this.names = names;
    this.beside = beside;
  }

  /**
   * Installs them by npm, unless they are there already.
   *
   * @param folder where; created where it isn't there
   * @param node the program; npm is taken from beside it, else from the path
   * @return the folder {@code node_modules}
   * @throws UnavailableException if there is no Node or npm, or if npm fails
   */
  public Path install(Path folder, String node) {
    synchronized (NodeModules.class) {
      return installAlone(folder, node);
    }
  }

  private Path installAlone(Path folder, String node) {
    Path modules = folder.resolve("node_modules").toAbsolutePath().normalize();
    try {
      if (isInstalled(folder)) {
        return modules;
      }
      requireNode(names, node);
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve(DONE));
      for (String file : FILES) {
        Files.write(folder.resolve(file), Resources.bytes(beside, file));
      }
      Path said = folder.resolve("npm.log");
      // The packages' own scripts would download CUDA.
      Process process =
          new ProcessBuilder(npm(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new UnavailableException(
            absent(folder, "no end of npm ci in " + PATIENCE_MINUTES + " minutes"));
      }
      if (process.exitValue() != 0 || !isInstalled(folder)) {
        String reason = Files.readString(said).strip().lines().findFirst().orElse("nothing");
        throw new UnavailableException(
            absent(folder, "status " + process.exitValue() + " of npm ci and " + reason));
      }
      return modules;
    } catch (IOException e) {
      throw new UnavailableException(absent(folder, "no npm that starts"), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(absent(folder, "an interruption"), e);
    }
  }

  /**
   * Looks whether Node starts.
   *
   * @throws UnavailableException if it doesn't
   */
  static void requireNode(String name, String node) {
    String received;
    try {
      Process process =
          new ProcessBuilder(node, "--version")
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      int status = process.waitFor();
      if (status == 0) {
        return;
      }
      received = "status " + status;
    } catch (IOException e) {
      received = "none";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      received = "an interruption";
    }
    throw new UnavailableException(
        name
            + ": expected Node.js (Debian: apt-get install nodejs npm), received "
            + received
            + " at "
            + node);
  }

  private boolean isInstalled(Path folder) throws IOException {
    if (!Files.exists(folder.resolve(DONE))) {
      return false;
    }
    for (String file : FILES) {
      Path there = folder.resolve(file);
      if (!Files.exists(there)
          || !Arrays.equals(Files.readAllBytes(there), Resources.bytes(beside, file))) {
        return false;
      }
    }
    return true;
  }

  private static String npm(String node) {
    String name = System.getProperty("os.name").startsWith("Windows") ? "npm.cmd" : "npm";
    Path beside = Path.of(node).resolveSibling(name);
    return beside.isAbsolute() && Files.isExecutable(beside) ? beside.toString() : name;
  }

  private String absent(Path folder, String received) {
    return names
        + ": expected npm (Debian: apt-get install nodejs npm) to install them in "
        + folder.normalize()
        + ", received "
        + received;
  }
}
