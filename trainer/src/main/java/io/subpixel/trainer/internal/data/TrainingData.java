package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * HR images and frames to train or to validate on.
 *
 * @param names the names of the sources
 * @param originals the images and frames
 * @param digest the digest of their content
 */
public record TrainingData(List<String> names, List<Original> originals, Digest digest) {
  /** Computes a digest when it is needed: all data are read for it. */
  @FunctionalInterface
  public interface Digest {
    /** SHA-256 as hexadecimal. */
    String sha256() throws IOException;
  }

  /** Copies the lists. */
  public TrainingData {
    names = List.copyOf(names);
    originals = List.copyOf(originals);
  }

  /**
   * Takes files; videos are decoded once for their frames.
   *
   * @throws InvalidInputException if nothing is left, or, with {@code strict}, a video is broken
   */
  public static TrainingData of(
      PictureSet files, FrameChoice frames, boolean strict, Consumer<String> warnings)
      throws IOException {
    return new TrainingData(
        files.names(), files.originals(frames, strict, warnings), files::sha256);
  }

  /**
   * Takes sources to validate on, a set each.
   *
   * @throws InvalidInputException if a source or a video in it can't be used
   */
  public static List<TrainingData> sets(List<Path> sources, FrameChoice frames) throws IOException {
    List<TrainingData> sets = new ArrayList<>();
    for (Path source : sources) {
      sets.add(of(PictureSet.of(List.of(source)), frames, true, warning -> {}));
    }
    return sets;
  }

  /** Takes images in memory. */
  public static TrainingData of(String name, List<Picture> pictures) {
    List<Original> originals = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      int number = i;
      originals.add(new Original.InMemory(name + "[" + i + "]", () -> pictures.get(number)));
    }
    return new TrainingData(List.of(name), originals, () -> sha256(pictures));
  }

  /** Digests sizes and samples. */
  private static String sha256(List<Picture> pictures) {
    MessageDigest all = PictureSet.newDigest();
    for (Picture picture : pictures) {
      ByteBuffer size = ByteBuffer.allocate(3 * Integer.BYTES);
      size.putInt(picture.width()).putInt(picture.height()).putInt(picture.channels());
      all.update(size.array());
      all.update(picture.samples());
    }
    return HexFormat.of().formatHex(all.digest());
  }
}
