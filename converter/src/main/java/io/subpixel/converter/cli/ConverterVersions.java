package io.subpixel.converter.cli;

import io.subpixel.commands.Versions;
import io.subpixel.converter.internal.verification.OnnxRun;
import java.util.List;
import java.util.function.Supplier;

/** {@code converter --version}. */
final class ConverterVersions extends Versions {
  @Override
  protected List<Supplier<String>> parts() {
    return List.of(
        () -> "ONNX Runtime " + OnnxRun.version() + " (MIT)",
        () -> "ND4J " + jar("org.nd4j", "nd4j-api") + " (Apache-2.0)");
  }
}
