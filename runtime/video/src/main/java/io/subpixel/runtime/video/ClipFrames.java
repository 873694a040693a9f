package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.video.internal.Animations;
import io.subpixel.runtime.video.internal.ClipFacts;
import io.subpixel.runtime.video.internal.ClipReader;
import io.subpixel.runtime.video.internal.Frame;
import io.subpixel.runtime.video.internal.FrameFormat;
import io.subpixel.runtime.video.internal.ImageSequence;
import io.subpixel.runtime.video.internal.LumaPictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the luma of a clip's frames as grey pictures, one at a time, so a clip may have any length.
 * For one thread at a time. The caller that opens it closes it.
 *
 * <pre>{@code
 * try (ClipFrames frames = ClipFrames.open(Path.of("clip.mp4"))) {
 *   for (ClipFrame frame = frames.next(); frame != null; frame = frames.next()) {
 *     System.out.println(frame.seconds() + " s: " + frame.luma());
 *   }
 * }
 * }</pre>
 *
 * <p>Luma has full range and 8 bits, whatever the clip's range and depth: black is 0 and white 255,
 * rounded half up. Studio-range values beyond black and white are clipped. Frames are returned as
 * stored, without applying rotation and aspect ratio.
 *
 * @since 0.1
 */
public final class ClipFrames implements AutoCloseable {
  private static final Set<String> ENDINGS =
      Set.of(
          "mp4", "m4v", "mkv", "webm", "mov", "qt", "avi", "divx", "y4m", "ts", "mts", "m2ts",
          "mpg", "mpeg", "mpe", "m2v", "vob", "mod", "wmv", "asf", "flv", "f4v", "3gp", "3g2",
          "ogv", "ogm", "dv", "mxf", "nut", "rm", "rmvb");

  private final ClipReader reader;
  private final FrameFormat format;
  private final double framesPerSecond;
  private final LumaPictures pictures;

  private ClipFrames(ClipReader reader) {
    this.reader = reader;
    ClipFacts facts = reader.header().facts();
    format = facts.format();
    framesPerSecond = facts.frameRate().value();
    pictures = new LumaPictures(format);
  }

  /**
   * Returns whether a file's name has a clip's ending, or is a pattern of numbered images such as
   * {@code frames/%05d.png}.
   */
  public static boolean isClip(Path file) {
    if (isSequence(file)) {
      return true;
    }
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot >= 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * Returns whether a file is an animated GIF, PNG or WebP, by its content. Such files are clips
   * too, but their names are those of pictures.
   */
  public static boolean isAnimation(Path file) {
    return Animations.isAnimated(file);
  }

  /** Returns whether a path is a pattern of numbered images, rather than a file of that name. */
  public static boolean isSequence(Path path) {
    return ImageSequence.isPattern(path);
  }

  /**
   * Opens a clip, whatever its name.
   *
   * @throws InvalidInputException if the file isn't a clip, has no video, or has interlaced or
   *     unsupported frames, such as hardware frames
   */
  public static ClipFrames open(Path clip) throws IOException {
    return open(clip, 0, Double.POSITIVE_INFINITY);
  }

  /**
   * Opens a part of a clip.
   *
   * @param start seconds from its start
   * @param end likewise, exclusive; infinity for the rest
   * @throws InvalidInputException as above, or if there is no frame in the part
   * @throws IllegalArgumentException unless {@code 0 <= start < end}
   */
  public static ClipFrames open(Path clip, double start, double end) throws IOException {
    return open(clip, new ClipReader.Range(start, end), 0);
  }

  /**
   * Returns the first frame at or after a time. Decodes from the preceding key frame on, in the
   * calling thread only.
   *
   * @param seconds from the clip's start, as in {@link ClipFrame#seconds}
   * @throws InvalidInputException as {@link #open(Path, double, double)} does
   */
  public static ClipFrame at(Path clip, double seconds) throws IOException {
    ClipReader.Range range = new ClipReader.Range(seconds, Double.POSITIVE_INFINITY);
    try (ClipFrames frames = open(clip, range, 1)) {
      ClipFrame frame = frames.next();
      if (frame == null) {
        throw new InvalidInputException(
            clip.toString(), "a frame at " + seconds + " s or later", "none");
      }
      return frame;
    }
  }

  private static ClipFrames open(Path clip, ClipReader.Range range, int threads)
      throws IOException {
    return new ClipFrames(ClipReader.open(clip, range, threads));
  }

  /** Columns of every frame. */
  public int width() {
    return format.width();
  }

  /** Rows of every frame. */
  public int height() {
    return format.height();
  }

  /** Returns the average frames per second; 0 if unknown. */
  public double framesPerSecond() {
    return framesPerSecond;
  }

  /**
   * Returns the next frame; null at the end. Skips what doesn't decode; {@link #fault} reports it.
   *
   * <p>Frames of another size than the first are scaled to it.
   */
  public @Nullable ClipFrame next() throws IOException {
    try (Frame frame = reader.nextFrame()) {
      return frame == null
          ? null
          : new ClipFrame(Math.max(0, reader.seconds(frame)), pictures.of(frame));
    }
  }

  /** Returns the number of faults so far: parts of the file that didn't decode. */
  public int faults() {
    return reader.faults();
  }

  /** Describes the first fault and its position. */
  public Optional<String> fault() {
    return Optional.ofNullable(reader.firstFault());
  }

  @Override
  public void close() {
    reader.close();
  }
}
