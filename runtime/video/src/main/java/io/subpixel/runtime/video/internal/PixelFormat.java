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
 * A pixel format of FFmpeg with grey, YUV or YUV with alpha in whole bytes: planar, semi-planar or
 * packed.
 *
 * @param name FFmpeg's
 * @param components the position of each component: grey, or Y, U, V, or Y, U, V, alpha
 * @param bigEndian whether the high byte of a two-byte code value comes first
 */
record PixelFormat(
    String name,
    int depth,
    int log2ChromaWidth,
    int log2ChromaHeight,
    List<Component> components,
    boolean bigEndian) {
  /**
   * @param plane FFmpeg's plane
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

  /** Flags of formats that the scaler would misread, or that aren't integer. */
  private static final long INCONVERTIBLE =
      AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_XYZ;

  /** The supported formats, for messages. */
  static final String EXPECTED = "YUV, RGB or grey of integers";

  /** Returns FFmpeg's name of one of its formats. */
  static String name(int format) {
    AVPixFmtDescriptor descriptor = av_pix_fmt_desc_get(format);
    return descriptor == null ? "no pixel format" : Natives.text(descriptor.name());
  }

  /** Returns the layout of one of FFmpeg's formats; null if it can't be read directly. */
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
   * Returns FFmpeg's number of the readable format nearest to another; negative if its scaler
   * doesn't support that.
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

  /** Returns whether a format is RGB, or indices of RGB. */
  static boolean isRgb(int format) {
    return (av_pix_fmt_desc_get(format).flags() & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  }

  /** Returns the planar format, low byte first, that encoders accept for frames of a format. */
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

  /** Returns whether the samples are laid out as {@link Frame#read} returns them. */
  boolean dense(int component) {
    Component c = components.get(component);
    return c.step() == bytes() && c.offset() == 0 && c.shift() == 0 && !bigEndian;
  }

  /** Returns the bytes of a code value. */
  int bytes() {
    return depth == 8 ? 1 : 2;
  }

  /**
   * Returns whether a frame has studio-range luma: black 16 and white 235, times 2 for each bit
   * above 8.
   */
  boolean isStudio(AVFrame frame) {
    return frame.color_range() == AVCOL_RANGE_UNSPECIFIED
        // Like FFmpeg, take unlabelled grey for full range.
        ? components.size() > 1 && !name.startsWith("yuvj")
        : frame.color_range() != AVCOL_RANGE_JPEG;
  }

  /** Returns the format of frames like this one. */
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

  /** Returns the siting of chroma that is halved along both axes. */
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

  /** Returns the siting for FFmpeg's scaler, which counts in 256ths of a luma sample. */
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

  /** Returns FFmpeg's number of the layout with unsubsampled chroma. */
  static int withFullChroma(int format) {
    PixelFormat layout = Objects.requireNonNull(of(format));
    boolean full = layout.log2ChromaWidth == 0 && layout.log2ChromaHeight == 0;
    return full ? format : planar(layout.components.size(), 0, 0, layout.depth);
  }

  /** Describes a format for messages. */
  static String describe(FrameFormat format) {
    return format.width() + "x" + format.height() + " " + name(planar(format));
  }

  /** Describes a format for messages, including the range if only that differs from another. */
  static String describe(FrameFormat format, FrameFormat other) {
    String range = format.studio() ? " of studio range" : " of full range";
    return describe(format) + (format.studio() == other.studio() ? "" : range);
  }

  /** Returns whether an encoder accepts a pixel format, given by FFmpeg's number. */
  static boolean isTaken(AVCodec codec, int pixels) {
    try (PointerPointer<IntPointer> list = new PointerPointer<>(1);
        IntPointer length = new IntPointer(1)) {
      int code =
          avcodec_get_supported_config(null, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, list, length);
      if (code < 0) {
        return false;
      }
      IntPointer formats = list.get(IntPointer.class, 0);
      // Without a list, it accepts all.
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
