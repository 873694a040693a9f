package io.subpixel.pictures.internal.webp;

import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.luciad.imageio.webp.WebPWriteParam;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.Samples;
import io.subpixel.pictures.internal.metadata.Exif;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Encodes WebP as a whole with libwebp, through webp-imageio. The container (RFC 9649) is written
 * here.
 */
final class WebpEncoder implements PictureEncoder {
  /** Bytes per pixel: our samples, those of the binding, and libwebp's planes. */
  private static final int BYTES_A_PIXEL = 4 + 4 + 4;

  private final WritableByteChannel out;
  private final PictureLayout layout;
  private final Metadata metadata;
  private final WriteOptions options;
  private final int channels;
  private final byte[] samples;
  private int done;

  WebpEncoder(
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
    Libwebp.require();
    DecodeErrors.requireMemory(layout.pixels() * BYTES_A_PIXEL, where);
    channels = layout.hasAlpha() ? 4 : 3;
    samples = new byte[Math.toIntExact(layout.pixels() * channels)];
  }

  @Override
  public void write(Rows from, int at, int count) {
    int length = from.rowLength();
    byte[] source = from.bytes();
    for (int i = 0; i < count; i++) {
      int start = (at + i) * length;
      int to = done * layout.width() * channels;
      if (layout.isColour()) {
        System.arraycopy(source, start, samples, to, length);
      } else {
        for (int k = start; k < start + length; k += layout.channels(), to += channels) {
          Arrays.fill(samples, to, to + 3, source[k]);
          if (channels == 4) {
            samples[to + 3] = source[k + 1];
          }
        }
      }
      done++;
    }
  }

  @Override
  public void finish() throws IOException {
    ByteBuffer file = ByteBuffer.wrap(contained(encoded()));
    while (file.hasRemaining()) {
      out.write(file);
    }
  }

  private byte[] encoded() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriter writer = new WebPImageWriterSpi().createWriterInstance(null);
      try {
        writer.setOutput(stream);
        // Not typed as the binding's class: without it, this class couldn't be loaded to report
        // that.
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType(options.lossless() ? "Lossless" : "Lossy");
        // For lossless files this is the effort; more gains little for its time.
        parameters.setCompressionQuality(options.lossless() ? 0.5f : options.quality() / 100f);
        ((WebPWriteParam) parameters).setExact(true);
        Picture picture = new Picture(layout.width(), layout.height(), channels, samples);
        writer.write(null, new IIOImage(Samples.of(picture), null, null), parameters);
      } finally {
        writer.dispose();
      }
    }
    return bytes.toByteArray();
  }

  /** Combines the encoder's file with the metadata. */
  private byte[] contained(byte[] encoded) {
    byte[] profile = metadata.iccProfile();
    byte[] exif = Exif.orDensity(metadata);
    byte[] xmp = metadata.xmp();
    if (profile == null && exif == null && xmp == null) {
      return encoded;
    }
    int flags =
        (layout.hasAlpha() ? Riff.ALPHA : 0)
            | (profile == null ? 0 : Riff.ICC)
            | (exif == null ? 0 : Riff.EXIF)
            | (xmp == null ? 0 : Riff.XMP);
    Riff riff = new Riff().extended(flags, layout.width(), layout.height());
    optional(riff, "ICCP", profile);
    ByteBuffer file = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = Riff.HEADER; at + 8 <= encoded.length; ) {
      String type = new String(encoded, at, 4, StandardCharsets.US_ASCII);
      int size = file.getInt(at + 4);
      if (!type.equals("VP8X")) {
        riff.chunk(type, Arrays.copyOfRange(encoded, at + 8, at + 8 + size));
      }
      at += 8 + size + size % 2;
    }
    optional(riff, "EXIF", exif);
    optional(riff, "XMP ", xmp);
    return riff.encoded();
  }

  private static void optional(Riff riff, String type, byte @Nullable [] data) {
    if (data != null) {
      riff.chunk(type, data);
    }
  }

  @Override
  public void close() {}
}
