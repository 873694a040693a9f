package io.subpixel.conformance.matrix.cli;

import io.subpixel.conformance.matrix.adapter.Places;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the runtimes outside this process are. */
public final class PlacesOptions {
  @Option(
      names = "--npm",
      paramLabel = "DIR",
      defaultValue = "${sys:subpixel.bin}/../conformance/target/npm",
      description = "Where npm installs the JavaScript runtimes (default: conformance/target/npm).")
  private Path npm;

  @Option(
      names = "--node",
      paramLabel = "NODE",
      defaultValue = "node",
      description = "Node.js (default: ${DEFAULT-VALUE}).")
  private String node;

  @Option(
      names = "--chromium",
      paramLabel = "FILE",
      description = "Chromium (default: the first of chromium, google-chrome on the path).")
  private @Nullable String chromium;

  /** What was given, and the defaults of the rest. */
  public Places places() {
    return new Places(npm, node, chromium == null ? Places.CHROMIUM : List.of(chromium));
  }
}
