package io.subpixel.pictures.internal.codec;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Decodes a picture that can't be decoded in parts, as soon as its first row is requested. */
public final class WholeDecoder implements PictureDecoder {
  private final PictureLayout layout;
  private final Metadata metadata;
  private final Loader loader;
  private @Nullable BufferedImage image;
  private int next;

  /** Decodes the file. */
  public interface Loader {
    BufferedImage load() throws IOException;
  }

  public WholeDecoder(PictureLayout layout, Metadata metadata, Loader loader) {
    this.layout = layout;
    this.metadata = metadata;
    this.loader = loader;
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public void read(Rows into, int at, int count) throws IOException {
    BufferedImage whole = image;
    if (whole == null) {
      whole = loader.load();
      if (!Samples.layout(whole, "picture").equals(layout)) {
        throw new IOException(
            "its data is " + Samples.layout(whole, "picture") + ", its header says " + layout);
      }
      image = whole;
    }
    Samples.copy(whole, next, into, at, count);
    next += count;
  }

  @Override
  public void close() {
    image = null;
  }
}
