package io.subpixel.pictures.codec;

import io.subpixel.pictures.RowSource;
import java.util.OptionalInt;

/**
 * One file being read: its rows as they are stored, before any orientation.
 *
 * @since 0.1
 */
public interface PictureDecoder extends RowSource {
  /** What the file holds besides, as it is there. */
  Metadata metadata();

  /** The quality that its quantisation tables tell, if it has such. */
  default OptionalInt jpegQuality() {
    return OptionalInt.empty();
  }
}
