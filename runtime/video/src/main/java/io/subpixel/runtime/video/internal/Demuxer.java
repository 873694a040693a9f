package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_demuxer_iterate;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_seek_file;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Opens a clip's file, finds its streams and reads their packets. Closing it frees all native
 * memory of the container. For one thread at a time.
 */
final class Demuxer implements AutoCloseable {
  /** These refer to other files, so an untrusted clip could read any file through them. */
  private static final Set<String> PLAYLISTS =
      Set.of(
          "concat",
          "concatf",
          "dash",
          "ffmetadata",
          "hls",
          "image2",
          "imf",
          "mpjpeg",
          "rtp",
          "rtsp",
          "sap",
          "sdp",
          "vobsub",
          "webm_dash_manifest");

  private static final int MAX_STREAMS = 200;
  private static final int TIME_CODE = 't' | 'm' << 8 | 'c' << 16 | 'd' << 24;

  private final Path file;
  private final @Nullable Path temporary;
  private final AVFormatContext input;
  private final int video;
  private final AVRational timeBase;
  private final boolean[] copied;
  private final UntimedStart untimed;
  private final TimeJumps jumps;
  private final long begin;

  private Demuxer(Path file, @Nullable Path temporary, AVFormatContext input, int video) {
    this.file = file;
    this.temporary = temporary;
    this.input = input;
    this.video = video;
    // A copy, independent of the native stream.
    timeBase = Natives.rational(Natives.ratio(input.streams(video).time_base()));
    copied = new boolean[input.nb_streams()];
    for (int i = 0; i < copied.length; i++) {
      AVStream stream = input.streams(i);
      // Containers create tracks for chapters and time codes themselves.
      copied[i] =
          i != video
              && stream.discard() != AVDISCARD_ALL
              && stream.codecpar().codec_tag() != TIME_CODE;
      if (i != video && !copied[i]) {
        stream.discard(AVDISCARD_ALL);
      }
    }
    untimed = new UntimedStart(input, video);
    jumps = new TimeJumps(input);
    begin = untimed.begin() == AV_NOPTS_VALUE ? start(input.streams(video)) : untimed.begin();
  }

  /**
   * Opens a file and chooses its best video stream.
   *
   * @param rate frames per second of an {@link ImageSequence}
   * @throws InvalidInputException if the file isn't a clip, or has no video
   */
  static Demuxer open(Path file, Ratio rate) throws IOException {
    Path temporary = AnimatedWebp.is(file) ? AnimatedWebp.toApng(file) : null;
    @Nullable AVFormatContext input = null;
    try {
      input = input(file, temporary == null ? file : temporary, rate);
      return new Demuxer(file, temporary, input, video(file, input));
    } catch (IOException | RuntimeException e) {
      if (input != null) {
        avformat_close_input(input);
      }
      delete(temporary);
      throw e;
    }
  }

  private static void delete(@Nullable Path temporary) {
    if (temporary != null && !temporary.toFile().delete()) {
      temporary.toFile().deleteOnExit();
    }
  }

  /**
   * Opens FFmpeg's demuxer.
   *
   * @param file the name in messages
   * @param read the file, or a form of it that FFmpeg reads
   */
  private static AVFormatContext input(Path file, Path read, Ratio rate) throws IOException {
    ImageSequence sequence = ImageSequence.isPattern(file) ? ImageSequence.of(file) : null;
    AVFormatContext input = avformat_alloc_context();
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, "protocol_whitelist", "file", 0);
    if (sequence == null) {
      av_dict_set(options, "format_whitelist", readable(), 0);
    } else {
      av_dict_set(options, "pattern_type", "sequence", 0);
      av_dict_set(options, "start_number", Long.toString(sequence.first()), 0);
      av_dict_set(options, "framerate", rate.numerator() + "/" + rate.denominator(), 0);
    }
    av_dict_set(options, "max_streams", Integer.toString(MAX_STREAMS), 0);
    try {
      int code =
          sequence == null
              ? avformat_open_input(input, Natives.url(read), null, options)
              : avformat_open_input(
                  input, Container.PNG.url(file), av_find_input_format("image2"), options);
      if (code < 0) {
        throw new InvalidInputException(
            file.toString(), "a video clip that FFmpeg reads", Natives.message(code));
      }
    } finally {
      av_dict_free(options);
    }
    int code = avformat_find_stream_info(input, (AVDictionary) null);
    if (code < 0) {
      avformat_close_input(input);
      throw new InvalidInputException(
          file.toString(), "a video clip that FFmpeg reads", Natives.message(code));
    }
    return input;
  }

  /** Returns FFmpeg's names of all containers except playlists. */
  private static String readable() {
    List<String> names = new ArrayList<>();
    try (PointerPointer<Pointer> state = new PointerPointer<>(1)) {
      state.put(0, (Pointer) null);
      for (AVInputFormat each = av_demuxer_iterate(state);
          each != null;
          each = av_demuxer_iterate(state)) {
        String name = Natives.text(each.name());
        if (!PLAYLISTS.contains(name)) {
          names.add(name);
        }
      }
    }
    return String.join(",", names);
  }

  private static int video(Path file, AVFormatContext input) throws InvalidInputException {
    int video = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    if (video < 0) {
      throw new InvalidInputException(file.toString(), "a video stream", "none");
    }
    if ((input.streams(video).disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      throw new InvalidInputException(file.toString(), "a video stream", "only a cover image");
    }
    return video;
  }

  private static long start(AVStream stream) {
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
  }

  /**
   * Reads the next packet of any stream.
   *
   * @return FFmpeg's code: negative at the end or if reading fails
   */
  int read(AVPacket into) {
    if (untimed.read(into)) {
      return 0;
    }
    int code = av_read_frame(input, into);
    if (code >= 0) {
      jumps.mend(into);
    }
    return code;
  }

  /** Seeks to the key frame at or before a timestamp of the video, as far as the file allows. */
  void seek(long timestamp) {
    avformat_seek_file(input, video, Long.MIN_VALUE, timestamp, timestamp, 0);
    untimed.close();
    jumps.forget();
  }

  Path file() {
    return file;
  }

  /** Returns FFmpeg's name of the container. */
  String container() {
    return Natives.text(input.iformat().name());
  }

  /** Returns the index of the video stream that is decoded. */
  int video() {
    return video;
  }

  AVStream videoStream() {
    return input.streams(video);
  }

  /** Returns whether a stream is copied. */
  boolean isCopied(int index) {
    return copied[index];
  }

  /** Returns FFmpeg's container, from which {@link ClipHeader} copies. */
  AVFormatContext nativeInput() {
    return input;
  }

  /** Returns the unit of the video's timestamps. */
  AVRational timeBase() {
    return timeBase;
  }

  /** Returns the timestamp at which the video starts. */
  long begin() {
    return begin;
  }

  /** Returns the timestamp to use for a first frame without one. */
  long untimedBegin() {
    return untimed.begin() == AV_NOPTS_VALUE ? 0 : untimed.begin();
  }

  /** Returns whether the time of what was read jumped back. */
  boolean jumped() {
    return jumps.any();
  }

  /** Returns ticks from one frame to the next for frames without timestamps; 0 if unknown. */
  long untimedStep() {
    return untimed.step();
  }

  /** Returns the length of the video in seconds; NaN if unknown. */
  double length() {
    AVStream stream = videoStream();
    if (stream.duration() != AV_NOPTS_VALUE) {
      return stream.duration() * Natives.ratio(stream.time_base()).value();
    }
    return input.duration() == AV_NOPTS_VALUE
        ? Double.NaN
        : input.duration() / (double) AV_TIME_BASE;
  }

  /** Converts seconds to the video's time base, rounded up. */
  long ticks(double seconds) {
    return (long) Math.ceil(seconds / Natives.ratio(timeBase).value() - 1e-6);
  }

  /** Converts a timestamp of the video to seconds from its start. */
  double seconds(long pts) {
    return (pts - begin) * Natives.ratio(timeBase).value();
  }

  InvalidInputException invalid(String expected, String received) {
    return new InvalidInputException(file.toString(), expected, received);
  }

  @Override
  public void close() {
    untimed.close();
    avformat_close_input(input);
    delete(temporary);
  }
}
