package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.internal.colour.Bt601;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Knows the pictures of the field's test sets by how they look, whatever their size and format: a
 * network that has trained on one proves nothing on it. The fingerprint is a difference hash: of
 * luma shrunk to 17 x 16, whether each pixel is brighter than the next one to its right.
 */
final class TestPictures {
  private static final String RESOURCE = "test-pictures.txt";
  private static final int SIDE = 16;

  /** Two different pictures differ in about half of the bits; the same one recompressed, in few. */
  private static final int MAX_DIFFERENCES = SIDE * SIDE / 10;

  private static final Map<String, BitSet> KNOWN = read();

  private TestPictures() {}

  /** The test picture that a picture looks like, such as {@code Set5/woman}. */
  static Optional<String> find(Picture picture) {
    BitSet fingerprint = fingerprint(picture);
    for (Map.Entry<String, BitSet> known : KNOWN.entrySet()) {
      BitSet differences = (BitSet) fingerprint.clone();
      differences.xor(known.getValue());
      if (differences.cardinality() <= MAX_DIFFERENCES) {
        return Optional.of(known.getKey());
      }
    }
    return Optional.empty();
  }

  /** {@link #SIDE} rows of as many bits. */
  static BitSet fingerprint(Picture picture) {
    Plane luma = Bt601.FULL.luma(picture);
    Plane small =
        new Resampler(luma.width(), luma.height(), SIDE + 1, SIDE, Kernel.AREA, Edge.CLAMP)
            .apply(luma);
    BitSet bits = new BitSet(SIDE * SIDE);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        bits.set(y * SIDE + x, small.at(x, y) > small.at(x + 1, y));
      }
    }
    return bits;
  }

  /** Lines of {@code SET/NAME FINGERPRINT}, the fingerprint's bytes in hexadecimal. */
  private static Map<String, BitSet> read() {
    Map<String, BitSet> known = new LinkedHashMap<>();
    try (InputStream in = TestPictures.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        known.put(
            line.substring(0, space),
            BitSet.valueOf(HexFormat.of().parseHex(line.substring(space + 1))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return known;
  }
}
