package io.subpixel.runtime.video.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** How often animated pictures play, which FFmpeg's demuxers don't tell. */
final class Loops {
  /** The bytes at the start of a file among which the count is. */
  private static final int HEAD = 1 << 16;

  private static final int MOST = 0xffff;

  private Loops() {}

  /**
   * Returns how often a file plays; 0 for endlessly, empty if it is no animated GIF, PNG or WebP.
   *
   * @throws IOException if it can't be read
   */
  static OptionalInt of(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return OptionalInt.empty();
    }
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    try (FileChannel channel = FileChannel.open(file)) {
      while (head.hasRemaining() && channel.read(head) > 0) {
        // Read on.
      }
    }
    String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
    if (text.startsWith("GIF8")) {
      int at = text.indexOf("NETSCAPE2.0\u0003\u0001") + 13;
      if (at < 13 || at + 2 > text.length()) {
        return OptionalInt.of(1);
      }
      int repeats = head.order(ByteOrder.LITTLE_ENDIAN).getShort(at) & 0xffff;
      return OptionalInt.of(repeats == 0 ? 0 : Math.min(MOST, repeats + 1));
    }
    if (AnimatedWebp.is(file)) {
      int at = text.indexOf("ANIM") + 12;
      boolean isTold = at >= 12 && at + 2 <= text.length();
      return OptionalInt.of(isTold ? head.order(ByteOrder.LITTLE_ENDIAN).getShort(at) & 0xffff : 0);
    }
    int at = text.indexOf("acTL") + 8;
    boolean isApng = text.startsWith("\u0089PNG") && at >= 8 && at + 4 <= text.length();
    if (!isApng) {
      return OptionalInt.empty();
    }
    long plays = head.order(ByteOrder.BIG_ENDIAN).getInt(at) & 0xffffffffL;
    return OptionalInt.of((int) Math.min(MOST, plays));
  }
}
