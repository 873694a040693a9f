package io.subpixel.pictures.internal.pnm;

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

/** Netpbm's formats. */
public final class PnmCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.PNM;
  }

  @Override
  public boolean recognises(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.matches("(?s)P([1-6]\\s|[1-6]#|7\\n).*");
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return new PnmDecoder(source, maxPixels);
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    return new PnmEncoder(out, layout);
  }
}
