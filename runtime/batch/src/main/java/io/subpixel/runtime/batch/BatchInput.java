package io.subpixel.runtime.batch;

import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.PictureInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Something to upscale. {@code toString} gives its name in messages.
 *
 * @since 0.1
 */
public sealed interface BatchInput {
  /** Returns what an upscaler reads. */
  PictureInput picture();

  /**
   * A file, or one of its pages.
   *
   * @param file the file
   * @param relative its path relative to the folder in which it was found, or its name if it was
   *     given explicitly
   * @param page the page, from 1; 0 for the only one
   * @param pages how many the file has
   */
  record File(Path file, Path relative, int page, int pages) implements BatchInput {
    /** A file of one page. */
    public File(Path file, Path relative) {
      this(file, relative, 0, 1);
    }

    /** Returns one of its pages, from 1. */
    File page(int number, int of) {
      return new File(file, relative, number, of);
    }

    /** Returns what a page's output has after the name: its number, padded so that names sort. */
    String suffix() {
      return page == 0 ? "" : "-" + "0".repeat(digits(pages) - digits(page)) + page;
    }

    private static int digits(int number) {
      return Integer.toString(number).length();
    }

    /** Opens the picture. */
    PictureReader open(long maxPixels) throws IOException {
      return page == 0
          ? PictureReader.open(file, maxPixels)
          : PictureReader.open(PictureSource.of(file, file.toString()).withPage(page), maxPixels);
    }

    @Override
    public PictureInput picture() {
      return page == 0 ? PictureInput.of(file) : PictureInput.of(file, page);
    }

    @Override
    public String toString() {
      return page == 0 ? file.toString() : file + ", page " + page;
    }
  }

  /** Any other picture, such as an object in a store. */
  record Other(PictureInput picture) implements BatchInput {
    @Override
    public String toString() {
      return picture.toString();
    }
  }

  /**
   * A stream, such as standard input.
   *
   * @param name its name in messages
   */
  record Stream(InputStream in, String name) implements BatchInput {
    @Override
    public PictureInput picture() {
      return PictureInput.of(in, name);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
