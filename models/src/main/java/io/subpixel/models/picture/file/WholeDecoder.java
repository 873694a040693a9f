package io.subpixel.models.picture.file;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A picture that can't be decoded in parts: it is decoded when its first row is asked for. */
final class WholeDecoder implements Decoder {
  private final PictureLayout layout;
  private final Metadata metadata;
  private final Loader loader;
  private @Nullable BufferedImage image;
  private int next;

  /** Decodes the file. */
  interface Loader {
    BufferedImage load() throws IOException;
  }

  WholeDecoder(PictureLayout layout, Metadata metadata, Loader loader) {
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
            "its data are " + Samples.layout(whole, "picture") + ", its header says " + layout);
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
