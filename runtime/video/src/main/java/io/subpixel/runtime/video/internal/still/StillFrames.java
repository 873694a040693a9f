package io.subpixel.runtime.video.internal.still;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_count_planes;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.runtime.video.internal.FilterGraph;
import io.subpixel.runtime.video.internal.Natives;
import io.subpixel.runtime.video.internal.Ratio;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Single pictures through FFmpeg's decoders, and their samples as rows. */
final class StillFrames {
  /** Decoders work on whole blocks. */
  private static final int BLOCK = 128;

  private static final long MAX_BYTES = 1L << 30;

  private StillFrames() {}

  /**
   * Requires that a file can be decoded as a whole.
   *
   * @param decoded bytes that its decoder and its samples take
   * @throws InvalidInputException if they don't fit into memory
   */
  static void requireFits(PictureSource source, long decoded) throws IOException {
    if (source.size() > MAX_BYTES) {
      throw new InvalidInputException(
          source.where(), "an image of at most " + MAX_BYTES + " bytes", source.size() + " bytes");
    }
    DecodeErrors.requireMemory(decoded + 2 * source.size(), source.where());
  }

  /** Decodes a file that its decoder takes as it is; the caller frees the frame. */
  static AVFrame decode(int codec, PictureSource source, PictureLayout layout) throws IOException {
    byte[] bytes;
    try (GuardedInput in = new GuardedInput(source)) {
      bytes = new byte[(int) in.length()];
      in.readFully(bytes);
    }
    return decode(codec, null, new byte[0], bytes, layout.width(), layout.height());
  }

  /**
   * Decodes one picture.
   *
   * @param codec FFmpeg's number of it
   * @param preferred FFmpeg's name of the decoder to use where there are several, or null
   * @param configuration what the container says to the decoder; may be empty
   * @param width columns that the container promises
   * @param height rows that it promises
   * @return a frame of at least that size, which the caller frees
   * @throws UnavailableException if this build of FFmpeg has no such decoder
   * @throws IOException if it can't be decoded, or is smaller
   */
  static AVFrame decode(
      int codec,
      @Nullable String preferred,
      byte[] configuration,
      byte[] data,
      int width,
      int height)
      throws IOException {
    Natives.silence();
    AVCodec decoder = preferred == null ? null : avcodec_find_decoder_by_name(preferred);
    if (decoder == null) {
      decoder = avcodec_find_decoder(codec);
    }
    String name = avcodec_get_name(codec).getString();
    if (decoder == null) {
      throw new UnavailableException(
          name + ": expected a decoder in this build of FFmpeg, received none");
    }
    AVCodecContext context = avcodec_alloc_context3(decoder);
    AVPacket packet = av_packet_alloc();
    AVFrame frame = av_frame_alloc();
    boolean decoded = false;
    try {
      // A picture that is as good as whole can't be told from a broken one.
      context
          .err_recognition(AV_EF_EXPLODE)
          .thread_count(1)
          .max_pixels((width + (long) BLOCK) * (height + (long) BLOCK));
      if (configuration.length > 0) {
        BytePointer extra =
            new BytePointer(av_mallocz(configuration.length + (long) AV_INPUT_BUFFER_PADDING_SIZE));
        extra.capacity(configuration.length).put(configuration);
        context.extradata(extra).extradata_size(configuration.length);
      }
      check(avcodec_open2(context, decoder, (AVDictionary) null));
      check(av_new_packet(packet, data.length));
      packet.data().capacity(data.length).put(data);
      check(avcodec_send_packet(context, packet));
      check(avcodec_send_packet(context, (AVPacket) null));
      check(avcodec_receive_frame(context, frame));
      boolean isDamaged =
          frame.decode_error_flags() != 0 || (frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0;
      if (isDamaged) {
        throw new IOException("its " + name + " data are damaged");
      } else if (frame.width() < width || frame.height() < height) {
        throw new IOException(
            "its %s data are an image of %dx%d, its header says %dx%d"
                .formatted(name, frame.width(), frame.height(), width, height));
      }
      decoded = true;
      return frame;
    } finally {
      av_packet_free(packet);
      avcodec_free_context(context);
      if (!decoded) {
        av_frame_free(frame);
      }
    }
  }

  /** An empty frame of the format and colours of another one. */
  static AVFrame like(AVFrame other, int width, int height) throws IOException {
    AVFrame frame = av_frame_alloc();
    frame.width(width).height(height).format(other.format());
    frame
        .colorspace(other.colorspace())
        .color_range(other.color_range())
        .chroma_location(other.chroma_location());
    if (av_frame_get_buffer(frame, 0) < 0) {
      av_frame_free(frame);
      throw new IOException("there is no memory for its samples");
    }
    return frame;
  }

  /** Copies what of one frame fits into another of its format, from an even place on. */
  static void copy(AVFrame from, int width, int height, AVFrame into, int x, int y)
      throws IOException {
    if (from.format() != into.format()) {
      throw new IOException("the tiles of its grid differ");
    }
    AVPixFmtDescriptor format = av_pix_fmt_desc_get(into.format());
    int columns = Math.min(width, into.width() - x);
    int rows = Math.min(height, into.height() - y);
    for (int plane = 0; plane < av_pix_fmt_count_planes(into.format()); plane++) {
      int across = plane == 1 || plane == 2 ? format.log2_chroma_w() : 0;
      int down = plane == 1 || plane == 2 ? format.log2_chroma_h() : 0;
      int step = format.comp(plane).step();
      long length = -(-columns >> across) * (long) step;
      for (int row = 0; row < -(-rows >> down); row++) {
        BytePointer source =
            new BytePointer(from.data(plane)).position((long) row * from.linesize(plane));
        BytePointer target =
            new BytePointer(into.data(plane))
                .position(
                    ((y >> down) + (long) row) * into.linesize(plane)
                        + (long) (x >> across) * step);
        Pointer.memcpy(target, source, length);
      }
    }
  }

  /**
   * The samples of a frame, of their full range: grey, or R, G and B by the frame's own matrix, and
   * alpha if the layout has it.
   *
   * @param frame with presentation facts that may change
   * @param layout of the frame's size
   */
  static Rows rows(AVFrame frame, PictureLayout layout) throws IOException {
    if (layout.channels() == 1) {
      // The first plane as it is: FFmpeg's scaler takes grey for full range, or not, by its depth.
      AVPixFmtDescriptor format = av_pix_fmt_desc_get(frame.format());
      int depth = format.comp(0).depth();
      // Read as wider samples than there are, the plane would end too early.
      if (format.comp(0).step() != layout.depth() / 8) {
        throw new IOException(
            "its samples have " + depth + " bits, its header says another number of them");
      }
      return rowsOf(frame, layout, depth, frame.color_range() == AVCOL_RANGE_MPEG);
    }
    String pixels =
        List.of("gray", "ya8", "rgb24", "rgba", "gray16le", "ya16le", "rgb48le", "rgba64le")
            .get(layout.channels() - 1 + (layout.depth() == 8 ? 0 : 4));
    // Else it would want to convert these, too, and can't.
    frame.color_primaries(AVCOL_PRI_UNSPECIFIED).color_trc(AVCOL_TRC_UNSPECIFIED);
    try (FilterGraph graph =
        FilterGraph.of(
            FilterGraph.SCALER + ":out_range=pc,format=" + pixels,
            frame,
            Natives.rational(new Ratio(1, 1)))) {
      frame.pts(0);
      graph.put(frame);
      AVFrame converted = graph.take();
      if (converted == null) {
        throw new IOException("FFmpeg doesn't convert its samples");
      }
      try {
        return rowsOf(converted, layout, layout.depth(), false);
      } finally {
        av_frame_free(converted);
      }
    }
  }

  private static Rows rowsOf(AVFrame frame, PictureLayout layout, int depth, boolean isStudio) {
    Rows rows = new Rows(layout.height(), layout);
    int length = rows.rowLength();
    BytePointer data = frame.data(0);
    for (int y = 0; y < layout.height(); y++) {
      data.position((long) y * frame.linesize(0));
      if (layout.depth() == 8) {
        data.get(rows.bytes(), y * length, length);
      } else {
        ShortBuffer samples =
            data.capacity(data.position() + 2L * length)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
        samples.get(rows.shorts(), y * length, length);
      }
    }
    if (isStudio || depth < layout.depth()) {
      stretch(rows, depth, isStudio);
    }
    return rows;
  }

  /** From code values of a depth and range (ITU-T H.273, 8.3) to all that the rows can hold. */
  private static void stretch(Rows rows, int depth, boolean isStudio) {
    int black = isStudio ? 16 << (depth - 8) : 0;
    int range = isStudio ? 219 << (depth - 8) : (1 << depth) - 1;
    for (int y = 0; y < rows.count(); y++) {
      for (int x = 0; x < rows.width(); x++) {
        int level = Math.min(Math.max(rows.at(y, x, 0) - black, 0), range);
        rows.put(y, x, 0, (int) (((long) level * rows.greatest() + range / 2) / range));
      }
    }
  }

  private static void check(int code) throws IOException {
    if (code < 0) {
      throw new IOException("FFmpeg: " + Natives.message(code));
    }
  }
}
