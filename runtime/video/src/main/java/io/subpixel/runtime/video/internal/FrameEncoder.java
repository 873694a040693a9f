package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DETECTION_BBOXES;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_RPU_BUFFER;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_FILM_GRAIN_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_LCEVC;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_MOTION_VECTORS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_REGIONS_OF_INTEREST;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_VIDEO_ENC_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.video.UnfitContainerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/** Encodes frames of one format in order, one packet each. For one thread at a time. */
final class FrameEncoder implements AutoCloseable {
  /** The maximum repetitions of a frame at a constant frame rate. */
  private static final int MAX_REPEATS = 1000;

  /** Side data that doesn't apply to another size or encoding. */
  private static final List<Integer> STALE =
      List.of(
          AV_FRAME_DATA_MOTION_VECTORS,
          AV_FRAME_DATA_REGIONS_OF_INTEREST,
          AV_FRAME_DATA_VIDEO_ENC_PARAMS,
          AV_FRAME_DATA_DETECTION_BBOXES,
          AV_FRAME_DATA_FILM_GRAIN_PARAMS,
          AV_FRAME_DATA_DOVI_RPU_BUFFER,
          AV_FRAME_DATA_DOVI_METADATA,
          AV_FRAME_DATA_LCEVC);

  private final ClipHeader source;
  private final FrameFormat given;
  private final Container container;
  private final Path target;
  private final AVRational unit;

  private final AVPacket packet = av_packet_alloc();

  /** Timestamps and durations of the frames in the encoder, by the timestamps that it uses. */
  private final Map<Long, long[]> inside = new HashMap<>();

  /** The format of the input frames, without alpha if it is dropped. */
  private final FrameFormat format;

  private final int range;
  private final AVCodecContext encoder;
  private final @Nullable FilterGraph conversion;
  private final boolean numbered;
  private final @Nullable String note;
  private long number = -1;
  private long sent = -1;
  private long previous;
  private long leftOut;
  private long latest;

  /** Receives packets. */
  @FunctionalInterface
  interface Sink {
    /** Receives a frame's packet, with timestamps in {@link #ticks}. May take its content. */
    void packet(AVPacket packet) throws IOException;
  }

  private FrameEncoder(
      ClipHeader source,
      FrameFormat given,
      Container container,
      Path target,
      EncoderChoice.Opened opened) {
    this.source = source;
    this.given = given;
    this.container = container;
    this.target = target;
    unit = Natives.rational(source.facts().timeBase());
    encoder = opened.encoder();
    conversion = opened.conversion();
    format = opened.format();
    range = opened.range();
    numbered = opened.numbered();
    note = opened.note();
  }

  /**
   * Opens the requested encoder, or the first that accepts the frames.
   *
   * @param source the source clip, for colours and timestamps
   * @param shape the size of the frames
   * @param muxer FFmpeg's muxer of the container
   * @param target the output's name in messages
   * @throws InvalidInputException if there is none
   */
  static FrameEncoder open(
      ClipHeader source,
      FrameShape shape,
      ClipEncoding encoding,
      Container container,
      AVOutputFormat muxer,
      Path target)
      throws IOException {
    EncoderChoice.Opened opened =
        EncoderChoice.open(source, shape, encoding, container, muxer, target);
    FrameFormat format = source.facts().format().withSize(shape.width(), shape.height());
    return new FrameEncoder(source, format, container, target, opened);
  }

  /** Returns whether it encodes alpha; false if frames have none. */
  boolean keepsAlpha() {
    return format.hasAlpha();
  }

  /** Returns whether it drops the frames' alpha. */
  boolean dropsAlpha() {
    return given.hasAlpha() && !format.hasAlpha();
  }

  /** Returns the size of encoded frames. */
  FrameSize size() {
    return new FrameSize(encoder.width(), encoder.height());
  }

  /** Returns the unit of packets' timestamps. */
  AVRational ticks() {
    return container.isCounted() ? encoder.time_base() : unit;
  }

  /** Returns FFmpeg's encoder, whose parameters the container needs. */
  AVCodecContext nativeEncoder() {
    return encoder;
  }

  /** Returns an identity that packets of two runs must share to form one stream. */
  String identity() {
    int size = encoder.extradata_size();
    byte[] bytes = new byte[size];
    if (size > 0) {
      encoder.extradata().get(bytes);
    }
    CRC32 header = new CRC32();
    header.update(bytes);
    return name() + " " + format + " " + Long.toHexString(header.getValue());
  }

  /**
   * Returns why no graphics card encodes, if one was asked for; null if there is nothing to say.
   */
  @Nullable String note() {
    return note;
  }

  /** Returns FFmpeg's name of the chosen encoder. */
  String name() {
    return Natives.text(encoder.codec().name());
  }

  /**
   * Encodes a frame.
   *
   * @param planes samples in the encoder's format
   * @param of the source frame, which supplies timestamp, duration and side data
   */
  void encode(Planes planes, Frame of, Sink sink) throws IOException {
    AVFrame picture = picture(of);
    try {
      planes.copyTo(picture);
      latest = picture.duration();
      long[] times = {picture.pts(), latest};
      if (numbered) {
        number(picture.pts());
        picture.pts(number).duration(1);
      }
      inside.put(picture.pts(), times);
      if (conversion == null) {
        send(picture, sink);
      } else {
        conversion.put(picture);
        leftOut++;
        sendConverted(sink);
      }
    } finally {
      av_frame_free(picture);
    }
  }

  /** Counts a frame that was encoded by an earlier run. */
  void pass(Frame each) throws IOException {
    if (numbered) {
      number(each.pts());
      sent = number;
    }
  }

  /** Returns how many input frames aren't in the output, after {@link #finish}. */
  long leftOut() {
    return leftOut;
  }

  /** Returns how long the latest frame is shown, in seconds; 0 if its source doesn't say. */
  double latestSeconds() {
    return latest * Natives.ratio(unit).value();
  }

  /** Flushes the encoder; nothing may follow. */
  void finish(Sink sink) throws IOException {
    if (conversion != null) {
      conversion.put(null);
      sendConverted(sink);
    }
    send(null, sink);
  }

  private void sendConverted(Sink sink) throws IOException {
    FilterGraph graph = Objects.requireNonNull(conversion);
    for (AVFrame each = graph.take(); each != null; each = graph.take()) {
      try {
        leftOut--;
        each.pict_type(0).quality(encoder.global_quality());
        send(each, sink);
      } finally {
        av_frame_free(each);
      }
    }
  }

  private void send(@Nullable AVFrame picture, Sink sink) throws IOException {
    Natives.check(target, avcodec_send_frame(encoder, picture));
    while (true) {
      int code = avcodec_receive_packet(encoder, packet);
      if (code == AVERROR_EAGAIN() || code == AVERROR_EOF) {
        return;
      }
      Natives.check(target, code);
      long[] times = inside.remove(packet.pts());
      if (container.isCounted()) {
        // The time since the previous frame, which the muxer repeats at a constant frame rate.
        packet.duration(Math.max(1, packet.pts() - sent));
        sent = packet.pts();
      } else if (times != null) {
        if (numbered) {
          packet.pts(times[0]).dts(times[0]);
        }
        packet.duration(times[1]);
      }
      sink.packet(packet);
    }
  }

  /** Creates a frame with another one's properties, but without its samples and size. */
  private AVFrame picture(Frame of) throws IOException {
    AVFrame picture = av_frame_alloc();
    av_frame_copy_props(picture, of.nativeFrame());
    for (int stale : STALE) {
      av_frame_remove_side_data(picture, stale);
    }
    picture
        .format(PixelFormat.planar(format))
        .width(format.width())
        .height(format.height())
        // The encoder chooses the frame types.
        .pict_type(0)
        .crop_left(0)
        .crop_right(0)
        .crop_top(0)
        .crop_bottom(0)
        .color_range(range)
        .quality(encoder.global_quality())
        .time_base(encoder.time_base());
    int code = av_frame_get_buffer(picture, 0);
    if (code < 0) {
      av_frame_free(picture);
      throw Natives.failure(target, code);
    }
    return picture;
  }

  /** Sets the next frame's number. If numbers are timestamps, gaps count as frames. */
  private void number(long pts) throws IOException {
    double frames = pts * ratio(unit) / ratio(encoder.time_base());
    if (number < 0) {
      double late = (pts * ratio(unit) - source.earliest()) / ratio(encoder.time_base());
      number = container == Container.AVI ? Math.max(0, Math.round(late)) : 0;
    } else if (container.isCounted()) {
      double step = frames - previous * ratio(unit) / ratio(encoder.time_base());
      long turns = Math.round(step);
      if (turns < 1 || turns > MAX_REPEATS || Math.abs(step - turns) > 0.25) {
        throw new UnfitContainerException(
            source.file().toString(),
            "a constant frame rate for ." + container + "; try .mkv or .mp4",
            String.format(
                Locale.ROOT,
                "%.2f frame times between two frames at %.3f s",
                step,
                pts * ratio(unit)),
            false);
      }
      number += turns;
    } else {
      number++;
    }
    previous = pts;
  }

  private static double ratio(AVRational rational) {
    return Natives.ratio(rational).value();
  }

  @Override
  public void close() {
    av_packet_free(packet);
    avcodec_free_context(encoder);
    if (conversion != null) {
      conversion.close();
    }
  }
}
