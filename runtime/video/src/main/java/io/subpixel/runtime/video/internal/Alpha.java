package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_new_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/** The alpha of VP8 and VP9, which Matroska and WebM store next to the frames. */
final class Alpha {
  /** FFmpeg's name of Matroska's element, which it exposes as a tag. */
  static final String TAG = "alpha_mode";

  private Alpha() {}

  /** Returns whether a stream declares alpha. */
  static boolean isTold(AVStream stream) {
    AVDictionaryEntry tag = av_dict_get(stream.metadata(), TAG, null, 0);
    return tag != null && Natives.text(tag.value()).equals("1");
  }

  /** Returns the alpha of a packet; empty if there is none. */
  static byte[] of(AVPacket packet) {
    try (SizeTPointer size = new SizeTPointer(1)) {
      BytePointer data =
          av_packet_get_side_data(packet, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, size);
      if (data == null || data.isNull()) {
        return new byte[0];
      }
      byte[] bytes = new byte[(int) size.get()];
      data.get(bytes);
      return bytes;
    }
  }

  /** Adds alpha to a packet, unless it is empty. */
  static void put(AVPacket packet, byte[] bytes) {
    if (bytes.length > 0) {
      av_packet_new_side_data(packet, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, bytes.length)
          .put(bytes, 0, bytes.length);
    }
  }
}
