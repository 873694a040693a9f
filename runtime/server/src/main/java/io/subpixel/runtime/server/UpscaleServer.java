package io.subpixel.runtime.server;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.server.internal.Fetcher;
import io.subpixel.runtime.server.internal.Service;
import io.subpixel.runtime.server.internal.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A service that upscales pictures over HTTP. Thread-safe. The caller that starts it closes it.
 *
 * <pre>{@code
 * try (UpscaleServer server = UpscaleServer.builder().port(8080).start()) {
 *   System.out.println(server.address());
 *   System.in.read();
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class UpscaleServer implements AutoCloseable {
  /** How long {@link #close} waits for requests under way. */
  public static final Duration DRAIN = Duration.ofSeconds(20);

  private final Service service;
  private final String host;

  private UpscaleServer(Service service, String host) {
    this.service = service;
    this.host = host;
  }

  /** Creates a builder with the defaults: port 8080 of this machine, for this machine alone. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the address for clients, such as {@code http://127.0.0.1:8080/}. */
  public String address() {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/";
  }

  /** Returns the port that it listens on. */
  public int port() {
    return service.port();
  }

  /**
   * Stops the service: refuses new requests, and lets those under way end.
   *
   * @param drain how long they may take; what takes longer is cut off
   */
  public void stop(Duration drain) {
    service.stop(drain);
  }

  /** Stops the service, within {@link #DRAIN}. */
  @Override
  public void close() {
    stop(DRAIN);
  }

  /** Configures a service. Not thread-safe. */
  public static final class Builder {
    private static final int MIN_TOKEN = 16;
    private static final long MEMORY = 1L << 30;

    private String host = "127.0.0.1";
    private int port = 8080;
    private @Nullable String token;
    private final Set<String> allowedHosts = new HashSet<>();
    private Supplier<Upscaler.Builder> engine = Upscaler::builder;
    private int threads = Runtime.getRuntime().availableProcessors();
    private OptionalLong memory = OptionalLong.empty();
    private int concurrency = Runtime.getRuntime().availableProcessors();
    private final Map<Limit, Long> limits = new EnumMap<>(Limit.class);
    private @Nullable Path state;
    private @Nullable Path iiif;
    private boolean isIiifPublic;
    private Settings.@Nullable Fetch fetch;
    private Consumer<String> log = line -> {};

    private Builder() {}

    /** Sets the name or address to bind to. One of other machines' reach needs a token. */
    public Builder host(String nameOrAddress) {
      host = nameOrAddress;
      return this;
    }

    /**
     * Sets the port; 0 for any that is free.
     *
     * @throws IllegalArgumentException if it isn't 0 to 65535
     */
    public Builder port(int number) {
      if (number < 0 || number > 65_535) {
        throw new IllegalArgumentException("port: expected 0 to 65535, received " + number);
      }
      port = number;
      return this;
    }

    /**
     * Sets what clients send as {@code Authorization: Bearer}. By default, they need nothing.
     *
     * @throws IllegalArgumentException if it is shorter than 16 characters, or has others than
     *     those of ASCII
     */
    public Builder token(String secret) {
      if (secret.length() < MIN_TOKEN || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
        throw new IllegalArgumentException(
            "token: expected 16 or more characters of ASCII without spaces, received another");
      }
      token = secret;
      return this;
    }

    /**
     * Sets the names under which clients may call the service, such as that of a proxy before it.
     * Its addresses and {@code localhost} always work.
     */
    public Builder allowedHosts(Collection<String> names) {
      allowedHosts.clear();
      names.forEach(name -> allowedHosts.add(name.toLowerCase(Locale.ROOT)));
      return this;
    }

    /**
     * Sets where upscalers run: their device and timeout. The service sets model, threads and
     * memory.
     */
    public Builder engine(Supplier<Upscaler.Builder> builders) {
      engine = builders;
      return this;
    }

    /**
     * Sets how many tiles of a picture are computed at once; by default as many as there are cores.
     * If memory doesn't suffice for so many, there are fewer.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder threads(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("threads: expected 1 or more, received " + count);
      }
      threads = count;
      return this;
    }

    /**
     * Sets the memory of all upscalers together, 1 GiB by default. All pictures that are upscaled
     * at once have the same share, of at least 32 MiB.
     */
    public Builder memory(long bytes) {
      memory = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Sets how many small pictures are upscaled at once; by default as many as there are cores. One
     * large picture and one job are in addition.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder concurrency(int pictures) {
      if (pictures < 1) {
        throw new IllegalArgumentException("concurrency: expected 1 or more, received " + pictures);
      }
      concurrency = pictures;
      return this;
    }

    /**
     * Sets a limit.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder limit(Limit limit, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(limit + ": expected 1 or more, received " + value);
      }
      limits.put(limit, value);
      return this;
    }

    /** Sets the folder for jobs, which then survive the process; it is created if need be. */
    public Builder state(Path folder) {
      state = folder;
      return this;
    }

    /**
     * Sets a folder of images for the <a href="https://iiif.io/api/image/3.0/">IIIF Image API
     * 3.0</a>, at {@code /iiif/3/}. Pages from everywhere may show them.
     *
     * @param withoutToken whether they can be read without the token
     */
    public Builder iiif(Path folder, boolean withoutToken) {
      iiif = folder;
      isIiifPublic = withoutToken;
      return this;
    }

    /**
     * Lets signed requests name images of other servers. Addresses that aren't public are refused.
     *
     * @param origins from where images may come, such as {@code https://example.org}
     * @param key the secret that signs requests
     * @throws IllegalArgumentException if an origin is none, or the key is shorter than 16
     *     characters
     */
    public Builder fetch(Collection<String> origins, String key) {
      Set<String> all = new HashSet<>();
      for (String each : origins) {
        all.add(
            Fetcher.origin(each)
                .filter(origin -> each.indexOf('/', "https://".length()) < 0)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "fetch-origin: expected one such as https://example.org, received "
                                + each)));
      }
      if (key.length() < MIN_TOKEN) {
        throw new IllegalArgumentException(
            "fetch-key-file: expected 16 or more characters, received fewer");
      }
      fetch = new Settings.Fetch(all, key);
      return this;
    }

    /**
     * Sets who receives the log, line by line, as JSON; from several threads. By default nobody.
     */
    public Builder log(Consumer<String> lines) {
      log = lines;
      return this;
    }

    /**
     * Starts the service. It accepts requests when this returns.
     *
     * @throws IllegalArgumentException if the memory doesn't suffice for so many pictures at once
     * @throws InvalidInputException if the address can't be bound to, or is one of other machines'
     *     reach and there is no token
     * @throws IOException if the folder for jobs can't be read
     */
    public UpscaleServer start() throws IOException {
      if (iiif != null && !Files.isDirectory(iiif)) {
        throw new InvalidInputException(iiif.toString(), "a folder of images", "no such folder");
      }
      if (token == null && !isLoopback(host)) {
        throw new InvalidInputException(host, "a token, as other machines can reach it", "none");
      }
      Settings settings =
          new Settings(
              host,
              port,
              Optional.ofNullable(token),
              Set.copyOf(allowedHosts),
              engine,
              threads,
              memory.orElse(Math.max(MEMORY, Settings.leastMemory(concurrency))),
              concurrency,
              Map.copyOf(limits),
              Optional.ofNullable(state),
              Optional.ofNullable(iiif),
              isIiifPublic,
              Optional.ofNullable(fetch),
              log);
      if (settings.memory() < Settings.leastMemory(concurrency)) {
        throw new IllegalArgumentException(
            "memory: expected at least %dM for %d small images, a large one and a job at once, received %dM"
                .formatted(
                    Settings.leastMemory(concurrency) >> 20, concurrency, settings.memory() >> 20));
      }
      return new UpscaleServer(Service.start(settings), host);
    }

    private static boolean isLoopback(String host) throws InvalidInputException {
      try {
        return InetAddress.getByName(host).isLoopbackAddress();
      } catch (UnknownHostException e) {
        throw new InvalidInputException(host, "a name or address of this machine", "another", e);
      }
    }
  }
}
