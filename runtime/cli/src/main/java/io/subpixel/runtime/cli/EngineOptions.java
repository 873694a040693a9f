package io.subpixel.runtime.cli;

import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Where and with how much of the machine the network runs. */
final class EngineOptions {
  /** While one picture is computed, others are read and written. */
  private static final int USUAL_JOBS = 3;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda[:N]|tensorrt[:N]|coreml|directml[:N]",
      converter = DeviceConverter.class,
      description = "Default: ${DEFAULT-VALUE}, which is CUDA if it can be used, else the CPU.")
  private Device device = Device.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Tiles to compute at once. Default: as many as there are cores.")
  private @Nullable Integer threads;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "What the network may take, such as 512M or 2G; tiles are made to fit.")
  private @Nullable ByteSize memory;

  @Option(
      names = "--tile",
      paramLabel = "N",
      description = "The side of a tile in pixels of the input. Default: as memory allows.")
  private @Nullable Integer tile;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "The longest that loading a model, or then a run of it on a tile, may take. Default: 120"
              + " to load it on a CPU, 1800 on a GPU; 600 for a run.")
  private @Nullable Double timeout;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description =
          "Refuse larger pictures by their header, before anything is decoded. Default:"
              + " ${DEFAULT-VALUE}.")
  private long maxPixels = PictureReader.MAX_PIXELS;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Pictures to read and write at once. Default: " + USUAL_JOBS + ".")
  private int jobs = USUAL_JOBS;

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
   * Sets what was asked for.
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

  /** How many of so many pictures at once. */
  int jobs(int pictures) {
    return Math.min(jobs, pictures);
  }

  /** Larger pictures are refused. */
  long maxPixels() {
    return maxPixels;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), "--" + message);
  }
}
