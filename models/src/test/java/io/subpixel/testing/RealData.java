package io.subpixel.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The real pictures that tests use where they are at hand. */
public final class RealData {
  private RealData() {}

  /** A folder below the data sets; the test is skipped where it is absent. */
  public static Path folder(String name) {
    Path folder = Path.of(System.getProperty("subpixel.data", ""), name);
    assumeTrue(Files.isDirectory(folder), () -> "no " + folder);
    return folder;
  }
}
