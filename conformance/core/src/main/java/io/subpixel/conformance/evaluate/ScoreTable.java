package io.subpixel.conformance.evaluate;

import io.subpixel.pictures.internal.AtomicFile;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Scores of frames as a CSV file, which only appears once it is committed. */
public final class ScoreTable implements Closeable {
  private static final String COLUMNS =
      "seconds,psnr,ssim,bicubic_psnr,bicubic_ssim,bilinear_psnr,bilinear_ssim\n";

  private final AtomicFile file;
  private final BufferedWriter writer;

  private ScoreTable(AtomicFile file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Begins a temporary file. */
  public static ScoreTable create(Path target) throws IOException {
    AtomicFile file = AtomicFile.create(target);
    try {
      BufferedWriter writer = Files.newBufferedWriter(file.temporary());
      writer.write(COLUMNS);
      return new ScoreTable(file, writer);
    } catch (FileSystemException e) {
      throw file.explained(e);
    }
  }

  /** Adds a row: seconds, dB, SSIM; an infinite PSNR is {@code Infinity}. */
  public void add(FrameScore frame) throws IOException {
    PictureScore s = frame.score();
    writer.write(
        String.format(
            Locale.ROOT,
            "%.6f,%.4f,%.5f,%.4f,%.5f,%.4f,%.5f\n",
            frame.seconds(),
            s.psnr(),
            s.ssim(),
            s.bicubicPsnr(),
            s.bicubicSsim(),
            s.bilinearPsnr(),
            s.bilinearSsim()));
  }

  /** Moves the file into place. */
  public void commit() throws IOException {
    writer.close();
    file.commit();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      writer.close();
    }
  }
}
