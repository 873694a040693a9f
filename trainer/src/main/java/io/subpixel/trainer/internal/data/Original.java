package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.video.ClipFrame;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.shards.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** An HR picture that is decoded when it is wanted, so that a set may be larger than memory. */
public sealed interface Original {
  /** The file that it is in, or its name in memory, for messages. */
  String where();

  /** Its name in tables. */
  String name();

  /**
   * Decodes it. For any threads.
   *
   * @throws InvalidInputException if the file is broken, or no longer what it was
   */
  Picture read() throws IOException;

  /** Whether its LR picture was made beforehand. */
  default boolean isDegraded() {
    return false;
  }

  /**
   * Makes a pair of it: with the LR picture that was made beforehand, or else with what {@code
   * degrade} makes of HR.
   *
   * @param hr what {@link #read} gave, cropped to a multiple of the scale
   * @throws InvalidInputException if the LR picture is broken or of another size
   */
  default PicturePair pair(Picture hr, int scale, UnaryOperator<Picture> degrade)
      throws IOException {
    return new PicturePair(hr, degrade.apply(hr));
  }

  /** A picture file. */
  record Still(Path file) implements Original {
    @Override
    public String where() {
      return file.toString();
    }

    @Override
    public String name() {
      return String.valueOf(file.getFileName());
    }

    @Override
    public Picture read() throws IOException {
      return PictureFiles.read(file);
    }
  }

  /**
   * A frame of a clip: grey, its luma in full range.
   *
   * @param file the clip
   * @param seconds from the clip's beginning
   */
  record Frame(Path file, double seconds) implements Original {
    @Override
    public String where() {
      return file.toString();
    }

    @Override
    public String name() {
      return String.format(Locale.ROOT, "%s at %.3f s", file.getFileName(), seconds);
    }

    @Override
    public Picture read() throws IOException {
      ClipFrame frame = ClipFrames.at(file, seconds);
      if (frame.seconds() != seconds) {
        throw new InvalidInputException(
            file.toString(), "a frame at " + seconds + " s", "one at " + frame.seconds() + " s");
      }
      return frame.luma();
    }
  }

  /** A pair of a shard. */
  record InShard(Shard.Pair stored) implements Original {
    @Override
    public String where() {
      return stored.where();
    }

    @Override
    public String name() {
      return stored.name();
    }

    @Override
    public Picture read() throws IOException {
      return stored.hr();
    }

    @Override
    public boolean isDegraded() {
      return true;
    }

    @Override
    public PicturePair pair(Picture hr, int scale, UnaryOperator<Picture> degrade)
        throws IOException {
      Picture lr = stored.lr();
      if (lr.width() * scale != hr.width() || lr.height() * scale != hr.height()) {
        throw new InvalidInputException(
            where(),
            "an LR picture of " + hr.width() / scale + "x" + hr.height() / scale,
            lr.width() + "x" + lr.height());
      }
      return new PicturePair(hr, lr);
    }
  }

  /**
   * A picture in memory, or one that the caller makes.
   *
   * @param name its list and its place in it
   */
  record InMemory(String name, Supplier<Picture> picture) implements Original {
    @Override
    public String where() {
      return name;
    }

    @Override
    public Picture read() {
      return picture.get();
    }
  }
}
