package io.subpixel.pictures.internal.gif;

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

/** GIF of one frame. */
public final class GifCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.GIF;
  }

  @Override
  public boolean recognises(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.startsWith("GIF87a") || text.startsWith("GIF89a");
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return new GifDecoder(source, maxPixels);
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where) {
    throw new UnsupportedOperationException("GIF isn't written");
  }
}
