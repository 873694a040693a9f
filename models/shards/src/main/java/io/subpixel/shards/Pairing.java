package io.subpixel.shards;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.zoo.degradation.Degradation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * How HR pictures become pairs. A picture becomes the same pair whatever else is degraded, on
 * whatever machine.
 *
 * @param degradation makes LR from HR
 * @param scale HR pixels for each LR pixel and side: 2, 3 or 4
 * @param seed of a degradation that involves chance; each picture's own seed depends on its file
 *     name too
 * @since 0.1
 */
public record Pairing(Degradation degradation, int scale, long seed) {
  /** Checks the scale. */
  public Pairing {
    if (scale < 2 || scale > 4) {
      throw new IllegalArgumentException("scale: expected 2, 3 or 4, received " + scale);
    }
  }

  /**
   * A pair.
   *
   * @param hr {@code [sH,sW]}
   * @param lr {@code [H,W]}
   */
  public record Pair(Picture hr, Picture lr) {}

  /**
   * Makes a pair of a picture, which is cropped to a multiple of the scale.
   *
   * @param fileName the picture's file name, without folders
   * @param where its name in messages
   * @throws InvalidInputException if a side is shorter than the scale
   */
  public Pair of(Picture whole, String fileName, String where) throws InvalidInputException {
    if (Math.min(whole.width(), whole.height()) < scale) {
      throw new InvalidInputException(
          where, "sides of at least " + scale + " pixels", whole.toString());
    }
    Picture hr = whole.cropToMultiple(scale);
    return new Pair(hr, degradation.apply(hr, scale, 31 * seed + fileName.hashCode()));
  }

  /**
   * Makes the header of a shard.
   *
   * @param names the pictures that it is made of, as {@link ShardWriter#add} gets them, in order
   */
  public ShardHeader header(List<String> names) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
    for (String name : names) {
      digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return new ShardHeader(this, HexFormat.of().formatHex(digest.digest()));
  }
}
