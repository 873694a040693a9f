package io.subpixel.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.subpixel.models.Colour;
import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** What a model with a card must be like, and whether it is. */
final class Contract {
  private static final int PROBE_WIDTH = 8;
  private static final int PROBE_HEIGHT = 6;

  /** LR pixels that bicubic, by which a pixel model enlarges chroma, reaches to either side. */
  private static final int BICUBIC_RADIUS = 2;

  private Contract() {}

  /**
   * The traits that a card states.
   *
   * @param where the model, for messages
   * @param session the model's
   * @throws InvalidInputException if the model isn't what the card says, or fails on a few pixels
   */
  static ModelTraits traits(String where, OrtSession session, ModelCard card)
      throws OrtException, InvalidInputException {
    boolean pixels = takesBytes(session);
    requireOnly(where, "input", pixels ? "image" : "lr", session.getInputNames());
    requireOnly(where, "output", pixels ? "upscaled" : "sr", session.getOutputNames());
    Ports ports = Ports.of(where, session);
    int channels = pixels ? Colour.RGB.channels() : card.channels();
    TensorLayout layout =
        pixels || ports.input().shape().get(TensorLayout.NHWC.channelAxis()) == channels
            ? TensorLayout.NHWC
            : TensorLayout.NCHW;
    ElementType element = pixels ? ElementType.UINT8 : ElementType.FLOAT32;
    requirePicture(where, ports.input(), element, layout, channels);
    requirePicture(where, ports.output(), element, layout, channels);
    if (ports.input().shape().get(layout.rowAxis()) != Ports.FREE
        || ports.input().shape().get(layout.rowAxis() + 1) != Ports.FREE) {
      throw new InvalidInputException(
          where + ": " + ports.input().name(), "any height and width", ports.input().toString());
    }
    ModelTraits traits =
        new ModelTraits(
            card.name(),
            card.scale(),
            pixels ? Colour.RGB : card.colour(),
            layout,
            element,
            0,
            pixels ? 255 : 1,
            OptionalInt.of(
                pixels && card.colour() != Colour.RGB
                    ? Math.max(card.receptiveRadius(), BICUBIC_RADIUS)
                    : card.receptiveRadius()),
            1,
            OptionalInt.empty(),
            OptionalInt.empty(),
            ports.input().name(),
            ports.output().name(),
            pixels);
    requireScale(where, session, traits);
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
      String where, Ports.Port port, ElementType element, TensorLayout layout, int channels)
      throws InvalidInputException {
    if (port.type() != element.onnx() || !port.allows(layout.channelAxis(), channels)) {
      String expected =
          element == ElementType.UINT8
              ? "UINT8 [N, H, W, 3] of a pixel model"
              : "FLOAT [N, " + channels + ", H, W] as the card has it";
      throw new InvalidInputException(where + ": " + port.name(), expected, port.toString());
    }
  }

  /** Runs a few pixels through, for what only a run shows: the scale, and that it runs at all. */
  private static void requireScale(String where, OrtSession session, ModelTraits traits)
      throws OrtException, InvalidInputException {
    long[] shape = traits.layout().shape(traits.channels(), PROBE_HEIGHT, PROBE_WIDTH);
    long[] expected =
        traits
            .layout()
            .shape(
                traits.channels(),
                (long) PROBE_HEIGHT * traits.scale(),
                (long) PROBE_WIDTH * traits.scale());
    ByteBuffer zeros =
        ByteBuffer.allocateDirect(
            PROBE_HEIGHT * PROBE_WIDTH * traits.channels() * traits.element().bytes());
    try (OnnxTensor lr =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(), zeros, shape, traits.element().onnx());
        OrtSession.Result result = session.run(Map.of(traits.input(), lr))) {
      long[] received = ((TensorInfo) result.get(0).getInfo()).getShape();
      if (!Arrays.equals(expected, received)) {
        throw new InvalidInputException(
            where + ": " + traits.output() + " of " + Arrays.toString(shape),
            Arrays.toString(expected) + " by the card's scale " + traits.scale(),
            Arrays.toString(received));
      }
    }
  }
}
