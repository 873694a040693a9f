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

/** HEIC: read through FFmpeg's decoder of HEVC. */
public final class HeicCodec implements PictureCodec {
  @Override
  public PictureFormat format() {
    return PictureFormat.HEIC;
  }

  @Override
  public boolean recognises(byte[] start) {
    return Brands.areOfHeif(start) && !Brands.areOfAvif(start);
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
      String where) {
    throw new UnsupportedOperationException("HEIC isn't written");
  }
}
