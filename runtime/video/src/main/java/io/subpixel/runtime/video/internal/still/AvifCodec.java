package io.subpixel.runtime.video.internal.still;

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

/** AVIF: read and written through libaom. */
public final class AvifCodec implements PictureCodec {
  /** Of a frame of AV1. */
  private static final int MAX_SIDE = 65536;

  @Override
  public PictureFormat format() {
    return PictureFormat.AVIF;
  }

  @Override
  public boolean recognises(byte[] start) {
    return Brands.areOfAvif(start);
  }

  @Override
  public PictureDecoder open(PictureSource source, long maxPixels) throws IOException {
    return HeifDecoder.open(source, HeifFile.read(source, maxPixels));
  }

  @Override
  public PictureEncoder create(
      SeekableByteChannel out,
      PictureLayout layout,
      Metadata metadata,
      WriteOptions options,
      String where)
      throws IOException {
    return new AvifEncoder(out, layout, metadata, options, where);
  }

  @Override
  public Limits limits() {
    return new Limits(MAX_SIDE, Long.MAX_VALUE);
  }
}
