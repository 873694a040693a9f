package io.subpixel.runtime.cli;

import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.BatchOptions;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options for the device, threads, memory and limits. */
final class EngineOptions {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda[:N]|tensorrt[:N]|coreml|directml[:N]",
      converter = DeviceConverter.class,
      description = "Default: ${DEFAULT-VALUE}, which is CUDA if available, otherwise the CPU.")
  private Device device = Device.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of tiles to compute at once. Default: the number of cores.")
  private @Nullable Integer threads;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "Memory limit, such as 512M or 2G; tiles are sized to fit.")
  private @Nullable ByteSize memory;

  @Option(
      names = "--tile",
      paramLabel = "N",
      description = "Side of a tile in input pixels. Default: as large as memory allows.")
  private @Nullable Integer tile;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "Time limit in seconds for loading the model, and for each run of it on a tile. Default:"
              + " 120 for loading on a CPU, 1800 on a GPU; 600 for a run.")
  private @Nullable Double timeout;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description =
          "Reject larger images by their header, before anything is decoded. Default:"
              + " ${DEFAULT-VALUE}.")
  private long maxPixels = PictureReader.MAX_PIXELS;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Number of images to read and write at once. Default: "
              + BatchOptions.DEFAULT_CONCURRENCY
              + ".")
  private int jobs = BatchOptions.DEFAULT_CONCURRENCY;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  static final class DeviceConverter implements ITypeConverter<Device> {
    @Override
    public Device convert(String value) {
      try {
        return Device.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Applies the options.
   *
   * @throws ParameterException if it is out of range
   */
  Upscaler.Builder apply(Upscaler.Builder builder) {
    if (jobs < 1) {
      throw wrong("jobs: expected 1 or more, received " + jobs);
    } else if (maxPixels < 1) {
      throw wrong("max-pixels: expected 1 or more, received " + maxPixels);
    }
    try {
      builder.device(device);
      if (threads != null) {
        builder.threads(threads);
      }
      if (memory != null) {
        builder.memory(memory.bytes());
      }
      if (timeout != null) {
        builder.timeout(Duration.ofNanos((long) (timeout * 1e9)));
      }
      if (tile != null) {
        builder.tile(tile);
      }
      return builder;
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Returns how many pictures to process at once. */
  int jobs() {
    return jobs;
  }

  /** Returns the maximum number of pixels of a picture. */
  long maxPixels() {
    return maxPixels;
  }

  /** Returns the number of tiles to compute at once, if one is given. */
  OptionalInt threads() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }

  /** Returns the memory limit in bytes, if one is given. */
  OptionalLong memory() {
    return memory == null ? OptionalLong.empty() : OptionalLong.of(memory.bytes());
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), "--" + message);
  }
}
