package io.subpixel.pictures.internal.bmp;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureCodec;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.codec.Offsets32;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/** Windows bitmaps. */
public final class BmpCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.BMP;
  }

  @Override
  public boolean recognises(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.startsWith("BM");
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return new BmpDecoder(source, maxPixels);
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    return new BmpEncoder(out, layout, metadata);
  }

  @Override
  public Limits limits() {
    return Offsets32.LIMITS;
  }
}
