package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MOV_TEXT;
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_UNOFFICIAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_ref;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_NONSTRICT;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_int;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_q;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.video.UnfitContainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * Writes the container of an upscaled clip: copies streams, chapters and tags of the source, and
 * takes video packets from an encoder. For one thread at a time.
 *
 * <p>MP4 and MOV keep all timestamps. MKV and WebM round them to milliseconds, their unit. AVI and
 * Y4M have none, so they require a constant frame rate.
 */
final class Muxer implements AutoCloseable {
  /** In hundredths of a second. */
  private static final int MAX_GIF_DELAY = 65535;

  private final Path file;
  private final Path target;
  private final Container container;
  private final ClipHeader source;
  private final AVFormatContext output;
  private final OutputStreams streams;
  private final AVRational[] units;
  private final long[] last;
  private final long[] next;
  private final AVPacket before = av_packet_alloc();
  private AVRational ticks;

  /**
   * Creates an empty container.
   *
   * @param file the file to write; it is overwritten
   * @param target its name in messages
   * @param source the clip that supplies everything except the frames
   */
  Muxer(Path file, Path target, Container container, ClipHeader source) {
    this.file = file;
    this.target = target;
    this.container = container;
    this.source = source;
    output = new AVFormatContext(null);
    avformat_alloc_output_context2(output, null, container.muxer(), container.url(file));
    streams = new OutputStreams(source, container, output);
    units = new AVRational[source.streams()];
    last = new long[units.length];
    next = new long[units.length];
    Arrays.fill(last, AV_NOPTS_VALUE);
    Arrays.fill(next, AV_NOPTS_VALUE);
    for (int i = 0; i < units.length; i++) {
      units[i] = Natives.rational(Natives.ratio(source.stream(i).time_base()));
    }
    ticks = units[source.video()];
  }

  /** Returns FFmpeg's description of the container. */
  AVOutputFormat nativeFormat() {
    return output.oformat();
  }

  /**
   * Adds the streams and writes the header.
   *
   * @param encoder the video's encoder
   * @param encoding says which streams and tags to omit
   * @param done frames that exist already, for one file per frame
   * @throws InvalidInputException if the container can't hold a stream; nothing is written then
   */
  void begin(FrameEncoder encoder, ClipEncoding encoding, long done) throws IOException {
    ticks = encoder.ticks();
    boolean dropUnfit = encoding.dropUnfit() || container.isPicturesAlone();
    streams.add(encoder, dropUnfit, encoding.strip(), target);
    writeHeader(done);
  }

  private void writeHeader(long done) throws IOException {
    int code = 0;
    // A sequence's files are opened one by one.
    if (!container.isSequence()) {
      AVIOContext io = new AVIOContext(null);
      code = avio_open(io, container.url(file), AVIO_FLAG_WRITE);
      if (code < 0) {
        throw Natives.failure(target, code);
      }
      output.pb(io);
    }
    output.strict_std_compliance(FF_COMPLIANCE_UNOFFICIAL);
    AVDictionary options = new AVDictionary(null);
    if (container.isQuickTime()) {
      // Stream delays use the movie's time scale, which is milliseconds by default.
      av_dict_set(options, "movie_timescale", Integer.toString(commonTicks()), 0);
      if (Natives.keys(output.metadata()).stream().anyMatch(each -> each.startsWith("com."))) {
        av_dict_set(options, "movflags", "use_metadata_tags", 0);
      }
    }
    container
        .options(done, Loops.of(source.file()).orElse(0))
        .forEach((key, value) -> av_dict_set(options, key, value, 0));
    code = avformat_write_header(output, options);
    av_dict_free(options);
    if (code < 0) {
      closeFile();
      if (!container.isSequence()) {
        Files.deleteIfExists(file);
      }
      throw new UnfitContainerException(
          target.toString(),
          "streams that ." + container + " holds, as .mkv may",
          "those of " + source.file() + ": " + Natives.message(code),
          false);
    }
  }

  /**
   * Returns the smallest time scale that is a multiple of each track's; the video's if it is too
   * large.
   */
  private int commonTicks() {
    long common = units[source.video()].den();
    for (int i = 0; i < units.length; i++) {
      if (streams.place(i) >= 0) {
        int rate = source.stream(i).codecpar().sample_rate();
        long each = rate > 0 ? rate : units[i].den();
        long more = common / gcd(common, each) * each;
        common = more <= Integer.MAX_VALUE ? more : common;
      }
    }
    return (int) common;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Returns streams that are omitted, as the container can't hold them. */
  List<ClipFacts.Copied> dropped() {
    return streams.dropped();
  }

  /** Copies a packet of the reader. It is empty afterwards; the caller still closes it. */
  void write(Packet each) throws IOException {
    int place = streams.place(each.stream());
    AVPacket copy = each.nativePacket();
    if (place < 0 || isGap(copy, place)) {
      return;
    }
    SubtitleConversion conversion = streams.conversion(each.stream());
    if (conversion != null && !conversion.convert(copy)) {
      return;
    }
    if (container == Container.AVI) {
      long early = Math.round(source.earliest() / Natives.ratio(units[each.stream()]).value());
      copy.pts(copy.pts() == AV_NOPTS_VALUE ? copy.pts() : copy.pts() - early);
      copy.dts(copy.dts() == AV_NOPTS_VALUE ? copy.dts() : copy.dts() - early);
    }
    AVStream stream = output.streams(place);
    av_packet_rescale_ts(copy, units[each.stream()], stream.time_base());
    order(copy, place);
    copy.stream_index(place).pos(-1);
    Natives.check(target, av_interleaved_write_frame(output, copy));
  }

  /**
   * Returns whether it is an empty subtitle that QuickTime puts into gaps, which the muxer adds
   * itself.
   */
  private boolean isGap(AVPacket each, int place) {
    return container.isQuickTime()
        && output.streams(place).codecpar().codec_id() == AV_CODEC_ID_MOV_TEXT
        && each.size() == Short.BYTES
        && each.data().getShort() == 0;
  }

  /** Sets decoding timestamps, which containers require to increase. */
  private void order(AVPacket each, int place) {
    if (each.dts() == AV_NOPTS_VALUE) {
      each.dts(each.pts() == AV_NOPTS_VALUE ? Math.max(0, next[place]) : each.pts());
    }
    if (each.pts() == AV_NOPTS_VALUE) {
      each.pts(each.dts());
    }
    boolean strict = (output.oformat().flags() & AVFMT_TS_NONSTRICT) == 0;
    long least = strict ? last[place] + 1 : last[place];
    if (last[place] != AV_NOPTS_VALUE && each.dts() < least) {
      each.dts(least);
      each.pts(Math.max(each.pts(), least));
    }
    last[place] = each.dts();
    next[place] = each.dts() + each.duration();
  }

  /** Writes a video packet with timestamps in the encoder's ticks. It is empty afterwards. */
  void writeVideo(AVPacket packet) throws IOException {
    packet.stream_index(streams.video());
    if (container == Container.Y4M) {
      repeat(packet);
    }
    av_packet_rescale_ts(packet, ticks, output.streams(streams.video()).time_base());
    Natives.check(target, av_interleaved_write_frame(output, packet));
  }

  /** At a constant frame rate, repeats a frame that is shown longer. */
  private void repeat(AVPacket next) throws IOException {
    for (long i = next.duration() - 1; i > 0 && before.size() > 0; i--) {
      AVPacket again = av_packet_clone(before);
      again.pts(next.pts() - i).dts(next.pts() - i).duration(1);
      try {
        Natives.check(target, av_interleaved_write_frame(output, again));
      } finally {
        av_packet_free(again);
      }
    }
    next.duration(1);
    av_packet_unref(before);
    av_packet_ref(before, next);
  }

  /**
   * Completes the container. Only close may follow.
   *
   * @param lastSeconds how long the last frame is shown; 0 if unknown
   */
  void finish(double lastSeconds) throws IOException {
    // These muxers know from the next frame how long one is shown, and guess for the last one.
    if (lastSeconds > 0 && container == Container.APNG) {
      AVRational delay = Natives.rational(new Ratio((int) Math.rint(1000 * lastSeconds), 1000));
      Natives.check(target, av_opt_set_q(output.priv_data(), "final_delay", delay, 0));
    } else if (lastSeconds > 0 && container == Container.GIF) {
      long delay = Math.min(MAX_GIF_DELAY, Math.round(100 * lastSeconds));
      Natives.check(target, av_opt_set_int(output.priv_data(), "final_delay", delay, 0));
    }
    Natives.check(target, av_write_trailer(output));
    Natives.check(target, closeFile());
    if (lastSeconds > 0 && container == Container.WEBP) {
      AnimatedWebp.setLastDuration(file, lastSeconds);
    }
  }

  private int closeFile() {
    AVIOContext io = output.pb();
    if (io == null) {
      return 0;
    }
    output.pb(null);
    return avio_close(io);
  }

  /** Frees everything. The file isn't a valid clip unless it was finished. */
  @Override
  public void close() {
    streams.close();
    av_packet_free(before);
    if (!output.isNull()) {
      closeFile();
      avformat_free_context(output);
      output.setNull();
    }
  }
}
