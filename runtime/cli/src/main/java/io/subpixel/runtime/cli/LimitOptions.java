package io.subpixel.runtime.cli;

import io.subpixel.runtime.server.Limit;
import io.subpixel.runtime.server.UpscaleServer;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** An option for each limit of the service: {@code --max-queue} for {@link Limit#QUEUE}. */
final class LimitOptions {
  private final Map<Limit, OptionSpec> options = new EnumMap<>(Limit.class);

  /** Adds the options to a command. */
  void addTo(CommandSpec command) {
    add(command, Limit.REQUEST_BYTES, "--max-bytes", "Bytes of a request.");
    add(
        command,
        Limit.REQUEST_MACS,
        "--max-macs",
        "Multiply-accumulates of a request, which are what its result costs.");
    add(
        command,
        Limit.SMALL_MACS,
        "--small-macs",
        "Multiply-accumulates up to which a request is a small one, with its own queue.");
    add(command, Limit.IIIF_PIXELS, "--max-iiif-pixels", "Pixels of a IIIF image that goes out.");
    add(command, Limit.REQUESTS, "--max-requests", "Requests under way.");
    add(command, Limit.QUEUE, "--max-queue", "Requests that wait in each of the two queues.");
    add(
        command,
        Limit.REQUEST_SECONDS,
        "--max-seconds",
        "Seconds until the result of a request is there, and then until it is sent.");
    add(
        command,
        Limit.IDLE_SECONDS,
        "--max-idle",
        "Seconds in which a client sends a request's headers, or the next part of its body.");
    add(command, Limit.CONNECTIONS, "--max-connections", "Open connections.");
    add(command, Limit.JOB_MACS, "--max-job-macs", "Multiply-accumulates of a job.");
    add(command, Limit.JOBS, "--max-jobs", "Jobs that are kept.");
    add(command, Limit.JOB_BYTES, "--max-job-bytes", "Bytes of all jobs on the disk.");
    add(command, Limit.JOB_SECONDS, "--max-job-age", "Seconds for which an ended job is kept.");
  }

  private void add(CommandSpec command, Limit limit, String name, String description) {
    boolean isSize = limit == Limit.REQUEST_BYTES || limit == Limit.JOB_BYTES;
    String standard = isSize ? (limit.standard() >> 20) + "M" : Long.toString(limit.standard());
    OptionSpec.Builder builder =
        OptionSpec.builder(name).description(description + " Default: " + standard + ".");
    if (isSize) {
      builder.paramLabel("SIZE").type(ByteSize.class).converters(new ByteSize.Converter());
    } else {
      builder.paramLabel("N").type(Long.class);
    }
    OptionSpec option = builder.build();
    command.addOption(option);
    options.put(limit, option);
  }

  /**
   * Sets the limits that were given.
   *
   * @throws IllegalArgumentException if one is out of its range; the message starts with its name
   */
  void apply(UpscaleServer.Builder builder) {
    options.forEach(
        (limit, option) -> {
          Object value = option.getValue();
          if (value instanceof ByteSize size) {
            builder.limit(limit, size.bytes());
          } else if (value instanceof Long number) {
            if (number < 1) {
              String name = option.longestName().substring(2);
              throw new IllegalArgumentException(name + ": expected 1 or more, received " + number);
            }
            builder.limit(limit, number);
          }
        });
  }
}
