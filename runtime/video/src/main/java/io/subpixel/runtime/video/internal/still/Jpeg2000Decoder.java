package io.subpixel.runtime.video.internal.still;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_JPEG2000;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.WholeDecoder;
import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** A JPEG 2000 that is decoded as a whole when its first row is asked for. */
final class Jpeg2000Decoder {
  /** FFmpeg's coefficients of 32 bits and its frame, beside our samples. */
  private static final int BYTES_A_SAMPLE = 8;

  private final PictureSource source;
  private final Jpeg2000File file;

  /** Opens a picture; its first row decodes it. */
  static PictureDecoder open(PictureSource source, Jpeg2000File file) throws IOException {
    Jpeg2000Decoder decoder = new Jpeg2000Decoder(source, file);
    return new WholeDecoder(file.layout(), file.metadata(), () -> decoder.decoded()::copyTo);
  }

  private Jpeg2000Decoder(PictureSource source, Jpeg2000File file) throws IOException {
    this.source = source;
    this.file = file;
    PictureLayout layout = file.layout();
    StillFrames.requireFits(source, layout.pixels() * layout.channels() * BYTES_A_SAMPLE);
  }

  private Rows decoded() throws IOException {
    PictureLayout layout = file.layout();
    AVFrame frame = StillFrames.decode(AV_CODEC_ID_JPEG2000, source, layout);
    try {
      Rows rows = StillFrames.rows(frame, layout);
      spread(rows);
      return rows;
    } finally {
      av_frame_free(frame);
    }
  }

  /**
   * FFmpeg leaves the lower bits of 8 or 16 empty where samples have fewer; white is to be white.
   */
  private void spread(Rows rows) {
    int[] depths = file.depths();
    for (int c = 0; c < depths.length; c++) {
      int missing = rows.depth() - depths[c];
      if (missing <= 0) {
        continue;
      }
      long most = (1L << depths[c]) - 1;
      for (int y = 0; y < rows.count(); y++) {
        for (int x = 0; x < rows.width(); x++) {
          long sample = rows.at(y, x, c) >> missing;
          rows.put(y, x, c, (int) ((sample * rows.greatest() + most / 2) / most));
        }
      }
    }
  }
}
