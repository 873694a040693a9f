package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second set of weights in an ONNX file, for clean pictures. It is stored in {@code
 * metadata_props} under {@link ModelCard#CLEAN_WEIGHTS}: the values of all initializers of type
 * float, in the file's order, as little-endian float32 in Base64. Other runtimes ignore it and use
 * the weights in the graph.
 */
final class CleanWeights {
  private static final int GRAPH = 7;
  private static final int METADATA = 14;
  private static final int INITIALIZER = 5;
  private static final int DATA_TYPE = 2;
  private static final int RAW_DATA = 9;
  private static final int FLOAT = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  private final List<ByteBuffer> weights = new ArrayList<>();
  private @Nullable ByteBuffer clean;

  private CleanWeights(byte[] onnx) {
    Protobuf.read(
        ByteBuffer.wrap(onnx),
        (field, type, value, part) -> {
          if (field == GRAPH) {
            readGraph(part);
          } else if (field == METADATA) {
            readMetadata(part);
          }
        });
  }

  private void readGraph(ByteBuffer graph) {
    Protobuf.read(
        graph,
        (field, type, value, part) -> {
          if (field == INITIALIZER) {
            readInitializer(part);
          }
        });
  }

  private void readInitializer(ByteBuffer tensor) {
    long[] dataType = {0};
    List<ByteBuffer> raw = new ArrayList<>();
    Protobuf.read(
        tensor,
        (field, type, value, part) -> {
          if (field == DATA_TYPE) {
            dataType[0] = value;
          } else if (field == RAW_DATA) {
            raw.add(part.order(ByteOrder.LITTLE_ENDIAN));
          }
        });
    if (dataType[0] == FLOAT) {
      weights.addAll(raw);
    }
  }

  private void readMetadata(ByteBuffer entry) {
    ByteBuffer[] keyAndValue = new ByteBuffer[VALUE + 1];
    Protobuf.read(
        entry,
        (field, type, value, part) -> {
          if (field == KEY || field == VALUE) {
            keyAndValue[field] = part;
          }
        });
    ByteBuffer key = keyAndValue[KEY];
    if (key != null
        && StandardCharsets.UTF_8.decode(key).toString().equals(ModelCard.CLEAN_WEIGHTS)) {
      clean = keyAndValue[VALUE];
    }
  }

  /**
   * Returns a file with the weights of one strength: {@code (1 - s) clean + s own}, computed in
   * float64 and rounded once, so that both ends are exact.
   *
   * @param where the model's name in messages
   * @param onnx a whole ONNX file
   * @param strength 0..1
   * @throws InvalidInputException if it holds no second set of weights, or one that doesn't fit
   */
  static byte[] blend(String where, byte[] onnx, double strength) throws InvalidInputException {
    byte[] blended = onnx.clone();
    CleanWeights of = new CleanWeights(blended);
    ByteBuffer encoded = of.clean;
    if (encoded == null) {
      throw new InvalidInputException(
          where, "a model with strength, which also holds weights for clean images", "none");
    }
    ByteBuffer clean;
    try {
      clean = Base64.getDecoder().decode(encoded).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          where + ": metadata " + ModelCard.CLEAN_WEIGHTS, "Base64", "something else", e);
    }
    long bytes = of.weights.stream().mapToLong(ByteBuffer::remaining).sum();
    boolean isWhole = of.weights.stream().allMatch(each -> each.remaining() % Float.BYTES == 0);
    if (bytes != clean.remaining() || !isWhole) {
      throw new InvalidInputException(
          where + ": metadata " + ModelCard.CLEAN_WEIGHTS,
          bytes + " bytes, as the graph's own weights take",
          Integer.toString(clean.remaining()));
    }
    for (ByteBuffer own : of.weights) {
      while (own.hasRemaining()) {
        float photo = own.getFloat(own.position());
        own.putFloat((float) ((1 - strength) * clean.getFloat() + strength * photo));
      }
    }
    return blended;
  }
}
