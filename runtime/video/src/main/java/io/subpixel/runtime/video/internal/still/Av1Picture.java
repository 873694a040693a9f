package io.subpixel.runtime.video.internal.still;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * A key frame of AV1, as AVIF stores it.
 *
 * @param data its OBUs, without temporal delimiters
 * @param configuration the content of av1C
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Av1Picture(byte[] data, byte[] configuration, boolean isGrey, int depth) {
  private static final int SEQUENCE_HEADER = 1;
  private static final int TEMPORAL_DELIMITER = 2;

  /** Of the chroma of 4:2:0 where its place isn't told. */
  private static final int UNKNOWN_POSITION = 0;

  /**
   * Takes apart what an encoder made (AV1 Bitstream, 5.3).
   *
   * @param log2ChromaWidth 1 where chroma has half the columns
   * @param log2ChromaHeight 1 where chroma has half the rows
   */
  static Av1Picture of(
      byte[] packet, boolean isGrey, int depth, int log2ChromaWidth, int log2ChromaHeight)
      throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    byte[] sequence = new byte[0];
    for (int at = 0; at < packet.length; ) {
      int type = packet[at] >> 3 & 15;
      int start = at + 1 + (packet[at] >> 2 & 1);
      long size = 0;
      int shift = 0;
      // The encoder always writes sizes.
      boolean goesOn = (packet[at] & 2) != 0;
      if (!goesOn) {
        throw new IOException("libaom: expected sizes of OBUs, received none");
      }
      while (goesOn) {
        size |= (packet[start] & 0x7fL) << shift;
        goesOn = packet[start++] < 0;
        shift += 7;
      }
      int end = Math.toIntExact(start + size);
      if (type == SEQUENCE_HEADER) {
        sequence = Arrays.copyOfRange(packet, start, end);
      }
      if (type != TEMPORAL_DELIMITER) {
        kept.write(packet, at, end - at);
      }
      at = end;
    }
    return new Av1Picture(
        kept.toByteArray(),
        configuration(sequence, isGrey, depth, log2ChromaWidth, log2ChromaHeight),
        isGrey,
        depth);
  }

  /** AV1 Codec ISO Media File Format Binding, 2.3. */
  private static byte[] configuration(
      byte[] sequence, boolean isGrey, int depth, int log2ChromaWidth, int log2ChromaHeight)
      throws IOException {
    if (sequence.length < 4) {
      throw new IOException("libaom: expected a sequence header, received none");
    }
    int profile = sequence[0] >> 5 & 7;
    boolean isReduced = (sequence[0] & 0x08) != 0;
    // A still picture has neither timing nor delay; 17 bits of its one operating point follow.
    int level =
        isReduced ? ((sequence[0] & 7) << 2) | ((sequence[1] >> 6) & 3) : (sequence[3] >> 3) & 31;
    int tier = !isReduced && level > 7 ? (sequence[3] >> 2) & 1 : 0;
    int flags =
        tier << 7
            | (depth > 8 ? 0x40 : 0)
            | (depth == 12 ? 0x20 : 0)
            | (isGrey ? 0x10 : 0)
            | log2ChromaWidth << 3
            | log2ChromaHeight << 2
            | UNKNOWN_POSITION;
    return new byte[] {(byte) 0x81, (byte) (profile << 5 | level), (byte) flags, 0};
  }
}
