package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import io.subpixel.pictures.Picture;
import java.io.IOException;
import java.util.Objects;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/**
 * Converts frames to pictures for viewing: R, G, B of 8 bits by the clip's own matrix and range.
 */
final class RgbPictures implements AutoCloseable {
  private final FrameFormat format;
  private final int matrix;
  private final int range;
  private final int siting;
  private final FilterGraph conversion;
  private long number;

  /**
   * Creates a converter.
   *
   * @param format the format of the frames
   * @param first a frame of their clip
   */
  RgbPictures(FrameFormat format, AVFrame first) throws IOException {
    this.format = format;
    matrix = first.colorspace();
    siting = first.chroma_location();
    range = format.studio() ? AVCOL_RANGE_MPEG : AVCOL_RANGE_JPEG;
    Ratio counted = new Ratio(1, 1);
    conversion =
        FilterGraph.of(ClipCodec.toRgb("rgb24"), format, matrix, range, Natives.rational(counted));
  }

  /** Returns the picture of a frame. */
  Picture of(Planes planes) throws IOException {
    AVFrame frame = av_frame_alloc();
    frame.width(format.width()).height(format.height()).format(PixelFormat.planar(format));
    frame.colorspace(matrix).color_range(range).chroma_location(siting).pts(number++);
    try {
      if (av_frame_get_buffer(frame, 0) < 0) {
        throw new IOException(
            "expected memory for a frame of " + PixelFormat.describe(format) + ", received none");
      }
      planes.copyTo(frame);
      conversion.put(frame);
    } finally {
      av_frame_free(frame);
    }
    AVFrame rgb = Objects.requireNonNull(conversion.take());
    try {
      int width = 3 * format.width();
      byte[] samples = new byte[width * format.height()];
      BytePointer data = rgb.data(0);
      for (int y = 0; y < format.height(); y++) {
        data.position((long) y * rgb.linesize(0)).get(samples, y * width, width);
      }
      return new Picture(format.width(), format.height(), 3, samples);
    } finally {
      av_frame_free(rgb);
    }
  }

  @Override
  public void close() {
    conversion.close();
  }
}
