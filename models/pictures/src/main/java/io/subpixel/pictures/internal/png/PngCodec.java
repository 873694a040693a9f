package io.subpixel.pictures.internal.png;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/** PNG (ISO/IEC 15948). */
public final class PngCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.PNG;
  }

  @Override
  public boolean recognises(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.startsWith("\u0089PNG\r\n\u001a\n");
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return new PngDecoder(source, maxPixels);
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    return new PngEncoder(out, layout, metadata, options);
  }
}
