package io.subpixel.runtime.video.internal.still;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_EXR;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.WholeDecoder;
import io.subpixel.pictures.internal.colour.Srgb;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.javacpp.BytePointer;

/**
 * An OpenEXR that is decoded as a whole when its first row is asked for. Its samples are linear
 * light, 1 is white, and colours are premultiplied by alpha; rows get them as sRGB, clipped, with
 * straight alpha.
 */
final class ExrDecoder {
  /** FFmpeg's four planes of 32 bits, beside our samples of 16. */
  private static final int BYTES_A_PIXEL = 4 * 4 + 4 * 2;

  private final PictureSource source;
  private final ExrFile file;

  /** Opens a picture; its first row decodes it. */
  static PictureDecoder open(PictureSource source, ExrFile file) throws IOException {
    ExrDecoder decoder = new ExrDecoder(source, file);
    return new WholeDecoder(file.layout(), Metadata.NONE, () -> decoder.decoded()::copyTo);
  }

  private ExrDecoder(PictureSource source, ExrFile file) throws IOException {
    this.source = source;
    this.file = file;
    StillFrames.requireFits(source, file.layout().pixels() * BYTES_A_PIXEL);
  }

  private Rows decoded() throws IOException {
    PictureLayout layout = file.layout();
    AVFrame frame = StillFrames.decode(AV_CODEC_ID_EXR, source, layout);
    try {
      return rows(frame, layout);
    } finally {
      av_frame_free(frame);
    }
  }

  private Rows rows(AVFrame frame, PictureLayout layout) throws IOException {
    AVPixFmtDescriptor format = av_pix_fmt_desc_get(frame.format());
    boolean hasAlpha = layout.channels() % 2 == 0;
    int colours = layout.channels() - (hasAlpha ? 1 : 0);
    if (format.nb_components() < layout.channels() || format.comp(0).depth() < 16) {
      throw new IOException("its samples are of another kind than its header says");
    }
    Rows rows = new Rows(layout.height(), layout);
    float[][] planes = new float[layout.channels()][layout.width()];
    double[] pixel = new double[3];
    for (int y = 0; y < layout.height(); y++) {
      for (int c = 0; c < planes.length; c++) {
        boolean isAlpha = hasAlpha && c == colours;
        int component = isAlpha ? format.nb_components() - 1 : c;
        readRow(frame, format.comp(component), y, planes[c]);
      }
      for (int x = 0; x < layout.width(); x++) {
        double alpha = hasAlpha ? Math.max(0, Math.min(1, planes[colours][x])) : 1;
        for (int c = 0; c < colours; c++) {
          pixel[c] = alpha > 0 ? planes[c][x] / alpha : 0;
        }
        if (colours == 3 && !file.primaries().isSrgb()) {
          file.primaries().convert(pixel);
        }
        for (int c = 0; c < colours; c++) {
          rows.put(y, x, c, encoded(pixel[c], rows.greatest()));
        }
        if (hasAlpha) {
          rows.put(y, x, colours, (int) Math.rint(alpha * rows.greatest()));
        }
      }
    }
    return rows;
  }

  private static void readRow(AVFrame frame, AVComponentDescriptor component, int y, float[] into) {
    long start = (long) y * frame.linesize(component.plane());
    boolean isHalf = component.depth() == 16;
    ByteBuffer samples =
        new BytePointer(frame.data(component.plane()))
            .position(start)
            .capacity(start + (isHalf ? 2L : 4L) * into.length)
            .asByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    if (isHalf) {
      ShortBuffer halves = samples.asShortBuffer();
      for (int x = 0; x < into.length; x++) {
        into[x] = ofHalf(halves.get(x));
      }
    } else {
      samples.asFloatBuffer().get(into);
    }
  }

  /** The value of IEEE 754's binary16, which Java 17 doesn't convert. */
  private static float ofHalf(short bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    float magnitude =
        exponent == 31
            ? fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN
            : Math.scalb(
                (float) (exponent == 0 ? fraction : 1024 + fraction), Math.max(1, exponent) - 25);
    return bits < 0 ? -magnitude : magnitude;
  }

  /** What isn't a number becomes black. */
  private static int encoded(double light, int greatest) {
    return (int) Math.rint(greatest * Srgb.encoded(light > 0 ? Math.min(1, light) : 0));
  }
}
