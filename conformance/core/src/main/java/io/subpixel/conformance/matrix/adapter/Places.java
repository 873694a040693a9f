package io.subpixel.conformance.matrix.adapter;

import java.nio.file.Path;
import java.util.List;

/**
 * Where to look for what isn't in this process.
 *
 * @param npm the folder in which npm installs onnxruntime-node and onnxruntime-web, created where
 *     it isn't there
 * @param node the program {@code node}; {@code npm} lies beside it or on the path
 * @param browsers names or paths of Chromium, of which the first that is there is taken
 */
public record Places(Path npm, String node, List<String> browsers) {
  /** How Chromium is called. */
  public static final List<String> CHROMIUM =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
}
