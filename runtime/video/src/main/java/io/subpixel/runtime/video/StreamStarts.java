package io.subpixel.runtime.video;

import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entry;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;

/** When a clip's streams begin, in seconds by the timestamps that a reader hands on. */
final class StreamStarts {
  private StreamStarts() {}

  /** The first packet's time, as far as that is known ahead. */
  static double of(ClipReader source, AVStream stream) {
    return source.isCut()
        ? 0
        : begin(stream) * Natives.ratio(stream.time_base()).value()
            - source.shift() * source.facts().timeBase().value();
  }

  /** When the first of frames and sound begins. */
  static double earliest(ClipReader source) {
    ClipFacts facts = source.facts();
    double earliest = (source.nativeFirst().pts() - source.shift()) * facts.timeBase().value();
    for (int i = 0; i < source.nativeInput().nb_streams(); i++) {
      AVStream stream = source.nativeInput().streams(i);
      if (source.isCopied(i) && stream.codecpar().codec_type() == AVMEDIA_TYPE_AUDIO) {
        earliest = Math.min(earliest, of(source, stream));
      }
    }
    return earliest;
  }

  /** The first packet's timestamp in the file: FFmpeg's start is what is heard. */
  private static long begin(AVStream stream) {
    AVIndexEntry first = avformat_index_get_entry(stream, 0);
    if (first != null) {
      return first.timestamp();
    }
    return stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
  }
}
