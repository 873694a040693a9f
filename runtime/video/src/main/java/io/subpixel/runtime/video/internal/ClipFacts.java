package io.subpixel.runtime.video.internal;

import java.util.List;
import java.util.OptionalLong;

/**
 * Properties of a clip.
 *
 * @param container FFmpeg's name of the container: {@code mov,mp4,m4a,3gp,3g2,mj2} for MP4
 * @param codec FFmpeg's name of the video's codec
 * @param pixelFormat FFmpeg's name of the decoded pixel format
 * @param format the format of the frames
 * @param sampleAspectRatio width of a sample by its height; numerator 0 if unknown
 * @param timeBase the unit of the frames' timestamps, in seconds
 * @param frameRate average frames per second; numerator 0 if unknown
 * @param frames the number of frames of the whole file, if the header states it
 * @param seconds length of the range that is read; NaN if unknown
 * @param rotation degrees clockwise by which players turn the picture
 * @param copied the other streams, which are copied
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
   * @param index its index in the file, from 0
   * @param kind {@code audio}, {@code video} (a cover, or a second video), {@code subtitle}, {@code
   *     data} or {@code attachment}
   * @param codec FFmpeg's name of its codec, or the container's
   */
  public record Copied(int index, String kind, String codec) {}

  /** Copies the list. */
  public ClipFacts {
    copied = List.copyOf(copied);
  }
}
