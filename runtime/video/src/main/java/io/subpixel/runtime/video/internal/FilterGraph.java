package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_color_range;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_format;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_h;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_time_base;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_w;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_get_by_name;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_create_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_parse_ptr;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_inout_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_inout_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_strdup;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.io.IOException;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** A chain of FFmpeg's filters. For one thread at a time. */
public final class FilterGraph implements AutoCloseable {
  /** FFmpeg's scaler at its highest accuracy, with bicubic chroma. */
  public static final String SCALER =
      "scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp";

  private final AVFilterGraph graph = avfilter_graph_alloc();
  private final AVFilterContext source = new AVFilterContext();
  private final AVFilterContext sink = new AVFilterContext();

  private FilterGraph(
      String filters, int width, int height, int format, int matrix, int range, AVRational timeBase)
      throws IOException {
    String frames =
        "video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:colorspace=%d:range=%d"
            .formatted(width, height, format, timeBase.num(), timeBase.den(), matrix, range);
    AVFilterInOut from = avfilter_inout_alloc();
    AVFilterInOut to = avfilter_inout_alloc();
    try {
      check(
          avfilter_graph_create_filter(
              source, avfilter_get_by_name("buffer"), "in", frames, null, graph));
      check(
          avfilter_graph_create_filter(
              sink, avfilter_get_by_name("buffersink"), "out", (String) null, null, graph));
      // FFmpeg names links from the filters' view: the source's output is their input.
      from.name(av_strdup(new BytePointer("in"))).filter_ctx(source).pad_idx(0);
      to.name(av_strdup(new BytePointer("out"))).filter_ctx(sink).pad_idx(0);
      check(avfilter_graph_parse_ptr(graph, filters, to, from, null));
      check(avfilter_graph_config(graph, null));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    } finally {
      avfilter_inout_free(from);
      avfilter_inout_free(to);
    }
  }

  /**
   * Creates filters for frames like a given one.
   *
   * @param filters in FFmpeg's notation, from one input to one output
   * @param timeBase the unit of the frames' timestamps
   * @throws IOException if FFmpeg rejects them
   */
  public static FilterGraph of(String filters, AVFrame like, AVRational timeBase)
      throws IOException {
    return new FilterGraph(
        filters,
        like.width(),
        like.height(),
        like.format(),
        like.colorspace(),
        like.color_range(),
        timeBase);
  }

  /**
   * Creates filters for planar frames of a format.
   *
   * @param matrix FFmpeg's number of the matrix between YUV and RGB
   * @param range FFmpeg's number of the range
   */
  static FilterGraph of(
      String filters, FrameFormat format, int matrix, int range, AVRational timeBase)
      throws IOException {
    return new FilterGraph(
        filters,
        format.width(),
        format.height(),
        PixelFormat.planar(format),
        matrix,
        range,
        timeBase);
  }

  /** Returns FFmpeg's number of the output's pixel format. */
  int pixels() {
    return av_buffersink_get_format(sink);
  }

  /** Returns the columns of output frames. */
  int resultWidth() {
    return av_buffersink_get_w(sink);
  }

  /** Returns the rows of output frames. */
  int resultHeight() {
    return av_buffersink_get_h(sink);
  }

  /** Returns FFmpeg's number of the output's range. */
  int resultRange() {
    return av_buffersink_get_color_range(sink);
  }

  /** Returns the unit of output timestamps. */
  Ratio timeBase() {
    return Natives.ratio(av_buffersink_get_time_base(sink));
  }

  /** Puts in a frame, which is empty afterwards; null for the end. */
  public void put(@Nullable AVFrame frame) throws IOException {
    check(av_buffersrc_add_frame(source, frame));
  }

  /** Returns the next output frame, which the caller frees; null if more input is needed. */
  public @Nullable AVFrame take() throws IOException {
    AVFrame frame = av_frame_alloc();
    int code = av_buffersink_get_frame(sink, frame);
    if (code == 0) {
      return frame;
    }
    av_frame_free(frame);
    if (code != AVERROR_EAGAIN() && code != AVERROR_EOF) {
      check(code);
    }
    return null;
  }

  private static void check(int code) throws IOException {
    if (code < 0) {
      throw new IOException("filter: " + Natives.message(code));
    }
  }

  @Override
  public void close() {
    avfilter_graph_free(graph);
  }
}
