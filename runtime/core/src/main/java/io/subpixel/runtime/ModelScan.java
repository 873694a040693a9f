package io.subpixel.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Scans a model before ONNX Runtime loads it, for external files and for attributes that would
 * crash the process. {@code DepthToSpace} divides by the square of its block size, which in 64 bits
 * is 0 for multiples of 2^32. No sensible attribute is one.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/pull/32039">ONNX Runtime's part of it</a>
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> for the
 *     field numbers
 */
final class ModelScan {
  private static final int INTEGER = 3;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  /** Protobuf rejects deeper nesting. */
  private static final int DEEPEST = 100;

  private @Nullable Long fatal;
  private final List<Map<String, String>> external = new ArrayList<>();

  private enum Message {
    MODEL,
    GRAPH,
    FUNCTION,
    NODE,
    ATTRIBUTE,
    SPARSE_TENSOR,
    TENSOR,
    ENTRY;

    /** Returns the kind of a field's message, if it may contain attributes or tensors. */
    @Nullable Message in(int field) {
      return switch (this) {
        case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : null;
        case GRAPH ->
            switch (field) {
              case 1 -> NODE;
              case 5 -> TENSOR;
              case 15 -> SPARSE_TENSOR;
              default -> null;
            };
        case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : null;
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE ->
            switch (field) {
              case 5, 10 -> TENSOR;
              case 6, 11 -> GRAPH;
              case 22, 23 -> SPARSE_TENSOR;
              default -> null;
            };
        case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
        case TENSOR -> field == 13 ? ENTRY : null;
        case ENTRY -> null;
      };
    }
  }

  /** Scans a file. Invalid or truncated models are left to ONNX Runtime. */
  ModelScan(byte[] onnx) {
    scan(Message.MODEL, ByteBuffer.wrap(onnx), 0, Map.of());
  }

  /** Returns the first attribute that would crash the process. */
  OptionalLong fatal() {
    return fatal == null ? OptionalLong.empty() : OptionalLong.of(fatal);
  }

  /**
   * Returns the properties of each tensor in an external file, such as its {@code location}.
   *
   * @see <a href="https://onnx.ai/onnx/repo-docs/ExternalData.html">External data</a>
   */
  List<Map<String, String>> external() {
    return external;
  }

  private void scan(Message message, ByteBuffer bytes, int depth, Map<String, String> ofTensor) {
    Map<String, String> said = message == Message.TENSOR ? new HashMap<>() : ofTensor;
    Map<Integer, String> entry = new HashMap<>();
    Protobuf.read(
        bytes,
        (field, type, value, part) -> {
          if (type == Protobuf.VARINT
              && fatal == null
              && message == Message.ATTRIBUTE
              && field == INTEGER
              && isFatal(value)) {
            fatal = value;
          } else if (type == Protobuf.LENGTH_DELIMITED) {
            Message inner = message.in(field);
            if (inner != null && depth < DEEPEST) {
              scan(inner, part, depth + 1, said);
            } else if (message == Message.ENTRY) {
              entry.put(field, StandardCharsets.UTF_8.decode(part).toString());
            }
          }
        });
    if (message == Message.ENTRY) {
      said.put(entry.getOrDefault(ENTRY_KEY, ""), entry.getOrDefault(ENTRY_VALUE, ""));
    } else if (message == Message.TENSOR && !said.isEmpty()) {
      external.add(said);
    }
  }

  private static boolean isFatal(long value) {
    return value > 0 && value * value == 0;
  }
}
