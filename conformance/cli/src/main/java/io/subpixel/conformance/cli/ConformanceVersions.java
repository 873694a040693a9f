package io.subpixel.conformance.cli;

import io.subpixel.commands.Versions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.VideoUpscaler;
import java.util.List;
import java.util.function.Supplier;

/** {@code conformance --version}. */
final class ConformanceVersions extends Versions {
  @Override
  protected List<Supplier<String>> parts() {
    return List.of(
        () -> "ONNX Runtime " + Upscaler.onnxRuntimeVersion() + " (MIT)",
        VideoUpscaler::ffmpeg,
        () -> "ND4J " + jar("org.nd4j", "nd4j-api") + " (Apache-2.0)",
        () -> "OpenCV " + jar("org.bytedeco", "opencv") + " (Apache-2.0)");
  }
}
