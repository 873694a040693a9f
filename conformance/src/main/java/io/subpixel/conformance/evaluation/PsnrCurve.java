package io.subpixel.conformance.evaluation;

import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.trainer.report.Curves;
import io.subpixel.trainer.report.Curves.Moment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * PSNR along a clip as a PNG picture; there is none unless it is committed. Of a long clip each
 * point is the mean of some frames, so that there are at most as many as can be seen.
 */
public final class PsnrCurve implements Closeable {
  private static final int MOST = 1000;

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
   * Begins a file, under another name, so that a place that can't be written to shows at once.
   *
   * @param title above the curve
   */
  public static PsnrCurve create(Path target, String title) throws IOException {
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
    if (moments.size() == MOST) {
      for (int i = 0; i < MOST / 2; i++) {
        moments.set(i, mean(moments.subList(2 * i, 2 * i + 2)));
      }
      moments.subList(MOST / 2, MOST).clear();
      perMoment *= 2;
    }
  }

  /** Draws what was added, and gives the file its name. */
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

  /** At the first of their times. */
  private static Moment mean(List<Moment> some) {
    return new Moment(
        some.get(0).seconds(),
        some.stream().mapToDouble(Moment::psnr).average().orElseThrow(),
        some.stream().mapToDouble(Moment::bicubicPsnr).average().orElseThrow(),
        some.stream().mapToDouble(Moment::bilinearPsnr).average().orElseThrow());
  }
}
