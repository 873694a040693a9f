package io.subpixel.runtime.server.internal;

import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.server.Limit;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a service was told.
 *
 * @param host the name or address to bind to
 * @param port the port; 0 for any that is free
 * @param token what clients must know, if anything
 * @param allowedHosts the names, besides those of this machine, under which clients may call it
 * @param engine creates builders of upscalers, with their device
 * @param threads how many tiles of a picture are computed at once, as far as memory allows
 * @param memory the memory of all upscalers together
 * @param concurrency how many small pictures are upscaled at once
 * @param state the folder of jobs that survive the process; empty to keep them as long as it lives
 * @param iiif the folder of images for IIIF, if any
 * @param isIiifPublic whether they need no token
 * @param fetch from where images may be fetched, if from anywhere
 * @param log receives a line of JSON for each request
 */
public record Settings(
    String host,
    int port,
    Optional<String> token,
    Set<String> allowedHosts,
    Supplier<Upscaler.Builder> engine,
    int threads,
    long memory,
    int concurrency,
    Map<Limit, Long> limits,
    Optional<Path> state,
    Optional<Path> iiif,
    boolean isIiifPublic,
    Optional<Fetch> fetch,
    Consumer<String> log) {
  /**
   * From where images may be fetched.
   *
   * @param origins such as {@code https://example.org:443}
   * @param key signs the requests
   */
  public record Fetch(Set<String> origins, String key) {
    /** Copies the origins. */
    public Fetch {
      origins = Set.copyOf(origins);
    }
  }

  /** The limits of a request, for clients. */
  record LimitsOfARequest(
      long maxBytes, long maxPixels, long maxMacs, long maxJobMacs, long maxSeconds) {
    static LimitsOfARequest of(Settings settings) {
      return new LimitsOfARequest(
          settings.limit(Limit.REQUEST_BYTES),
          settings.limit(Limit.PIXELS),
          settings.limit(Limit.REQUEST_MACS),
          settings.limit(Limit.JOB_MACS),
          settings.limit(Limit.REQUEST_SECONDS));
    }
  }

  /** Returns the value of a limit. */
  long limit(Limit limit) {
    return limits.getOrDefault(limit, limit.standard());
  }

  /** Returns the value of a limit that counts things. */
  int count(Limit limit) {
    return (int) Math.min(Integer.MAX_VALUE, limit(limit));
  }

  /** Returns how many pictures are upscaled at once: small ones, a large one, and a job. */
  int pictures() {
    return pictures(concurrency);
  }

  private static int pictures(int concurrency) {
    return concurrency + 2;
  }

  /** Returns the least memory with which so many small pictures are upscaled at once. */
  public static long leastMemory(int concurrency) {
    return pictures(concurrency) * Upscalers.MIN_BYTES;
  }
}
