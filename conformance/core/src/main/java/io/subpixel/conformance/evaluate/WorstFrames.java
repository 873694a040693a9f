package io.subpixel.conformance.evaluate;

import io.subpixel.pictures.Picture;
import io.subpixel.runtime.batch.internal.Rebuilt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The frames with the lowest PSNR of the model. Only their times are kept, not their pictures. */
public final class WorstFrames {
  private static final Comparator<FrameScore> BEST_FIRST =
      Comparator.comparingDouble((FrameScore frame) -> frame.score().psnr()).reversed();
  private static final int GAP = 8;

  private final int count;
  private final PriorityQueue<FrameScore> worst = new PriorityQueue<>(BEST_FIRST);

  /** Keeps a number of frames. */
  public WorstFrames(int count) {
    this.count = count;
  }

  /** Adds a frame. */
  public void add(FrameScore frame) {
    worst.add(frame);
    if (worst.size() > count) {
      worst.remove();
    }
  }

  /** The frames, the worst first. */
  public List<FrameScore> frames() {
    List<FrameScore> frames = new ArrayList<>(worst);
    frames.sort(BEST_FIRST.reversed());
    return frames;
  }

  /** Bicubic, the model and the original beside each other, as grey pictures. */
  public static Picture sheet(Rebuilt pictures) {
    List<Picture> panels = List.of(pictures.bicubic(), pictures.sr(), pictures.hr());
    int width = pictures.hr().width();
    int height = pictures.hr().height();
    int across = panels.size() * (width + GAP) - GAP;
    byte[] samples = new byte[Math.multiplyExact(across, height)];
    Arrays.fill(samples, (byte) 255);
    Picture sheet = new Picture(across, height, 1, samples);
    for (int i = 0; i < panels.size(); i++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          samples[y * across + i * (width + GAP) + x] = (byte) panels.get(i).at(x, y, 0);
        }
      }
    }
    return sheet;
  }
}
