package io.subpixel.converter;

import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a super-resolution model loses by numbers of fewer bits, by the convention of {@link
 * Metrics}.
 *
 * @param data the pictures that it was measured on
 * @param psnr mean PSNR in dB
 * @param psnrAtFloat32 the same of the model as it was
 * @since 0.1
 */
public record QualityLoss(String data, double psnr, double psnrAtFloat32) {
  private static final int DRAWN_WIDTH = 240;
  private static final int DRAWN_HEIGHT = 180;

  /**
   * Degrades pictures as the card says, and upscales them by both models.
   *
   * @param folder HR pictures; without, a drawn test card
   * @param whole a plain model
   * @param reduced the same with fewer bits
   * @throws io.subpixel.pictures.InvalidInputException if there are no pictures, or the card's
   *     degradation isn't known
   * @throws IOException if they can't be read
   */
  public static QualityLoss measure(Optional<Path> folder, ModelCard card, Path whole, Path reduced)
      throws IOException {
    List<Picture> pictures = new ArrayList<>();
    if (folder.isPresent()) {
      for (Path file : PictureFiles.list(folder.get())) {
        pictures.add(PictureFiles.read(file));
      }
    } else {
      pictures.add(TestCard.draw(DRAWN_WIDTH, DRAWN_HEIGHT, 1));
    }
    Degradation degradation = Degradation.parse(card.degradation());
    double sum = 0;
    double wholeSum = 0;
    try (OnnxRun full = OnnxRun.of(whole);
        OnnxRun half = OnnxRun.of(reduced)) {
      for (Picture picture : pictures) {
        Picture hr = picture.cropToMultiple(card.scale());
        Picture lr = degradation.apply(hr, card.scale(), 0);
        sum += psnr(hr, lr, card, half);
        wholeSum += psnr(hr, lr, card, full);
      }
    }
    String data = folder.map(path -> String.valueOf(path.getFileName())).orElse("a drawn card");
    return new QualityLoss(data, sum / pictures.size(), wholeSum / pictures.size());
  }

  private static double psnr(Picture hr, Picture lr, ModelCard card, OnnxRun model) {
    Picture sr = PixelPath.upscale(lr, card, planes -> PlainModel.run(model, planes));
    return Metrics.psnr(hr, sr, card.scale());
  }
}
