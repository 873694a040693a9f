package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_BOTTOM;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_BOTTOMLEFT;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_CENTER;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_TOP;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_TOPLEFT;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_ALPHA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BAYER;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BITSTREAM;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_FLOAT;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_HWACCEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_XYZ;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * One of FFmpeg's pixel formats of whole bytes of grey or YUV: planar, half planar or packed.
 *
 * @param name FFmpeg's
 * @param components where each of grey, or of Y, U, V lies
 * @param bigEndian which byte of a code value in two comes first
 */
record PixelFormat(
    String name,
    int depth,
    int log2ChromaWidth,
    int log2ChromaHeight,
    List<Component> components,
    boolean bigEndian) {
  /**
   * @param plane of FFmpeg's
   * @param step bytes from one sample to the next
   * @param offset bytes before the first sample
   * @param shift bits below a code value
   */
  record Component(int plane, int step, int offset, int shift) {}

  private static final long UNREADABLE =
      AV_PIX_FMT_FLAG_PAL
          | AV_PIX_FMT_FLAG_BITSTREAM
          | AV_PIX_FMT_FLAG_HWACCEL
          | AV_PIX_FMT_FLAG_RGB
          | AV_PIX_FMT_FLAG_ALPHA
          | AV_PIX_FMT_FLAG_BAYER
          | AV_PIX_FMT_FLAG_FLOAT
          | AV_PIX_FMT_FLAG_XYZ;

  /** What is read, for messages. */
  static final String EXPECTED = "YUV 4:2:0, 4:2:2, 4:4:4 or grey of 8, 10 or 12 bits";

  /** FFmpeg's name of one of its formats. */
  static String name(int format) {
    AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
    return descriptor == null ? "no pixel format" : Natives.text(descriptor.name());
  }

  /** The layout of one of FFmpeg's formats; null if frames aren't read from it. */
  static @Nullable PixelFormat of(int format) {
    AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
    if (descriptor == null || (descriptor.flags() & UNREADABLE) != 0) {
      return null;
    }
    int depth = descriptor.comp(0).depth();
    if (!(depth == 8 || depth == 10 || depth == 12)
        || descriptor.log2_chroma_w() > 1
        || descriptor.log2_chroma_h() > 1) {
      return null;
    }
    List<Component> components = new ArrayList<>();
    for (int c = 0; c < descriptor.nb_components(); c++) {
      AVComponentDescriptor each = descriptor.comp(c);
      if (each.depth() != depth || each.shift() + depth > 16) {
        return null;
      }
      components.add(new Component(each.plane(), each.step(), each.offset(), each.shift()));
    }
    return new PixelFormat(
        Natives.text(descriptor.name()),
        depth,
        descriptor.log2_chroma_w(),
        descriptor.log2_chroma_h(),
        List.copyOf(components),
        (descriptor.flags() & AV_PIX_FMT_FLAG_BE) != 0);
  }

  /** The planar one, low byte first, that encoders take for frames of a format. */
  static int planar(FrameFormat format) {
    return av_get_pix_fmt(
        (format.planes() == 1
                ? "gray"
                : "yuv4"
                    + (format.log2ChromaWidth() == 0 ? 4 : 2)
                    + (format.log2ChromaHeight() == 0 ? format.log2ChromaWidth() == 0 ? 4 : 2 : 0)
                    + "p")
            + (format.depth() == 8 ? "" : format.depth() + "le"));
  }

  /** Whether the samples lie as {@link Frame#read} gives them. */
  boolean dense(int component) {
    Component c = components.get(component);
    return c.step() == bytes() && c.offset() == 0 && c.shift() == 0 && !bigEndian;
  }

  /** Bytes of a code value. */
  int bytes() {
    return depth == 8 ? 1 : 2;
  }

  /** How frames like this one are given. */
  FrameFormat frameFormat(AVFrame frame) {
    boolean studio =
        frame.color_range() == AVCOL_RANGE_UNSPECIFIED
            // Where nothing is said, FFmpeg takes grey for full range, too.
            ? components.size() > 1 && !name.startsWith("yuvj")
            : frame.color_range() != AVCOL_RANGE_JPEG;
    return new FrameFormat(
        frame.width(),
        frame.height(),
        depth,
        components.size(),
        log2ChromaWidth,
        log2ChromaHeight,
        studio,
        siting(frame.chroma_location()));
  }

  private FrameFormat.Siting siting(int location) {
    boolean centreX =
        location == AVCHROMA_LOC_CENTER
            || location == AVCHROMA_LOC_TOP
            || location == AVCHROMA_LOC_BOTTOM;
    double y;
    if (location == AVCHROMA_LOC_TOPLEFT || location == AVCHROMA_LOC_TOP) {
      y = 0;
    } else if (location == AVCHROMA_LOC_BOTTOMLEFT || location == AVCHROMA_LOC_BOTTOM) {
      y = 1;
    } else {
      y = 0.5;
    }
    return new FrameFormat.Siting(
        log2ChromaWidth == 1 && centreX ? 0.5 : 0, log2ChromaHeight == 1 ? y : 0);
  }
}
