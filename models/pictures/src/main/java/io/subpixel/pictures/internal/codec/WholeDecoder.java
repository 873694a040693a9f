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
  private final Loader<Whole> loader;
  private @Nullable Whole whole;
  private int next;

  /** The decoded picture. */
  @FunctionalInterface
  public interface Whole {
    /** Copies rows, from a row of the picture to a row of the target. */
    void copyTo(int row, Rows target, int targetRow, int count);
  }

  /** Decodes a file. */
  @FunctionalInterface
  public interface Loader<T> {
    T load() throws IOException;
  }

  public WholeDecoder(PictureLayout layout, Metadata metadata, Loader<Whole> loader) {
    this.layout = layout;
    this.metadata = metadata;
    this.loader = loader;
  }

  /** Returns a decoder of an image that must have the layout that its file's header says. */
  public static WholeDecoder ofImage(
      PictureLayout layout, Metadata metadata, Loader<BufferedImage> loader) {
    return new WholeDecoder(
        layout,
        metadata,
        () -> {
          BufferedImage image = loader.load();
          PictureLayout loaded = Samples.layout(image, "picture");
          if (!loaded.equals(layout)) {
            throw new IOException("its data is " + loaded + ", its header says " + layout);
          }
          return (row, target, targetRow, count) ->
              Samples.copy(image, row, target, targetRow, count);
        });
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
    Whole decoded = whole;
    if (decoded == null) {
      decoded = loader.load();
      whole = decoded;
    }
    decoded.copyTo(next, into, at, count);
    next += count;
  }

  @Override
  public void close() {
    whole = null;
  }
}
