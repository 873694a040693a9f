package io.subpixel.pictures.internal.jpeg;

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

/** JPEG: reads grey and RGB row by row, CMYK as a whole. */
public final class JpegCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.JPEG;
  }

  @Override
  public boolean recognises(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.startsWith("\u00ff\u00d8\u00ff");
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return JpegFile.open(source, maxPixels);
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    return new JpegEncoder(out, layout, metadata, options);
  }

  @Override
  public Limits limits() {
    return new Limits(JpegFile.MAX_SIDE, Long.MAX_VALUE);
  }
}
