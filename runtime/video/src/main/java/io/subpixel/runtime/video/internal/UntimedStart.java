package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_move_ref;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;

/**
 * Restores timestamps of frames before time 0 in a Matroska file. FFmpeg drops them, which would
 * shift video against audio. Reads ahead to the first known timestamps, and counts back from there.
 */
final class UntimedStart implements AutoCloseable {
  /** More than any codec delays frames for reordering. */
  private static final int REORDERED = 32;

  private static final int MAX_PACKETS = 4096;
  private static final long MAX_BYTES = 1L << 27;

  private final Deque<AVPacket> ahead = new ArrayDeque<>();
  private long begin = AV_NOPTS_VALUE;
  private long step;

  /** Analyses a file that was just opened. Reads nothing from other containers. */
  UntimedStart(AVFormatContext input, int video) {
    if (!Natives.text(input.iformat().name()).startsWith("matroska")) {
      return;
    }
    AVStream stream = input.streams(video);
    double rate = Natives.ratio(stream.avg_frame_rate()).value();
    step = rate > 0 ? Math.round(1 / rate / Natives.ratio(stream.time_base()).value()) : 0;
    long least = Long.MAX_VALUE;
    int untimed = 0;
    int timed = 0;
    long bytes = 0;
    while (timed < (untimed == 0 ? 1 : REORDERED)
        && ahead.size() < MAX_PACKETS
        && bytes < MAX_BYTES) {
      AVPacket packet = av_packet_alloc();
      if (av_read_frame(input, packet) < 0) {
        av_packet_free(packet);
        break;
      }
      ahead.add(packet);
      bytes += packet.size();
      if (packet.stream_index() == video) {
        if (packet.pts() == AV_NOPTS_VALUE) {
          untimed++;
        } else {
          timed++;
          least = Math.min(least, packet.pts());
        }
      }
    }
    if (untimed > 0 && timed > 0 && step > 0) {
      begin = least - untimed * step;
    }
  }

  /** Returns the timestamp of the first frame; AV_NOPTS_VALUE if the file states it. */
  long begin() {
    return begin;
  }

  /** Returns the ticks from one frame to the next. */
  long step() {
    return step;
  }

  /** Moves out the next packet that was read ahead; returns false if there is none left. */
  boolean read(AVPacket into) {
    AVPacket packet = ahead.poll();
    if (packet == null) {
      return false;
    }
    av_packet_move_ref(into, packet);
    av_packet_free(packet);
    return true;
  }

  /** Drops what was read ahead, before reading from another position. */
  @Override
  public void close() {
    ahead.forEach(each -> av_packet_free(each));
    ahead.clear();
  }
}
