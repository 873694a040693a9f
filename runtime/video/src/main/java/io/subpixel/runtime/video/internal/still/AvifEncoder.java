package io.subpixel.runtime.video.internal.still;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.PngChunk;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.metadata.Exif;
import io.subpixel.runtime.video.internal.Natives;
import io.subpixel.runtime.video.internal.still.Heif.Nclx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** AVIF by libaom, whole; the container is ours. */
final class AvifEncoder implements PictureEncoder {
  /** Our samples, FFmpeg's planes and what libaom keeps of them; measured. */
  private static final int BYTES_A_SAMPLE = 20;

  private static final int SRGB_PRIMARIES = 1;
  private static final int SRGB_TRANSFER = 13;
  private static final int UNSPECIFIED = 2;

  private final WritableByteChannel out;
  private final PictureLayout layout;
  private final Metadata metadata;
  private final WriteOptions options;
  private final Rows colours;
  private final @Nullable Rows opacity;
  private int done;

  AvifEncoder(
      WritableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    this.out = out;
    this.layout = layout;
    this.metadata = metadata;
    this.options = options;
    DecodeErrors.requireMemory(layout.pixels() * layout.channels() * BYTES_A_SAMPLE, where);
    colours = new Rows(layout.height(), layoutOf(layout.isColour() ? 3 : 1));
    opacity = layout.hasAlpha() ? new Rows(layout.height(), layoutOf(1)) : null;
  }

  private PictureLayout layoutOf(int channels) {
    return new PictureLayout(layout.width(), layout.height(), channels, layout.depth());
  }

  @Override
  public void write(Rows from, int at, int count) {
    Rows alpha = opacity;
    if (alpha == null) {
      from.copyTo(at, colours, done, count);
      done += count;
      return;
    }
    int last = layout.channels() - 1;
    for (int i = 0; i < count; i++, done++) {
      for (int x = 0; x < layout.width(); x++) {
        for (int c = 0; c < last; c++) {
          colours.put(done, x, c, from.at(at + i, x, c));
        }
        alpha.put(done, x, 0, from.at(at + i, x, last));
      }
    }
  }

  @Override
  public void finish() throws IOException {
    Natives.silence();
    Rows alpha = opacity;
    Av1Encoder.Quality quality = Av1Encoder.Quality.of(options);
    AvifFile file =
        new AvifFile(
            layout,
            Av1Encoder.encode(colours, layoutOf(colours.channels()), quality),
            // An error at a soft edge would show.
            alpha == null
                ? null
                : Av1Encoder.encode(alpha, layoutOf(1), Av1Encoder.Quality.LOSSLESS),
            nclx(quality),
            metadata.iccProfile(),
            Exif.orDensity(metadata),
            metadata.xmp());
    ByteBuffer bytes = ByteBuffer.wrap(file.encoded());
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Those of the profile if there is one; else those that a PNG or another AVIF had, or sRGB. */
  private Nclx nclx(Av1Encoder.Quality quality) {
    int matrix = layout.isColour() && quality.isLossless() ? Nclx.RGB : Nclx.BT601;
    if (metadata.iccProfile() != null) {
      return new Nclx(UNSPECIFIED, UNSPECIFIED, matrix, true);
    }
    for (PngChunk chunk : metadata.pngChunks()) {
      byte[] data = chunk.data();
      if (chunk.type().equals(HeifFile.CICP) && data.length == 4) {
        return new Nclx(data[0] & 0xff, data[1] & 0xff, matrix, true);
      }
    }
    return new Nclx(SRGB_PRIMARIES, SRGB_TRANSFER, matrix, true);
  }

  @Override
  public void close() {}
}
