package io.subpixel.runtime.video.internal;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a clip's header tells.
 *
 * @param container FFmpeg's name of the container: {@code mov,mp4,m4a,3gp,3g2,mj2} for MP4
 * @param codec FFmpeg's name of the video's codec
 * @param pixelFormat FFmpeg's name of the pixel format as decoded
 * @param format how frames are given
 * @param sampleAspectRatio width of a sample by its height; numerator 0 if untold
 * @param timeBase the unit of the frames' timestamps, in seconds
 * @param frameRate frames a second on average; numerator 0 if untold
 * @param frames how many frames the whole file has, if the header tells
 * @param seconds length of the part that is read; NaN if untold
 * @param rotation degrees clockwise by which players turn the picture
 * @param copied the other streams, which are handed on as they are
 */
public record ClipFacts(
    String container,
    String codec,
    String pixelFormat,
    FrameFormat format,
    Ratio sampleAspectRatio,
    Ratio timeBase,
    Ratio frameRate,
    OptionalLong frames,
    double seconds,
    double rotation,
    List<Copied> copied) {
  /**
   * A stream that isn't decoded.
   *
   * @param index its place in the file, from 0
   * @param kind {@code audio}, {@code video} (a cover, or a second video), {@code subtitle}, {@code
   *     data} or {@code attachment}
   * @param codec FFmpeg's name of its codec, or else the container's
   */
  public record Copied(int index, String kind, String codec) {}

  /** Copies the list. */
  public ClipFacts {
    copied = List.copyOf(copied);
  }
}
