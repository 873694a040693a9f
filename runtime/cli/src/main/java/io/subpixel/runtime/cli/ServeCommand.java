package io.subpixel.runtime.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.server.Limit;
import io.subpixel.runtime.server.UpscaleServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Upscales pictures over HTTP until a signal ends it. */
@Command(
    name = "serve",
    description = {
      "Upscales images over HTTP. Prints its address, and a line of JSON for each request on"
          + " standard error.",
      "docs/service.md describes the requests."
    })
final class ServeCommand implements Callable<Integer> {
  private static final long MAX_TOKEN_FILE = 4096;

  /** The status of a process that a signal ended is larger than the signal by this. */
  private static final int BY_SIGNAL = 128;

  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on. Any but this machine's own needs --token-file. Default:"
              + " ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with a secret of at least 16 characters, which clients send as 'Authorization:"
              + " Bearer'.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      description =
          "Name under which clients may call the service, such as that of a proxy before it;"
              + " repeatable. Addresses and localhost always work.")
  private List<String> allowedHosts = List.of();

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description =
          "Folder for jobs, which then survive the end of the service. Default: a temporary one.")
  private @Nullable Path state;

  @Option(
      names = "--iiif",
      paramLabel = "FOLDER",
      description =
          "Folder of images to serve at /iiif/3/, by the IIIF Image API 3.0. Pages from everywhere"
              + " may show them.")
  private @Nullable Path iiif;

  @Option(
      names = "--iiif-public",
      description = "Serve the images of --iiif to those without the token as well.")
  private boolean iiifPublic;

  @Option(
      names = "--fetch-origin",
      paramLabel = "ORIGIN",
      description =
          "Server from which signed requests may fetch images, such as https://example.org;"
              + " repeatable. Default: none.")
  private List<String> fetchOrigins = List.of();

  @Option(
      names = "--fetch-key-file",
      paramLabel = "FILE",
      description = "File with the secret of at least 16 characters that signs such requests.")
  private @Nullable Path fetchKeyFile;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description =
          "Time in which requests may end after a signal. Default: ${DEFAULT-VALUE} seconds.")
  private long drain = UpscaleServer.DRAIN.toSeconds();

  @Option(names = "--open", description = "Open the page in the default browser.")
  private boolean open;

  @Mixin private final EngineOptions engine = new EngineOptions();

  private final LimitOptions limits = new LimitOptions();

  /** Called by picocli, when the command is made. */
  @Spec
  void specify(CommandSpec own) {
    spec = own;
    limits.addTo(own);
  }

  @Override
  public Integer call() throws IOException {
    UpscaleServer.Builder builder = UpscaleServer.builder();
    UpscaleServer server;
    try {
      // Wrong options end the command, not the first request.
      engine.apply(Upscaler.builder());
      builder
          .host(host)
          .port(port)
          .allowedHosts(allowedHosts)
          .engine(() -> engine.apply(Upscaler.builder()))
          .concurrency(engine.jobs())
          .limit(Limit.PIXELS, engine.maxPixels())
          .log(this::log);
      engine.threads().ifPresent(builder::threads);
      engine.memory().ifPresent(builder::memory);
      limits.apply(builder);
      if (tokenFile != null) {
        builder.token(token(tokenFile));
      }
      if (state != null) {
        builder.state(state);
      }
      if (iiif != null) {
        builder.iiif(iiif, iiifPublic);
      } else if (iiifPublic) {
        throw new IllegalArgumentException("iiif-public: expected --iiif, received none");
      }
      if (fetchKeyFile != null && !fetchOrigins.isEmpty()) {
        builder.fetch(fetchOrigins, token(fetchKeyFile));
      } else if (fetchKeyFile != null || !fetchOrigins.isEmpty()) {
        throw new IllegalArgumentException(
            "fetch-origin: expected it and --fetch-key-file, received one of them");
      }
      if (drain < 0) {
        throw new IllegalArgumentException("drain: expected 0 or more, received " + drain);
      }
      server = builder.start();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    CompletableFuture<Integer> signal = new CompletableFuture<>();
    onSignal(
        number -> {
          if (!signal.complete(number)) {
            // The second one doesn't want to wait.
            Runtime.getRuntime().halt(BY_SIGNAL + number);
          }
        });
    PrintWriter out = spec.commandLine().getOut();
    out.println(server.address());
    out.flush();
    if (open) {
      Browser.open(server.address(), this::say);
    }
    int received = signal.join();
    server.stop(Duration.ofSeconds(drain));
    return BY_SIGNAL + received;
  }

  private static void onSignal(IntConsumer action) {
    try {
      Signals.onEnd(action);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new UnavailableException("signals: expected a JVM with jdk.unsupported", e);
    }
  }

  private void say(String line) {
    CommandRunner.print(spec.commandLine(), line);
  }

  private void log(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  private static String token(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_TOKEN_FILE) {
        throw new InvalidInputException(
            file.toString(), "a token of at most " + MAX_TOKEN_FILE + " bytes", "more");
      }
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file.toString(), "a file with a token", "no such file", e);
    }
  }
}
