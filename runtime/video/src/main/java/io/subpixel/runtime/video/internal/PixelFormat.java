package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CONFIG_PIX_FORMAT;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_supported_config;
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
import static org.bytedeco.ffmpeg.global.swscale.sws_isSupportedInput;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * One of FFmpeg's pixel formats of whole bytes of grey, YUV or YUV with alpha: planar, half planar
 * or packed.
 *
 * @param name FFmpeg's
 * @param components where each of grey, or of Y, U, V, or of Y, U, V, alpha lies
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
          | AV_PIX_FMT_FLAG_BAYER
          | AV_PIX_FMT_FLAG_FLOAT
          | AV_PIX_FMT_FLAG_XYZ;

  /** What the scaler would take for something else, or has no integers for. */
  private static final long INCONVERTIBLE =
      AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_XYZ;

  /** What is read, for messages. */
  static final String EXPECTED = "YUV, RGB or grey of integers";

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
    boolean alpha = (descriptor.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0;
    if (alpha && descriptor.nb_components() != 4) {
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

  /**
   * The one nearest to a format that frames aren't read from: FFmpeg's number; negative if its
   * scaler doesn't take that.
   */
  static int nearest(int format) {
    AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
    if (descriptor == null
        || (descriptor.flags() & INCONVERTIBLE) != 0
        || sws_isSupportedInput(format) == 0) {
      return -1;
    }
    boolean alpha =
        (descriptor.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0 && descriptor.nb_components() > 1;
    boolean colours =
        descriptor.nb_components() > 2
            || (descriptor.flags() & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_RGB)) != 0;
    int depth = 0;
    for (int c = 0; c < descriptor.nb_components(); c++) {
      depth = Math.max(depth, descriptor.comp(c).depth());
    }
    return planar(
        alpha ? 4 : colours ? 3 : 1,
        Math.min(1, descriptor.log2_chroma_w()),
        Math.min(1, descriptor.log2_chroma_h()),
        depth <= 8 ? 8 : depth <= 10 ? 10 : 12);
  }

  /** Whether frames of a format are red, green and blue, or indices of such. */
  static boolean isRgb(int format) {
    return (av_pix_fmt_desc_get(format).flags() & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  }

  /** The planar one, low byte first, that encoders take for frames of a format. */
  static int planar(FrameFormat format) {
    return planar(
        format.planes(), format.log2ChromaWidth(), format.log2ChromaHeight(), format.depth());
  }

  private static int planar(int planes, int log2ChromaWidth, int log2ChromaHeight, int depth) {
    String chroma =
        log2ChromaWidth == 0
            ? log2ChromaHeight == 0 ? "444p" : "440p"
            : log2ChromaHeight == 0 ? "422p" : "420p";
    String samples = planes == 1 ? "gray" : (planes == 4 ? "yuva" : "yuv") + chroma;
    return av_get_pix_fmt(samples + (depth == 8 ? "" : depth + "le"));
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

  /** Whether a frame's luma has black and white at 16 and 235, times 2 for each bit above 8. */
  boolean isStudio(AVFrame frame) {
    return frame.color_range() == AVCOL_RANGE_UNSPECIFIED
        // Where nothing is said, FFmpeg takes grey for full range, too.
        ? components.size() > 1 && !name.startsWith("yuvj")
        : frame.color_range() != AVCOL_RANGE_JPEG;
  }

  /** How frames like this one are given. */
  FrameFormat frameFormat(AVFrame frame) {
    FrameFormat.Siting placement = placement(frame.chroma_location());
    return new FrameFormat(
        frame.width(),
        frame.height(),
        depth,
        components.size(),
        log2ChromaWidth,
        log2ChromaHeight,
        isStudio(frame),
        new FrameFormat.Siting(
            log2ChromaWidth == 1 ? placement.x() : 0, log2ChromaHeight == 1 ? placement.y() : 0));
  }

  /** Where chroma lies that has half the samples of luma along both axes. */
  static FrameFormat.Siting placement(int location) {
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
    return new FrameFormat.Siting(centreX ? 0.5 : 0, y);
  }

  /** The same for FFmpeg's scaler, which counts in 256ths of a sample of luma. */
  static String chromaPositions(String side, int format, FrameFormat.Siting placement) {
    AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
    int wide = descriptor.log2_chroma_w();
    int high = descriptor.log2_chroma_h();
    String positions = "";
    if (wide > 0) {
      positions += ":" + side + "_h_chr_pos=" + Math.round(placement.x() * 256 * ((1 << wide) - 1));
    }
    if (high > 0) {
      positions += ":" + side + "_v_chr_pos=" + Math.round(placement.y() * 256 * ((1 << high) - 1));
    }
    return positions;
  }

  /** FFmpeg's number of the layout with as much chroma as luma. */
  static int withFullChroma(int format) {
    PixelFormat layout = Objects.requireNonNull(of(format));
    boolean full = layout.log2ChromaWidth == 0 && layout.log2ChromaHeight == 0;
    return full ? format : planar(layout.components.size(), 0, 0, layout.depth);
  }

  /** A format in words, for messages. */
  static String describe(FrameFormat format) {
    return format.width() + "x" + format.height() + " " + name(planar(format));
  }

  /** As above, and the range if that is where another one differs. */
  static String describe(FrameFormat format, FrameFormat other) {
    String range = format.studio() ? " of studio range" : " of full range";
    return describe(format) + (format.studio() == other.studio() ? "" : range);
  }

  /** Whether an encoder takes frames of a pixel format, by FFmpeg's number. */
  static boolean isTaken(AVCodec codec, int pixels) {
    try (PointerPointer<IntPointer> list = new PointerPointer<>(1);
        IntPointer length = new IntPointer(1)) {
      int code =
          avcodec_get_supported_config(null, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, list, length);
      if (code < 0) {
        return false;
      }
      IntPointer formats = list.get(IntPointer.class, 0);
      // Without a list, it takes all.
      if (formats == null || formats.isNull()) {
        return true;
      }
      for (int i = 0; i < length.get(); i++) {
        if (formats.get(i) == pixels) {
          return true;
        }
      }
      return false;
    }
  }
}
