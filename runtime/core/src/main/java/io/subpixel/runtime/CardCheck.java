package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Plane;
import io.subpixel.runtime.ModelTraits.Origin;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.internal.PixelPath;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Checks whether a model matches its card. */
final class CardCheck {
  private static final int PROBE_WIDTH = 8;
  private static final int PROBE_HEIGHT = 6;

  private CardCheck() {}

  /**
   * Returns the traits that a card states.
   *
   * @param where the model, for messages
   * @param model its session
   * @param bounds those of a run
   * @param given traits that override the card
   * @throws InvalidInputException if the model isn't what the card says, or fails on a few pixels
   */
  static ModelTraits traits(
      String where, Session model, Bounds bounds, ModelCard card, NetworkOptions given)
      throws OrtException, InvalidInputException {
    OrtSession session = model.info();
    boolean pixels = takesBytes(session);
    requireOnly(where, "input", pixels ? "image" : "lr", session.getInputNames());
    requireOnly(where, "output", pixels ? "upscaled" : "sr", session.getOutputNames());
    ModelPorts ports = ModelPorts.of(where, model);
    Colour colour = pixels ? Colour.RGB : given.colour().orElse(card.colour());
    TensorLayout layout =
        pixels || ports.input().shape().get(TensorLayout.NHWC.channelAxis()) == colour.channels()
            ? TensorLayout.NHWC
            : TensorLayout.NCHW;
    ElementType element = pixels ? ElementType.UINT8 : ElementType.FLOAT32;
    requirePicture(where, ports.input(), element, layout, colour.channels());
    requirePicture(where, ports.output(), element, layout, colour.channels());
    if (ports.fixedWidth(layout).isPresent() || ports.fixedHeight(layout).isPresent()) {
      throw new InvalidInputException(
          where + ": " + ports.input().name(), "any height and width", ports.input().toString());
    }
    int radius =
        pixels && card.colour() != Colour.RGB
            ? Math.max(card.receptiveRadius(), PixelPath.RADIUS)
            : card.receptiveRadius();
    Origin ofPixels = pixels ? Origin.FILE : Origin.CARD;
    Map<String, Origin> origins =
        Map.of(
            "scale", given.scale().isPresent() ? Origin.GIVEN : Origin.CARD,
            "colour", !pixels && given.colour().isPresent() ? Origin.GIVEN : ofPixels,
            "layout", Origin.FILE,
            "valueRange", !pixels && given.valueRange().isPresent() ? Origin.GIVEN : ofPixels,
            "receptiveRadius", given.receptiveRadius().isPresent() ? Origin.GIVEN : Origin.CARD,
            "multiple", Origin.CARD);
    ModelTraits traits =
        new ModelTraits(
            card.name(),
            given.scale().orElse(card.scale()),
            colour,
            layout,
            element,
            pixels ? ValueRange.BYTES : given.valueRange().orElse(ValueRange.UNIT),
            OptionalInt.of(given.receptiveRadius().orElse(radius)),
            1,
            OptionalInt.empty(),
            OptionalInt.empty(),
            ports.input().name(),
            ports.output().name(),
            pixels,
            origins);
    requireScale(where, new ProbeRuns(model, ports, bounds), traits);
    return traits;
  }

  private static boolean takesBytes(OrtSession session) throws OrtException {
    return session.getInputInfo().values().stream()
        .anyMatch(
            info ->
                info.getInfo() instanceof TensorInfo tensor
                    && tensor.type == ElementType.UINT8.onnx());
  }

  private static void requireOnly(String where, String role, String name, Set<String> received)
      throws InvalidInputException {
    if (!received.equals(Set.of(name))) {
      throw new InvalidInputException(where, "one " + role + ", " + name, received + "");
    }
  }

  private static void requirePicture(
      String where, ModelPorts.Port port, ElementType element, TensorLayout layout, int channels)
      throws InvalidInputException {
    if (port.type() != element.onnx() || !port.allows(layout.channelAxis(), channels)) {
      String expected =
          element == ElementType.UINT8
              ? "UINT8 [N, H, W, 3] of a pixel model"
              : "FLOAT [N, " + channels + ", H, W] by its card";
      throw new InvalidInputException(where + ": " + port.name(), expected, port.toString());
    }
  }

  /** Runs the model on a few pixels, to check the scale, and that it runs at all. */
  private static void requireScale(String where, ProbeRuns runs, ModelTraits traits)
      throws InvalidInputException {
    TensorLayout layout = traits.layout();
    int channels = traits.channels();
    Plane[] lr = new Plane[channels];
    Arrays.setAll(lr, c -> new Plane(PROBE_WIDTH, PROBE_HEIGHT));
    long[] shape = layout.shape(channels, PROBE_HEIGHT, PROBE_WIDTH);
    long[] expected =
        layout.shape(
            channels, (long) PROBE_HEIGHT * traits.scale(), (long) PROBE_WIDTH * traits.scale());
    long[] received;
    try {
      Plane[] sr = runs.run(layout, lr);
      received = layout.shape(channels, sr[0].height(), sr[0].width());
    } catch (ProbeRuns.FailedException e) {
      throw new InvalidInputException(
          where + ": " + traits.output(),
          Arrays.toString(expected) + " of " + Arrays.toString(shape),
          e.getMessage(),
          e);
    }
    if (!Arrays.equals(expected, received)) {
      throw new InvalidInputException(
          where + ": " + traits.output() + " of " + Arrays.toString(shape),
          Arrays.toString(expected) + " by the card's scale " + traits.scale(),
          Arrays.toString(received));
    }
  }
}
