package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.commands.ExitStatus;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.video.VideoUpscaler;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists devices and encoders on graphics cards, and why some can't be used. */
@Command(
    name = "devices",
    description =
        "Lists the values of --device and the video encoders of graphics cards, and whether they"
            + " can be used.")
final class DevicesCommand implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Line(String device, boolean usable, @Nullable String missing) {
    @Override
    public String toString() {
      return device + ": " + (usable ? "usable" : "not usable, " + missing);
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Encoder(String encoder, boolean usable, @Nullable String missing) {
    @Override
    public String toString() {
      return "--codec " + encoder + ": " + (usable ? "usable" : "not usable, " + missing);
    }
  }

  @Override
  public Integer call() {
    for (String name : List.of("cpu", "cuda", "tensorrt", "coreml", "directml")) {
      Device device = Device.parse(name);
      String missing = device.missing().orElse(null);
      Line line = new Line(device.toString(), missing == null, missing);
      output.print(line.toString(), line);
    }
    for (VideoUpscaler.HardwareEncoder each : VideoUpscaler.hardwareEncoders()) {
      String missing = each.missing().orElse(null);
      Encoder line = new Encoder(each.name(), missing == null, missing);
      output.print(line.toString(), line);
    }
    return ExitStatus.DONE;
  }
}
