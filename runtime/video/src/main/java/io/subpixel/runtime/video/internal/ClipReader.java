package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_move_ref;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_compare_ts;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of a clip in order: frames of its best video stream, and the unchanged packets of
 * all other streams. For one thread at a time; any thread may read its {@link #header}.
 */
public final class ClipReader implements AutoCloseable {
  /**
   * A range of a clip.
   *
   * @param start seconds from the clip's start; 0 for all
   * @param end likewise, exclusive; infinity for all
   */
  public record Range(double start, double end) {
    public static final Range ALL = new Range(0, Double.POSITIVE_INFINITY);

    /** Checks the order. */
    public Range {
      if (!(start >= 0 && end > start)) {
        throw new IllegalArgumentException(
            "expected 0 <= start < end, received " + start + " and " + end);
      }
    }
  }

  /** Packets are read for this long after the end, as streams may be loosely interleaved. */
  private static final double INTERLEAVING_SECONDS = 10;

  /** A seek that ended too late is retried this much earlier, and then from the start. */
  private static final double SEEK_SECONDS = 10;

  private final Demuxer source;
  private final FrameDecoder decoder;
  private final Faults faults;
  private final AVPacket packet = av_packet_alloc();
  private final Deque<Item> opened = new ArrayDeque<>();
  private final ClipHeader header;

  /** The first timestamp of the range, and the first after it. */
  private long from = Long.MIN_VALUE;

  private long until;

  /** The amount subtracted from the file's timestamps, in the video's time base. */
  private final long shift;

  private boolean ended;
  private boolean complete;

  /** The time of the first frame and the length, in seconds of the output's timestamps. */
  private double beginSeconds;

  private double seconds;

  private ClipReader(Demuxer source, FrameDecoder decoder, Faults faults, Range range)
      throws IOException {
    this.source = source;
    this.decoder = decoder;
    this.faults = faults;
    until =
        range.end() < Double.POSITIVE_INFINITY
            ? source.begin() + source.ticks(range.end())
            : Long.MAX_VALUE;
    try {
      Frame first = findStart(range);
      if (range.start() > 0) {
        shift = first.pts();
        from = shift;
      } else {
        shift = Math.min(0, first.pts());
      }
      header = new ClipHeader(source, first, range, shift, until, decoder.orientation());
      seconds = header.facts().seconds();
    } catch (IOException | RuntimeException e) {
      freeOwn();
      throw e;
    }
  }

  /**
   * Opens a clip and decodes its first frame. If the range starts after the clip's start, its first
   * frame gets timestamp 0, and all streams are shifted equally.
   *
   * @param threads decoder threads; 0 for one per core
   * @throws InvalidInputException if the file isn't a clip, has no video, no frame in the range, or
   *     unsupported frames, such as interlaced or hardware ones
   */
  public static ClipReader open(Path file, Range range, int threads) throws IOException {
    return open(file, ImageSequence.RATE, range, threads, Treatment.NONE);
  }

  /**
   * Opens a clip with a treatment of its frames.
   *
   * @param rate frames per second of an {@link ImageSequence}
   * @param treatment how frames are prepared
   */
  static ClipReader open(Path file, Ratio rate, Range range, int threads, Treatment treatment)
      throws IOException {
    Natives.silence();
    Demuxer source = Demuxer.open(file, rate);
    @Nullable FrameDecoder decoder = null;
    try {
      Faults faults = new Faults(source);
      decoder = FrameDecoder.open(source, threads, treatment, faults);
      return new ClipReader(source, decoder, faults, range);
    } catch (IOException | RuntimeException e) {
      if (decoder != null) {
        decoder.close();
      }
      source.close();
      throw e;
    }
  }

  /** Decodes up to the first frame of the range, and keeps packets read until then. */
  private Frame findStart(Range range) throws IOException {
    @Nullable Frame first;
    if (range.start() == 0) {
      first = holdFirst();
    } else {
      double length = source.length();
      // The last frame may have no duration.
      if (range.start() > length) {
        throw source.invalid("a start before the end at " + length + " s", range.start() + " s");
      }
      from = source.begin() + source.ticks(range.start());
      first = seek(from);
      if (first == null) {
        first = seek(from - source.ticks(SEEK_SECONDS));
      }
      if (first == null) {
        first = seek(source.begin());
      }
    }
    if (first == null) {
      throw source.invalid(
          "a frame from "
              + range.start()
              + (range.end() < Double.POSITIVE_INFINITY ? " s to " + range.end() + " s" : " s on"),
          faults.first() == null ? "none" : faults.first());
    }
    return first;
  }

  /**
   * Reads from the key frame before a timestamp on. Without an index, seeking may end too late:
   * returns null if a frame was missed.
   */
  private @Nullable Frame seek(long timestamp) throws IOException {
    return seek(timestamp, false);
  }

  private @Nullable Frame seek(long timestamp, boolean keepsFormat) throws IOException {
    source.seek(timestamp);
    decoder.reset(keepsFormat);
    opened.forEach(Item::close);
    opened.clear();
    ended = false;
    complete = false;
    Frame first = holdFirst();
    return decoder.earliest() <= from || timestamp == source.begin() ? first : null;
  }

  /**
   * Restricts the range further, to frames from one timestamp of the file to another. Everything
   * else stays: the header, and the timestamps of the frames. Call it before the first {@link
   * #next}.
   *
   * @param first the timestamp of a key frame, or any before the first frame
   * @param end the first timestamp after the last frame
   */
  void restrict(long first, long end) throws IOException {
    double whole = header.facts().seconds();
    until = Math.min(until, end);
    if (first > Math.max(from, source.begin())) {
      from = first;
      beginSeconds = (from - shift) * Natives.ratio(source.timeBase()).value();
      // From the key frame before: frames and filters depend on what precedes them.
      long[] attempts = {first - 1, first - source.ticks(SEEK_SECONDS), source.begin()};
      Frame found = null;
      for (int i = 0; i < attempts.length && found == null; i++) {
        faults.restrict(from, until);
        found = seek(attempts[i], true);
      }
      if (found == null) {
        throw source.invalid("a frame from " + source.seconds(first) + " s on", "none");
      }
    } else {
      faults.restrict(from, until);
    }
    faults.countUntimed();
    double endSeconds =
        until == Long.MAX_VALUE
            ? whole
            : (until - shift) * Natives.ratio(source.timeBase()).value();
    seconds = endSeconds - beginSeconds;
  }

  /** Stops decoding: from now on, {@link #next} returns only packets to copy. */
  void skipFrames() {
    opened.removeIf(
        each -> {
          if (each instanceof Frame frame) {
            frame.close();
            return true;
          }
          return false;
        });
    complete = true;
  }

  /** Returns the share of the range up to a time, in seconds of the output's timestamps. */
  double part(double time) {
    return Math.min(1, (time - beginSeconds) / seconds);
  }

  private @Nullable Frame holdFirst() throws IOException {
    while (true) {
      Item item = advance();
      if (item == null) {
        return null;
      }
      opened.add(item);
      if (item instanceof Frame frame) {
        return frame;
      }
    }
  }

  /**
   * Returns the next item of the file: a {@link Packet} to copy or a {@link Frame}; null at the
   * end. The caller closes it.
   *
   * @throws InvalidInputException if later frames are unsupported
   */
  public @Nullable Item next() throws IOException {
    while (true) {
      Item item = opened.isEmpty() ? advance() : opened.remove();
      if (item instanceof Frame frame) {
        frame.nativeFrame().pts(frame.pts() - shift);
      }
      if (item instanceof Packet each && !accept(each.nativePacket())) {
        each.close();
      } else {
        return item;
      }
    }
  }

  /** Returns the next frame and skips packets before it; null at the end. The caller closes it. */
  public @Nullable Frame nextFrame() throws IOException {
    for (Item item = next(); item != null; item = next()) {
      if (item instanceof Frame frame) {
        return frame;
      }
      item.close();
    }
    return null;
  }

  /** Returns the time of a frame from the start of the file. */
  public double seconds(Frame frame) {
    return source.seconds(frame.pts() + shift);
  }

  /** Returns the file's timestamp of the first frame of the range, in the video's unit. */
  long begin() {
    return header.begin();
  }

  /** Returns whether a timestamp of the file is in the range. */
  boolean isInside(long pts) {
    return pts >= from && pts < until;
  }

  /** Returns the time of the file's timestamp from its start. */
  double fileSeconds(long pts) {
    return source.seconds(pts);
  }

  /** Returns the time of a packet in seconds of the output's timestamps; 0 if it has none. */
  double time(Packet each) {
    AVPacket packet = each.nativePacket();
    long time = packet.dts() == AV_NOPTS_VALUE ? packet.pts() : packet.dts();
    AVStream stream = source.nativeInput().streams(packet.stream_index());
    return time == AV_NOPTS_VALUE ? 0 : time * Natives.ratio(stream.time_base()).value();
  }

  /** Returns whether a packet is in the range; if so, shifts its timestamps. */
  private boolean accept(AVPacket each) {
    AVStream stream = source.nativeInput().streams(each.stream_index());
    long time = each.pts() == AV_NOPTS_VALUE ? each.dts() : each.pts();
    if (time == AV_NOPTS_VALUE || (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
      return true;
    }
    AVRational unit = stream.time_base();
    if ((from != Long.MIN_VALUE && av_compare_ts(time, unit, from, source.timeBase()) < 0)
        || (until != Long.MAX_VALUE && av_compare_ts(time, unit, until, source.timeBase()) >= 0)) {
      return false;
    }
    long offset = av_rescale_q(shift, source.timeBase(), unit);
    if (each.pts() != AV_NOPTS_VALUE) {
      each.pts(each.pts() - offset);
    }
    if (each.dts() != AV_NOPTS_VALUE) {
      each.dts(each.dts() - offset);
    }
    return true;
  }

  /** As {@link #next}, but with the file's timestamps, and including packets outside the range. */
  private @Nullable Item advance() throws IOException {
    while (true) {
      Frame frame = decoded();
      if (frame != null) {
        return frame;
      }
      if (ended) {
        return null;
      }
      int code = source.read(packet);
      if (code < 0) {
        if (code != AVERROR_EOF) {
          faults.add(Natives.message(code), AV_NOPTS_VALUE);
        }
        ended = true;
        decoder.end();
      } else if (packet.stream_index() == source.video()) {
        decode();
        av_packet_unref(packet);
      } else {
        AVPacket own = av_packet_alloc();
        av_packet_move_ref(own, packet);
        return new Packet(own);
      }
    }
  }

  private void decode() {
    if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
      faults.add("damaged packet", packet.pts());
    }
    if (complete) {
      ended = until != Long.MAX_VALUE && packet.dts() >= until + source.ticks(INTERLEAVING_SECONDS);
    } else {
      decoder.put(packet);
    }
  }

  /** Returns the next frame of the range; null if the decoder needs more packets. */
  private @Nullable Frame decoded() throws IOException {
    while (!complete) {
      AVFrame frame = decoder.take();
      if (frame == null) {
        return null;
      }
      if (frame.pts() >= from && frame.pts() < until) {
        return wrap(frame);
      }
      complete = frame.pts() >= until;
      av_frame_free(frame);
    }
    return null;
  }

  private Frame wrap(AVFrame each) throws IOException {
    if ((each.flags() & AV_FRAME_FLAG_INTERLACED) != 0) {
      String time = Faults.time(source.seconds(each.pts()));
      av_frame_free(each);
      throw source.invalid(
          "progressive frames, or the option to deinterlace",
          "interlaced ones from " + time + " on");
    }
    return new Frame(each, Objects.requireNonNull(PixelFormat.of(each.format())));
  }

  /** Returns what is known of the clip in advance; freed with this reader. */
  public ClipHeader header() {
    return header;
  }

  /** Returns the number of faults so far: packets that didn't decode, damage in the container. */
  public int faults() {
    return faults.count();
  }

  /** Returns FFmpeg's message on the first of them. */
  public @Nullable String firstFault() {
    return faults.first();
  }

  /** Describes conversions of frames that differ from the first. */
  List<String> notes() {
    return decoder.notes();
  }

  private void freeOwn() {
    opened.forEach(Item::close);
    opened.clear();
    av_packet_free(packet);
  }

  @Override
  public void close() {
    freeOwn();
    header.close();
    decoder.close();
    source.close();
  }
}
