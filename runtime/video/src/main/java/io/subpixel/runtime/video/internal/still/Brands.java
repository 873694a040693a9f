package io.subpixel.runtime.video.internal.still;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The brands that the first box of a file names (ISO/IEC 14496-12, 4.3). */
final class Brands {
  private static final Set<String> HEIF =
      Set.of(
          "mif1", "mif2", "msf1", "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");

  private static final Set<String> AVIF = Set.of("avif", "avis");

  private Brands() {}

  static boolean areOfHeif(byte[] start) {
    return contain(start, HEIF);
  }

  static boolean areOfAvif(byte[] start) {
    return contain(start, AVIF);
  }

  private static boolean contain(byte[] start, Set<String> brands) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (start.length < 12 || !text.startsWith("ftyp", 4)) {
      return false;
    }
    int size = (start[2] & 0xff) << 8 | (start[3] & 0xff);
    boolean found = brands.contains(text.substring(8, 12));
    for (int at = 16; at + 4 <= Math.min(size, start.length); at += 4) {
      found |= brands.contains(text.substring(at, at + 4));
    }
    return found;
  }
}
