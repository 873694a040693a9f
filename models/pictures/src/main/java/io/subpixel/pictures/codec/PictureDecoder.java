package io.subpixel.pictures.codec;

import io.subpixel.pictures.RowSource;
import java.util.OptionalInt;

/**
 * Reads one file: its rows as stored, before orientation is applied.
 *
 * @since 0.1
 */
public interface PictureDecoder extends RowSource {
  /** Returns the metadata as stored. */
  Metadata metadata();

  /** Returns the quality that its quantisation tables imply, if it has any. */
  default OptionalInt jpegQuality() {
    return OptionalInt.empty();
  }
}
