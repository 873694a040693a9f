package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.ExitStatus;
import io.subpixel.converter.cli.ConverterCommand;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.cli.RuntimeCommand;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import onnx.Onnx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.protobuf.ByteString;

/** One file with two sets of weights; two shipped models of one shape stand for them. */
class StrengthTest {
  private static final String PHOTO = "sesr-m5-gaussian-x2";
  private static final String CLEAN = "sesr-m5-x2";

  @TempDir private Path folder;
  private final Commands commands = new Commands();
  private final Picture lr = TestCard.draw(83, 61, 3);
  private Path photo;
  private Path clean;
  private Path joined;

  @BeforeEach
  void join() throws IOException {
    photo = Files.write(folder.resolve("photo.onnx"), Pretrained.onnx(PHOTO));
    clean = Files.write(folder.resolve("clean.onnx"), Pretrained.onnx(CLEAN));
    joined = folder.resolve("joined.onnx");
    assertThat(commands.run(new ConverterCommand(), "blend", photo, clean, "-o", joined))
        .as(commands.err())
        .isEqualTo(ExitStatus.DONE);
  }

  private Picture upscaled(Upscaler.Builder builder) throws IOException {
    try (Upscaler upscaler = builder.open()) {
      return upscaler.upscale(lr);
    }
  }

  private Picture upscaled(double strength) throws IOException {
    return upscaled(Upscaler.builder().model(joined).strength(strength));
  }

  /** What a program that knows nothing of strength would compute. */
  private Onnx.ModelProto blended(double strength) throws IOException {
    Onnx.ModelProto.Builder model =
        Onnx.ModelProto.parseFrom(Files.readAllBytes(photo)).toBuilder();
    Onnx.ModelProto other = Onnx.ModelProto.parseFrom(Files.readAllBytes(clean));
    for (int i = 0; i < model.getGraph().getInitializerCount(); i++) {
      Onnx.TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(i);
      if (tensor.getDataType() == Onnx.TensorProto.DataType.FLOAT_VALUE) {
        ByteBuffer a = little(tensor.getRawData());
        ByteBuffer b = little(other.getGraph().getInitializer(i).getRawData());
        ByteBuffer sum = ByteBuffer.allocate(a.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (a.hasRemaining()) {
          double value = strength * a.getFloat() + (1 - strength) * b.getFloat();
          sum.putFloat((float) value);
        }
        tensor.setRawData(ByteString.copyFrom(sum.flip()));
      }
    }
    return model.build();
  }

  private static ByteBuffer little(ByteString bytes) {
    return ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void bothEndsAreTheModelsThatWereJoined() throws IOException {
    Picture byPhoto = upscaled(Upscaler.builder().model(PHOTO));
    Picture byClean = upscaled(Upscaler.builder().model(CLEAN));
    assertThat(byPhoto).isNotEqualTo(byClean);
    assertThat(upscaled(1)).isEqualTo(byPhoto);
    assertThat(upscaled(0)).isEqualTo(byClean);
    assertThat(upscaled(Upscaler.builder().model(joined))).isEqualTo(byPhoto);
    assertThat(upscaled(Upscaler.builder().model(joined).strength(0).tile(40))).isEqualTo(byClean);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.5, 0.77})
  void whatLiesBetweenIsABlendOfTheWeights(double strength) throws IOException {
    Picture expected = upscaled(Upscaler.builder().model(blended(strength).toByteArray()));
    assertThat(upscaled(strength)).isEqualTo(expected);
    Path plain = folder.resolve("plain.onnx");
    run("blend", joined, "--strength", strength, "-o", plain);
    assertThat(upscaled(Upscaler.builder().model(plain))).isEqualTo(expected);
    Onnx.ModelProto written = Onnx.ModelProto.parseFrom(Files.readAllBytes(plain));
    assertThat(written.getGraph()).isEqualTo(blended(strength).getGraph());
  }

  @Test
  void theGraphIsThatOfThePlainFile() throws IOException {
    Onnx.ModelProto model = Onnx.ModelProto.parseFrom(Files.readAllBytes(joined));
    Onnx.ModelProto plain = Onnx.ModelProto.parseFrom(Files.readAllBytes(photo));
    assertThat(model.getGraph()).isEqualTo(plain.getGraph());
  }

  @Test
  void cardsAreThoseOfTheWeights() throws IOException {
    try (Upscaler upscaler = Upscaler.builder().model(joined).open()) {
      ModelCard card = upscaler.card();
      assertThat(card.hasStrength()).isTrue();
      assertThat(card.weightsSha256()).isEqualTo(Pretrained.card(PHOTO).weightsSha256());
    }
    Path end = folder.resolve("end.onnx");
    run("blend", joined, "--strength", 0, "-o", end);
    assertThat(card(end)).isEqualTo(Pretrained.card(CLEAN));
    run("blend", joined, "--strength", 1, "-o", end);
    assertThat(card(end)).isEqualTo(Pretrained.card(PHOTO));
    run("blend", joined, "--strength", 0.25, "-o", end);
    assertThat(card(end).weightsSha256()).isNull();
    assertThat(card(end).scores()).isEmpty();
    assertThat(card(end).name()).isEqualTo(PHOTO + "-0.25");
  }

  private static ModelCard card(Path model) throws IOException {
    try (Upscaler upscaler = Upscaler.builder().model(model).open()) {
      return upscaler.card();
    }
  }

  @Test
  void theCommandTakesStrengthAndSaysWhichModelsHaveIt() throws IOException {
    Path in = folder.resolve("in.png");
    Path out = folder.resolve("out.png");
    PictureFiles.write(in, lr);
    RuntimeCommand runtime = new RuntimeCommand();
    assertThat(
            commands.run(runtime, "upscale", in, "-o", out, "--model", joined, "--strength", 0.3))
        .as(commands.err())
        .isEqualTo(ExitStatus.DONE);
    assertThat(PictureFiles.read(out)).isEqualTo(upscaled(0.3));
    assertThat(commands.run(new RuntimeCommand(), "models", "--probe", joined)).isZero();
    assertThat(commands.out()).contains("strength          0 to 1 (card)");

    assertThat(
            commands.run(
                new RuntimeCommand(), "upscale", in, "-o", out, "--model", photo, "--strength", 1))
        .isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(commands.err())
        .containsOnlyOnce("\n")
        .contains(photo + ": expected a model with strength");
    assertThat(
            commands.run(
                new RuntimeCommand(), "upscale", in, "-o", out, "--model", joined, "--strength", 2))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(commands.err()).contains("--strength: expected 0 to 1, received 2.0");
  }

  @Test
  void modelsOfAnotherShapeAreRefused() throws IOException {
    Path other = folder.resolve("other.onnx");
    for (String name : new String[] {"sesr-m7-x2", "sesr-m5-rgb-x2", "sesr-m5-x3"}) {
      Files.write(other, Pretrained.onnx(name));
      Path out = folder.resolve("none.onnx");
      assertThat(commands.run(new ConverterCommand(), "blend", photo, other, "-o", out))
          .isEqualTo(ExitStatus.INPUT_FAILED);
      assertThat(commands.err()).containsOnlyOnce("\n").contains(other + ": ");
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void cleanWeightsThatDoNotFitAreRefused() throws IOException {
    Onnx.ModelProto.Builder model =
        Onnx.ModelProto.parseFrom(Files.readAllBytes(joined)).toBuilder();
    for (String wrong : new String[] {"AAAA", "no Base64!"}) {
      for (Onnx.StringStringEntryProto.Builder entry : model.getMetadataPropsBuilderList()) {
        if (entry.getKey().equals(ModelCard.CLEAN_WEIGHTS)) {
          entry.setValue(wrong);
        }
      }
      Files.write(joined, model.build().toByteArray());
      Path in = folder.resolve("in.png");
      PictureFiles.write(in, lr);
      assertThat(
              commands.run(
                  new RuntimeCommand(),
                  "upscale",
                  in,
                  "-o",
                  folder.resolve("out.png"),
                  "--model",
                  joined,
                  "--strength",
                  0.5))
          .isEqualTo(ExitStatus.INPUT_FAILED);
      assertThat(commands.err())
          .containsOnlyOnce("\n")
          .contains(joined + ": metadata subpixel.clean: expected ");
    }
  }

  private void run(Object... args) {
    assertThat(commands.run(new ConverterCommand(), args))
        .as(commands.err())
        .isEqualTo(ExitStatus.DONE);
  }
}
