package io.subpixel.networks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Builds networks that others wrote, each in a folder of its own, and says which M2.1 can't. */
public final class BuildNetworks {
  private static final String ORIGIN = "origin.txt";
  private static final String REFUSAL = "refused.txt";
  private static final int SECONDS = 300;

  private static final int KILLED = 137;

  private BuildNetworks() {}

  /**
   * Builds what isn't built yet, so that it can go on after M2.1 has crashed.
   *
   * @param args the fetched test resources, the folder to write to, and an expression that the names
   *     must match
   */
  public static void main(String[] args) throws Exception {
    GitSource resources =
        new GitSource(Path.of(args[0]), "https://github.com/KonduitAI/dl4j-test-resources");
    Path out = Path.of(args[1]);
    String wanted = args.length > 2 ? args[2] : ".*";
    List<Candidate> candidates = new ArrayList<>();
    candidates.addAll(Zips.of(resources));
    candidates.addAll(Zoo.all());
    candidates.addAll(KerasModels.of(resources));
    candidates.addAll(TensorflowGraphs.of(resources));
    for (Candidate candidate : candidates) {
      Path folder = out.resolve(candidate.name());
      if (candidate.name().matches(wanted) && !Files.exists(folder)) {
        System.out.println(candidate.name() + ": " + build(candidate, folder));
      }
    }
    System.exit(0);
  }

  static String build(Candidate candidate, Path folder) throws Exception {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(ORIGIN), candidate.origin() + "\n");
    // Stays if the JVM doesn't survive this one.
    Files.writeString(folder.resolve(REFUSAL), "M2.1 crashed\n");
    String refusal;
    CompletableFuture<Void> building =
        CompletableFuture.runAsync(
            () -> {
              try {
                candidate.building().build(new Built(folder));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              thread.start();
            });
    try {
      building.get(SECONDS, TimeUnit.SECONDS);
      Files.delete(folder.resolve(REFUSAL));
      return "built";
    } catch (ExecutionException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      refusal = cause.toString().lines().findFirst().orElse("");
    } catch (TimeoutException e) {
      Files.writeString(folder.resolve(REFUSAL), "not done after " + SECONDS + " s\n");
      System.out.println(candidate.name() + ": given up");
      // Only this ends threads that M2.1 left running; the script resumes with the next network.
      Runtime.getRuntime().halt(KILLED);
      throw e;
    }
    keepOnly(folder, ORIGIN);
    Files.writeString(folder.resolve(REFUSAL), refusal + "\n");
    return refusal;
  }

  private static void keepOnly(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (!file.endsWith(name)) {
          Files.delete(file);
        }
      }
    }
  }
}
