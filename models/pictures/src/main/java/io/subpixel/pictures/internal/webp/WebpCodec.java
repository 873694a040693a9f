package io.subpixel.pictures.internal.webp;

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

/** WebP, read and written as a whole by libwebp. */
public final class WebpCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.WEBP;
  }

  @Override
  public boolean recognises(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.startsWith("RIFF") && text.startsWith("WEBP", 8);
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return WebpFile.open(source, maxPixels);
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    return new WebpEncoder(out, layout, metadata, options, where);
  }

  @Override
  public Limits limits() {
    return new Limits(WebpFile.MAX_SIDE, Long.MAX_VALUE);
  }

  @Override
  public int storedChannels(PictureLayout layout) {
    return layout.hasAlpha() ? 4 : 3;
  }
}
