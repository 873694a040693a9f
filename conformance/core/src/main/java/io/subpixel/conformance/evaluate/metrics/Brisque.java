package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_quality.QualityBRISQUE;

/**
 * Blind/referenceless image spatial quality evaluator, by OpenCV's module quality: the score that a
 * regression over natural scene statistics gives, 0 to 100, lower is better. Mittal, Moorthy and
 * Bovik, "No-reference image quality assessment in the spatial domain", IEEE Trans. Image
 * Processing 21(12), 2012. For one thread at a time.
 */
public final class Brisque {
  private final QualityBRISQUE measure;

  private Brisque(QualityBRISQUE measure) {
    this.measure = measure;
  }

  /**
   * Reads the regression.
   *
   * @param model OpenCV's {@code brisque_model_live.yml}
   * @param range its {@code brisque_range_live.yml}
   * @throws InvalidInputException if they are something else
   * @throws UnavailableException if OpenCV's natives can't be loaded
   */
  public static Brisque load(Path model, Path range) throws IOException {
    for (Path file : new Path[] {model, range}) {
      // OpenCV's own words for it are a page of C++.
      if (!Files.isReadable(file)) {
        throw new InvalidInputException(file.toString(), "a file of BRISQUE", "none");
      }
    }
    try {
      return new Brisque(QualityBRISQUE.create(model.toString(), range.toString()));
    } catch (LinkageError e) {
      throw new UnavailableException(
          "BRISQUE: expected OpenCV's natives for this machine, received none", e);
    } catch (RuntimeException e) {
      throw new InvalidInputException(
          model.toString(), "a model of BRISQUE and its range", "something else", e);
    }
  }

  /** Measures a picture; alpha is ignored. */
  public double of(Picture picture) {
    int width = picture.width();
    int height = picture.height();
    byte[] samples = picture.samples();
    int channels = picture.channels();
    byte[] bgr = new byte[3 * width * height];
    for (int i = 0, at = 0; i < bgr.length; i += 3, at += channels) {
      bgr[i] = samples[picture.isColour() ? at + 2 : at];
      bgr[i + 1] = samples[picture.isColour() ? at + 1 : at];
      bgr[i + 2] = samples[at];
    }
    try (Mat image = new Mat(height, width, opencv_core.CV_8UC3)) {
      image.data().put(bgr);
      try (Scalar score = measure.compute(image)) {
        return score.get(0);
      }
    }
  }
}
