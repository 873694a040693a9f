package io.subpixel.trainer.cli;

import io.subpixel.commands.Versions;
import io.subpixel.trainer.internal.data.PictureSet;
import java.util.List;
import java.util.function.Supplier;

/** {@code trainer --version}. */
final class TrainerVersions extends Versions {
  @Override
  protected List<Supplier<String>> parts() {
    return List.of(
        () -> "ND4J " + jar("org.nd4j", "nd4j-api") + " (Apache-2.0)", PictureSet::clipDecoder);
  }
}
