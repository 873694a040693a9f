package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.ProtobufField.Place;
import io.subpixel.runtime.testing.Pictures;
import io.subpixel.runtime.testing.TinyModel;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged models upscale or are refused in one line: no other exception, no crash, nothing that
 * takes long. {@code -Dsubpixel.mutations=N} tries more of each; {@code
 * -Dsubpixel.mutations.from=SEED} goes on from there.
 */
class HostileModelTest {
  private static final int MUTATIONS = Integer.getInteger("subpixel.mutations", 200);
  private static final int FROM = Integer.getInteger("subpixel.mutations.from", 0);
  private static final Duration LONG = Duration.ofSeconds(20);

  // What is between these pads by as many rows and takes gigabytes, which nothing can prevent.
  private static final long[] NUMBERS = {
    0, 1, -1, 2, 3, 7, 8, 16, 127, 255, 4095, 1L << 32, 1L << 40, -2, 1L << 63, ~0L >>> 1
  };

  // Resize is missing: with scales that are computed and of another number than the axes it writes
  // beyond its memory. https://github.com/microsoft/onnxruntime/pull/32722
  private static final List<String> OPERATORS =
      List.of(
          "Add",
          "AveragePool",
          "Cast",
          "Clip",
          "Concat",
          "ConstantOfShape",
          "Conv",
          "ConvTranspose",
          "CumSum",
          "DepthToSpace",
          "Einsum",
          "Expand",
          "Gather",
          "GatherND",
          "GridSample",
          "Identity",
          "If",
          "Loop",
          "MatMul",
          "MaxPool",
          "NonZero",
          "OneHot",
          "PRelu",
          "Pad",
          "QLinearConv",
          "Range",
          "Relu",
          "Reshape",
          "Scan",
          "Shape",
          "Slice",
          "SpaceToDepth",
          "Split",
          "Squeeze",
          "Tile",
          "TopK",
          "Transpose",
          "Trilu",
          "Unique",
          "Unsqueeze",
          "Where");

  private enum Kind {
    TINY,
    TINY_WITHOUT_CARD,
    PIXELS,
    PIXELS_WITHOUT_CARD,
    SHIPPED,
    SHIPPED_WITHOUT_CARD
  }

  private static byte[] whole(Kind kind) {
    return switch (kind) {
      case TINY -> new TinyModel(2, Colour.Y).onnx();
      case TINY_WITHOUT_CARD -> new TinyModel(2, Colour.Y).card(null).onnx();
      case PIXELS -> pixels().onnx();
      case PIXELS_WITHOUT_CARD -> pixels().card(null).onnx();
      case SHIPPED -> Pretrained.onnx("sesr-tiny-x2");
      case SHIPPED_WITHOUT_CARD -> shipped(ModelCard.METADATA_KEY, "another.card1");
    };
  }

  private static TinyModel pixels() {
    return new TinyModel(2, Colour.RGB).bytes().channelsLast().names("image", "upscaled");
  }

  /** A shipped model with other text of the same length in it. */
  private static byte[] shipped(String text, String replacement) {
    return new String(Pretrained.onnx("sesr-tiny-x2"), StandardCharsets.ISO_8859_1)
        .replace(text, replacement)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void damageIsRefusedInOneLine(Kind kind) {
    byte[] whole = whole(kind);
    assertThat(outcome(whole)).isEqualTo("upscaled");
    List<String> faults = new ArrayList<>();
    int refused = 0;
    for (int seed = FROM; seed < FROM + MUTATIONS; seed++) {
      byte[] mutant = mutated(whole, seed);
      String outcome =
          assertTimeoutPreemptively(LONG, () -> outcome(mutant), "seed " + seed + " takes long");
      refused += outcome.startsWith("refused") ? 1 : 0;
      if (!outcome.startsWith("refused") && !outcome.equals("upscaled")) {
        faults.add("seed " + seed + ": " + outcome);
      }
    }
    assertThat(faults).isEmpty();
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }

  private static String outcome(byte[] onnx) {
    Picture lr = Pictures.random(9, 7, 3, 1);
    // So little that what a run takes is measured.
    Upscaler.Builder builder = Upscaler.builder().model(onnx).device(Device.CPU).memory(1L << 26);
    try (Upscaler upscaler = builder.threads(1).open()) {
      Picture sr = upscaler.upscale(lr);
      int scale = upscaler.traits().scale();
      return sr.width() == 9 * scale && sr.height() == 7 * scale ? "upscaled" : "size " + sr;
    } catch (InvalidInputException | IllegalStateException | UnavailableException e) {
      String message = String.valueOf(e.getMessage());
      boolean isLine = message.lines().count() == 1 && message.length() < 400;
      return (isLine ? "refused: " : "lines: ") + message;
    } catch (IOException | RuntimeException | Error e) {
      return e + " at " + Arrays.toString(Arrays.copyOf(e.getStackTrace(), 8));
    }
  }

  private static byte[] mutated(byte[] onnx, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = onnx;
    for (int faults = 1 + random.nextInt(3); faults > 0; faults--) {
      List<ProtobufField> fields = ProtobufField.parse(bytes);
      bytes =
          fields.isEmpty() || random.nextInt(4) == 0
              ? damaged(bytes, random)
              : changed(fields, random);
    }
    return bytes;
  }

  /** Other bytes: mostly no model any more. */
  private static byte[] damaged(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return bytes;
    }
    byte[] damaged = bytes.clone();
    int at = random.nextInt(random.nextBoolean() ? Math.min(400, bytes.length) : bytes.length);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(64));
    switch (random.nextInt(4)) {
      case 0 -> damaged = Arrays.copyOf(bytes, at);
      case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> damaged = joined(bytes, at, end);
      default -> damaged = joined(bytes, end, at);
    }
    return damaged;
  }

  /** The start up to one place and the end from another: something is missing or there twice. */
  private static byte[] joined(byte[] bytes, int startTo, int endFrom) {
    byte[] joined = Arrays.copyOf(bytes, startTo + bytes.length - endFrom);
    System.arraycopy(bytes, endFrom, joined, startTo, bytes.length - endFrom);
    return joined;
  }

  /** Other fields of a file that is well-formed: mostly still a model. */
  private static byte[] changed(List<ProtobufField> fields, SplittableRandom random) {
    List<Place> places = Place.in(fields);
    Place any = any(places, random);
    switch (random.nextInt(7)) {
      case 0 -> any.siblings().remove(any.index());
      case 1 -> any.siblings().add(any.field().copy());
      case 2 -> any.set(any(places, random).field().copy());
      case 3 -> {
        places.removeIf(place -> !place.field().text().matches("[A-Z][A-Za-z]{2,20}"));
        Place operator = places.isEmpty() ? any : any(places, random);
        operator.set(operator.field().withText(OPERATORS.get(random.nextInt(OPERATORS.size()))));
      }
      default -> {
        places.removeIf(place -> !place.field().isNumber());
        Place number = places.isEmpty() ? any : any(places, random);
        number.set(number.field().withNumber(NUMBERS[random.nextInt(NUMBERS.length)]));
      }
    }
    return ProtobufField.toBytes(fields);
  }

  private static Place any(List<Place> places, SplittableRandom random) {
    return places.get(random.nextInt(places.size()));
  }

  /** A tiny model with other numbers in an attribute. */
  private static Upscaler.Builder withAttribute(Kind kind, String name, long value) {
    List<ProtobufField> fields = ProtobufField.parse(whole(kind));
    List<Place> places = Place.in(fields);
    List<ProtobufField> attribute =
        places.stream()
            .filter(place -> place.field().text().equals(name))
            .findAny()
            .get()
            .siblings();
    // The name, the type, then the value or values.
    for (int i = 2; i < attribute.size(); i++) {
      attribute.set(i, attribute.get(i).withNumber(value));
    }
    return Upscaler.builder().model(ProtobufField.toBytes(fields)).device(Device.CPU);
  }

  @Test
  void modelsThatWouldCrashTheProcessAreRejected() {
    for (long fatal : new long[] {1L << 32, 3L << 40, 1L << 62}) {
      assertThatThrownBy(() -> withAttribute(Kind.TINY, "blocksize", fatal).open())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("model: expected an ONNX model, received one with an attribute of " + fatal);
    }
  }

  @Test
  void aDisproportionateResultIsRejectedBeforeItFillsMemory() {
    assertThatThrownBy(() -> withAttribute(Kind.TINY_WITHOUT_CARD, "pads", 100).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "model: expected a super-resolution model: both sides larger by the same integer scale,"
                + " received [1, 1, 402, 402] of [1, 1, 1, 1]");
  }

  @Test
  void namesThatAreNotTextDontPreventMeasuring() throws IOException {
    assertThat(measured(shipped("block0_act", "\u00e4\n\"\\}ock0_")))
        .isEqualTo(measured(whole(Kind.SHIPPED)));
  }

  private static long measured(byte[] onnx) throws IOException {
    Model model = new Model("model", onnx, null);
    try (OnnxNetwork network =
        OnnxNetwork.open(model, Device.CPU, NetworkOptions.DEFAULT).network()) {
      return network.measuredBytesPerLrPixel();
    }
  }
}
