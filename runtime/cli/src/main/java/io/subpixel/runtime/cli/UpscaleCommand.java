package io.subpixel.runtime.cli;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.UnavailableException;
import io.subpixel.models.cli.CommandRunner;
import io.subpixel.models.cli.ExitStatus;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Upscales picture files. */
@Command(name = "upscale", description = "Upscales PNG, JPEG, BMP, TIFF and WebP pictures.")
final class UpscaleCommand implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Spec private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private RuntimeCommand parent;

  @Parameters(
      paramLabel = "IN",
      arity = "1..*",
      description = "Pictures, and folders: all the pictures below one, but for those below OUT.")
  private List<Path> inputs = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      required = true,
      description =
          "For one picture, a file that ends in .png, .jpg or .bmp; else a folder, in which names"
              + " and formats stay as they are, but TIFF and WebP become PNG.")
  private String out = "";

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda[:N]",
      converter = DeviceConverter.class,
      description = "Default: ${DEFAULT-VALUE}, which is CUDA if it can be used, else the CPU.")
  private Device device = Device.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads for the network. Default: as many as there are cores.")
  private @Nullable Integer threads;

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

  /** A result as JSON: sizes in pixels, times in milliseconds. */
  record Line(
      String input,
      String output,
      Size lr,
      Size sr,
      Milliseconds milliseconds,
      String model,
      String device) {
    record Size(int width, int height) {}

    record Milliseconds(double read, double upscale, double write) {}

    static Line of(Upscaler.Upscaled done, Upscaler upscaler) {
      return new Line(
          done.input().toString(),
          done.output().toString(),
          new Size(done.lr().width(), done.lr().height()),
          new Size(done.sr().width(), done.sr().height()),
          new Milliseconds(
              millis(done.work().read()),
              millis(done.work().network()),
              millis(done.work().write())),
          upscaler.card().name(),
          upscaler.device().toString());
    }

    private static double millis(Duration duration) {
      return Math.round(duration.toNanos() / 1e3) / 1e3;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s -> %s: %dx%d to %dx%d by %s on %s; read %.0f ms, upscale %.0f ms, write %.0f ms",
          input,
          output,
          lr.width,
          lr.height,
          sr.width,
          sr.height,
          model,
          device,
          milliseconds.read,
          milliseconds.upscale,
          milliseconds.write);
    }
  }

  @Override
  public Integer call() throws IOException {
    Upscaler.Builder builder = builder();
    Plan plan = plan();
    int status = ExitStatus.DONE;
    for (InvalidInputException failure : plan.failures()) {
      status = failed(failure, String.valueOf(failure.getMessage()));
    }
    if (plan.jobs().isEmpty()) {
      return status;
    }
    try (Upscaler upscaler = builder.open()) {
      upscaler.note().ifPresent(this::say);
      for (Plan.Job job : plan.jobs()) {
        status = Math.max(status, upscale(upscaler, job));
      }
    }
    return status;
  }

  private int upscale(Upscaler upscaler, Plan.Job job) {
    try {
      Line line = Line.of(upscaler.upscale(job.input(), job.output()), upscaler);
      output.print(line.toString(), line);
      return ExitStatus.DONE;
    } catch (InvalidInputException e) {
      return failed(e, String.valueOf(e.getMessage()));
    } catch (UnavailableException | IllegalStateException e) {
      return failed(e, job.input() + ": " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      return failed(e, job.input() + ": " + e);
    } catch (OutOfMemoryError e) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      return failed(
          e,
          job.input()
              + ": expected a picture that can be upscaled within "
              + heap
              + " MB (-Xmx), received a larger one");
    }
  }

  private int failed(Throwable failure, String message) {
    say(message);
    if (parent.verbose()) {
      failure.printStackTrace(spec.commandLine().getErr());
    }
    return ExitStatus.INPUT_FAILED;
  }

  private void say(String message) {
    CommandRunner.print(spec.commandLine(), message);
  }

  private Plan plan() throws IOException {
    try {
      return Plan.of(inputs, out);
    } catch (Plan.UsageException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Upscaler.Builder builder() {
    Upscaler.Builder builder = model.builder().device(device);
    try {
      return threads == null ? builder : builder.threads(threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
