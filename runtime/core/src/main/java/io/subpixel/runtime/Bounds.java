package io.subpixel.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What native work may take before it is given up.
 *
 * @param nanos the time
 * @param bytes by how much the process's memory outside the heap may grow meanwhile, where the
 *     system tells; {@link #ANY} for any
 */
record Bounds(long nanos, long bytes) {
  /** No bound of memory. */
  static final long ANY = Long.MAX_VALUE;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern DATA = Pattern.compile("VmData:\\s*(\\d{1,12}) kB");

  static Bounds of(Duration time) {
    return new Bounds(time.toNanos(), ANY);
  }

  /** Whether there is a bound of memory. */
  boolean isWatched() {
    return bytes != ANY;
  }

  /** The same with more memory. */
  Bounds withMore(long added) {
    return new Bounds(nanos, bytes == ANY ? ANY : bytes + added);
  }

  /** The bytes of the process outside the heap; 0 where Linux doesn't tell. */
  static long memory() {
    try {
      Matcher data = DATA.matcher(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
      return data.find()
          ? (Long.parseLong(data.group(1)) << 10) - Runtime.getRuntime().totalMemory()
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** The time in words. */
  String time() {
    return Math.round(nanos / 1e8) / 10.0 + " s";
  }
}
