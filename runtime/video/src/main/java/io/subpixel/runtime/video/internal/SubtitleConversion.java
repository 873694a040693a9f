package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_ASS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MOV_TEXT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_SSA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_SUBRIP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_TEXT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBVTT;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_decode_subtitle2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_encode_subtitle;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avsubtitle_free;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVSubtitle;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Converts text subtitles between codecs, as containers support different ones. */
final class SubtitleConversion implements AutoCloseable {
  private static final Set<Integer> TEXTS =
      Set.of(
          AV_CODEC_ID_MOV_TEXT,
          AV_CODEC_ID_SUBRIP,
          AV_CODEC_ID_ASS,
          AV_CODEC_ID_SSA,
          AV_CODEC_ID_TEXT,
          AV_CODEC_ID_WEBVTT);

  /** A subtitle is a line or two. */
  private static final int MAX_BYTES = 1 << 16;

  private final Path file;
  private final AVCodecContext decoder;
  private final AVCodecContext encoder;
  private final BytePointer coded = new BytePointer(MAX_BYTES);

  private SubtitleConversion(Path file, AVCodecContext decoder, AVCodecContext encoder) {
    this.file = file;
    this.decoder = decoder;
    this.encoder = encoder;
  }

  /** Returns the text codec that a container supports; 0 if none. */
  private static int target(Container container) {
    return switch (container) {
      case MP4, MOV -> AV_CODEC_ID_MOV_TEXT;
      case MKV -> AV_CODEC_ID_SUBRIP;
      case WEBM -> AV_CODEC_ID_WEBVTT;
      case AVI, Y4M, PNG, GIF, APNG, WEBP -> 0;
    };
  }

  /**
   * Creates a conversion for a stream that a container can't hold.
   *
   * @param file the clip's name in messages
   * @return null if it isn't text, or the container holds no text
   */
  static @Nullable SubtitleConversion of(AVStream stream, Container container, Path file) {
    AVCodecParameters parameters = stream.codecpar();
    int target = target(container);
    if (target == 0 || !TEXTS.contains(parameters.codec_id())) {
      return null;
    }
    AVCodecContext decoder = avcodec_alloc_context3(avcodec_find_decoder(parameters.codec_id()));
    AVCodecContext encoder = avcodec_alloc_context3(avcodec_find_encoder(target));
    SubtitleConversion conversion = new SubtitleConversion(file, decoder, encoder);
    avcodec_parameters_to_context(decoder, parameters);
    decoder.pkt_timebase(stream.time_base());
    if (avcodec_open2(decoder, decoder.codec(), (AVDictionary) null) < 0) {
      conversion.close();
      return null;
    }
    int size = decoder.subtitle_header_size();
    if (size > 0) {
      BytePointer header = new BytePointer(av_mallocz(size + 1L));
      Pointer.memcpy(header, decoder.subtitle_header(), size);
      encoder.subtitle_header(header).subtitle_header_size(size);
    }
    encoder.time_base(Natives.rational(new Ratio(1, 1000)));
    if (avcodec_open2(encoder, encoder.codec(), (AVDictionary) null) < 0) {
      conversion.close();
      return null;
    }
    return conversion;
  }

  /** Describes the new codec in a stream's parameters. */
  void describe(AVCodecParameters to) {
    avcodec_parameters_from_context(to, encoder);
  }

  /**
   * Converts a packet in place, keeping its times.
   *
   * @return whether it shows anything
   */
  boolean convert(AVPacket packet) throws IOException {
    AVSubtitle subtitle = new AVSubtitle();
    try (IntPointer shown = new IntPointer(1)) {
      int code = avcodec_decode_subtitle2(decoder, subtitle, shown, packet);
      if (code < 0 || shown.get() == 0 || subtitle.num_rects() == 0) {
        return false;
      }
      int size = avcodec_encode_subtitle(encoder, coded, MAX_BYTES, subtitle);
      Natives.check(file, size);
      if (size == 0) {
        return false;
      }
      replace(packet, size);
      return true;
    } finally {
      avsubtitle_free(subtitle);
      subtitle.close();
    }
  }

  private void replace(AVPacket packet, int size) {
    long pts = packet.pts();
    long dts = packet.dts();
    long duration = packet.duration();
    int stream = packet.stream_index();
    int flags = packet.flags();
    av_packet_unref(packet);
    av_new_packet(packet, size);
    Pointer.memcpy(packet.data(), coded, size);
    packet.pts(pts).dts(dts).duration(duration).stream_index(stream).flags(flags);
  }

  @Override
  public void close() {
    avcodec_free_context(decoder);
    avcodec_free_context(encoder);
    coded.close();
  }
}
