package io.subpixel.runtime.cli;

import io.subpixel.commands.Versions;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.VideoUpscaler;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code runtime --version}. */
final class RuntimeVersions extends Versions {
  @Override
  protected List<Supplier<String>> parts() {
    return List.of(
        () -> "ONNX Runtime " + Upscaler.onnxRuntimeVersion() + " (MIT)",
        VideoUpscaler::ffmpeg,
        () -> "Devices: " + devices());
  }

  private static String devices() {
    return Stream.of("cpu", "cuda", "tensorrt", "coreml", "directml")
        .map(Device::parse)
        .filter(device -> device.missing().isEmpty())
        .map(Device::toString)
        .collect(Collectors.joining(", "));
  }
}
