package io.subpixel.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The limits of native work before it is abandoned.
 *
 * @param nanos the time
 * @param bytes the allowed growth of the process's memory outside the heap, if the system reports
 *     it; {@link #ANY} for no limit
 */
record Bounds(long nanos, long bytes) {
  /** No limit on memory. */
  static final long ANY = Long.MAX_VALUE;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern DATA = Pattern.compile("VmData:\\s*(\\d{1,12}) kB");

  static Bounds of(Duration time) {
    return new Bounds(time.toNanos(), ANY);
  }

  /** Returns whether memory is limited. */
  boolean isWatched() {
    return bytes != ANY;
  }

  /** Returns a copy with more memory. */
  Bounds withMore(long added) {
    return new Bounds(nanos, bytes == ANY ? ANY : bytes + added);
  }

  /** Returns the bytes of the process outside the heap; 0 except on Linux. */
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

  /** Returns the time in words. */
  String time() {
    return Math.round(nanos / 1e8) / 10.0 + " s";
  }
}
