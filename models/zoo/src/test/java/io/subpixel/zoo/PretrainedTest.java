package io.subpixel.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PretrainedTest {
  @Test
  void namesAreThoseOfTheFolders() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("../pretrained"))) {
      assertThat(Pretrained.names())
          .containsExactlyInAnyOrderElementsOf(
              folders
                  .filter(Files::isDirectory)
                  .map(folder -> folder.getFileName().toString())
                  .toList());
    }
    assertThat(Pretrained.names()).contains(Pretrained.DEFAULT);
  }

  @Test
  void eachHasACardOfItsNameAndAFile() {
    for (String name : Pretrained.names()) {
      ModelCard card = Pretrained.card(name);
      assertThat(card.name()).isEqualTo(name);
      // What was blended of two trainings states the digests of both instead.
      Object blend = card.unknown().get("blend");
      String digests = blend == null ? String.valueOf(card.weightsSha256()) : blend.toString();
      assertThat(digests).containsPattern("[0-9a-f]{64}");
      assertThat(card.scores()).isNotEmpty();
      assertThat(Pretrained.onnx(name)).hasSizeGreaterThan(1000);
    }
  }

  @Test
  void eachScaleHasADefault() {
    assertThat(Pretrained.ofScale(2)).isEqualTo(Pretrained.DEFAULT);
    for (int scale = 2; scale <= 4; scale++) {
      assertThat(Pretrained.card(Pretrained.ofScale(scale)).scale()).isEqualTo(scale);
    }
    assertThatThrownBy(() -> Pretrained.ofScale(5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scale: expected 2, 3 or 4, received 5");
  }

  @Test
  void thePageSaysWhatTheCardsSay() throws IOException {
    String page = Files.readString(Path.of("../../docs/models.md"));
    for (String name : Pretrained.names()) {
      ModelCard card = Pretrained.card(name);
      ModelCard.Score set5 = score(card, "Set5");
      ModelCard.Score set14 = score(card, "Set14");
      assertThat(page)
          .contains(
              String.format(
                  Locale.ROOT,
                  "| `%s` | %d | %,d | %,d | %s | %s | %.2f dB / %.2f dB |",
                  name,
                  card.scale(),
                  card.parameters(),
                  card.macsPerLrPixel(),
                  figures(set5),
                  figures(set14),
                  set5.bicubicPsnr(),
                  set14.bicubicPsnr()));
    }
  }

  private static ModelCard.Score score(ModelCard card, String set) {
    return card.scores().stream().filter(s -> s.data().equals(set)).findFirst().orElseThrow();
  }

  private static String figures(ModelCard.Score score) {
    return String.format(Locale.ROOT, "%.2f dB / %.4f", score.psnr(), score.ssim());
  }

  @Test
  void anUnknownNameIsRefused() {
    for (String name : new String[] {"", "espcn", "../espcn-x2", "ESPCN-X2"}) {
      assertThatThrownBy(() -> Pretrained.card(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("model: expected one of " + Pretrained.names() + ", received " + name);
      assertThatThrownBy(() -> Pretrained.onnx(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
