package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.commands.ExitStatus;
import io.subpixel.runtime.Device;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the devices, and why some can't be used. */
@Command(
    name = "devices",
    description = "Lists the values of --device and whether they can be used.")
final class DevicesCommand implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Line(String device, boolean usable, @Nullable String missing) {
    @Override
    public String toString() {
      return device + ": " + (usable ? "usable" : "not usable, " + missing);
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
    return ExitStatus.DONE;
  }
}
