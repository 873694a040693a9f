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
 * Lets time go on where that of a transport stream jumps back, as where recordings were joined:
 * what follows is moved behind what came before, by as much in all streams. Other containers have
 * no such jumps.
 */
final class TimeJumps {
  /** Less is what streams are mended for one by one. */
  private static final double MIN_SECONDS = 0.1;

  private final AVFormatContext input;
  private final boolean mends;

  /** Seconds by which each part is moved; a straggler may still belong to the one before. */
  private final List<Double> moves = new ArrayList<>();

  /**
   * Of each stream: the part in which it is, and when its next packet is due, in mended seconds.
   */
  private final int[] parts;

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

  /** Forgets all, as the file is read from another place. */
  void forget() {
    moves.clear();
    moves.add(0.0);
    Arrays.fill(parts, 0);
    Arrays.fill(due, Double.NaN);
    latest = Double.NaN;
  }

  /** Gives a packet its place in the time that goes on. */
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

  /** The part, from one on, in which a time comes the nearest to what is due. */
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
