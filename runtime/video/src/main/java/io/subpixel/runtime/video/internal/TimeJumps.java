package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_DISCONT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;

/**
 * Continues time where it jumps back, as at the seam of two recordings: shifts all streams equally,
 * so that what follows starts when the previous part ends. Acts on every container whose format
 * allows such jumps ({@code AVFMT_TS_DISCONT}: MPEG-TS, MPEG-PS, Ogg and others), as FFmpeg's own
 * commands do.
 */
final class TimeJumps {
  /** The smallest jump, as in FFmpeg's commands. Smaller ones are corrected for each stream. */
  private static final double MIN_SECONDS = 0.1;

  private final AVFormatContext input;
  private final boolean mends;

  /** Seconds by which each part is shifted; a late packet may belong to the previous part. */
  private final List<Double> moves = new ArrayList<>();

  /** The current part of each stream. */
  private final int[] parts;

  /** When the next packet of each stream is due, in shifted seconds. */
  private final double[] due;

  /** When the next packet of any stream is due. */
  private double latest;

  TimeJumps(AVFormatContext input) {
    this.input = input;
    mends = (input.iformat().flags() & AVFMT_TS_DISCONT) != 0;
    parts = new int[input.nb_streams()];
    due = new double[parts.length];
    forget();
  }

  /** Resets everything before reading from another position. */
  void forget() {
    moves.clear();
    moves.add(0.0);
    Arrays.fill(parts, 0);
    Arrays.fill(due, Double.NaN);
    latest = Double.NaN;
  }

  /** Returns whether there was a jump. */
  boolean any() {
    return moves.size() > 1;
  }

  /** Shifts a packet's timestamps into continuous time. */
  void mend(AVPacket packet) {
    int stream = packet.stream_index();
    // Streams may be found while reading.
    if (!mends || stream >= parts.length || packet.dts() == AV_NOPTS_VALUE) {
      return;
    }
    double unit = Natives.ratio(input.streams(stream).time_base()).value();
    double time = packet.dts() * unit;
    int kind = input.streams(stream).codecpar().codec_type();
    boolean isSteady = kind == AVMEDIA_TYPE_VIDEO || kind == AVMEDIA_TYPE_AUDIO;
    parts[stream] = nearest(parts[stream], time);
    if (isSteady && time + moves.get(parts[stream]) < due[stream] - MIN_SECONDS) {
      moves.add(due[stream] - time);
      parts[stream] = moves.size() - 1;
    }
    double move = moves.get(parts[stream]);
    if (isSteady) {
      due[stream] = time + move + packet.duration() * unit;
      latest = Double.isNaN(latest) ? due[stream] : Math.max(latest, due[stream]);
    }
    long ticks = Math.round(move / unit);
    packet.dts(packet.dts() + ticks);
    packet.pts(packet.pts() == AV_NOPTS_VALUE ? AV_NOPTS_VALUE : packet.pts() + ticks);
  }

  /** Returns the part, from one on, in which a time is closest to what is due. */
  private int nearest(int from, double time) {
    int nearest = from;
    for (int i = from + 1; i < moves.size(); i++) {
      if (Math.abs(time + moves.get(i) - latest) < Math.abs(time + moves.get(nearest) - latest)) {
        nearest = i;
      }
    }
    return nearest;
  }
}
