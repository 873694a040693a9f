package io.subpixel.pictures.internal.tiff;

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

/** TIFF. */
public final class TiffCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.TIFF;
  }

  @Override
  public boolean recognises(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.matches("(?s)(II[*+]\0|MM\0[*+]).*");
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return TiffFile.open(source, maxPixels);
  }

  @Override
  public int pages(PictureSource source) throws IOException {
    return TiffFile.pages(source);
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    return new TiffEncoder(out, layout, metadata, options);
  }

  @Override
  public Limits limits() {
    return Offsets32.LIMITS;
  }
}
