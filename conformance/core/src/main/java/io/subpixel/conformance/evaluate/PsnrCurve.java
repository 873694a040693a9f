package io.subpixel.conformance.evaluate;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.internal.Fonts;
import io.subpixel.trainer.internal.report.Curves;
import io.subpixel.trainer.internal.report.Curves.Moment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * PSNR over time as a PNG picture, which only appears once it is committed. In a long clip each
 * point is the mean of several frames, so that the number of points is bounded.
 */
public final class PsnrCurve implements Closeable {
  private static final int MAX_POINTS = 1000;

  private final AtomicFile file;
  private final String title;
  private final List<Moment> moments = new ArrayList<>();
  private int perMoment = 1;
  private final List<Moment> pending = new ArrayList<>();

  private PsnrCurve(AtomicFile file, String title) {
    this.file = file;
    this.title = title;
  }

  /**
   * Begins a temporary file, so that an unwritable place is found at once.
   *
   * @param title above the curve
   * @throws UnavailableException if this machine has no fonts
   */
  public static PsnrCurve create(Path target, String title) throws IOException {
    if (!Fonts.areThere()) {
      throw new UnavailableException(target + ": expected fonts for a curve, received none");
    }
    AtomicFile file = AtomicFile.create(target);
    try {
      Files.createFile(file.temporary());
      return new PsnrCurve(file, title);
    } catch (FileSystemException e) {
      throw file.explained(e);
    }
  }

  /** Adds a frame; where a PSNR is infinite there is a gap. */
  public void add(FrameScore frame) {
    PictureScore s = frame.score();
    pending.add(new Moment(frame.seconds(), s.psnr(), s.bicubicPsnr(), s.bilinearPsnr()));
    if (pending.size() < perMoment) {
      return;
    }
    moments.add(mean(pending));
    pending.clear();
    if (moments.size() == MAX_POINTS) {
      for (int i = 0; i < MAX_POINTS / 2; i++) {
        moments.set(i, mean(moments.subList(2 * i, 2 * i + 2)));
      }
      moments.subList(MAX_POINTS / 2, MAX_POINTS).clear();
      perMoment *= 2;
    }
  }

  /** Draws the curve and moves the file into place. */
  public void commit() throws IOException {
    List<Moment> all = new ArrayList<>(moments);
    if (!pending.isEmpty()) {
      all.add(mean(pending));
    }
    Files.write(file.temporary(), Curves.alongClip(title, all));
    file.commit();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Their mean, at the first of their times. */
  private static Moment mean(List<Moment> some) {
    return new Moment(
        some.get(0).seconds(),
        some.stream().mapToDouble(Moment::psnr).average().orElseThrow(),
        some.stream().mapToDouble(Moment::bicubicPsnr).average().orElseThrow(),
        some.stream().mapToDouble(Moment::bilinearPsnr).average().orElseThrow());
  }
}
