package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * Writes a model from the buffers that its weights lie in, so that no second copy of them is made.
 * Protobuf's messages can be written in parts: fields come in any order, and a message may follow
 * piece by piece once its length is known.
 *
 * <p>A file of more than {@code limit} bytes keeps its weights in <a
 * href="https://onnx.ai/onnx/repo-docs/ExternalData.html">one file beside it</a>. The same graph
 * always gives the same bytes.
 */
final class OnnxWriter {
  /** Protobuf reads no message of 2 GB or more. */
  static final long PROTOBUF_LIMIT = Integer.MAX_VALUE;

  /** Pages of memory, which external data is mapped by. */
  static final int ALIGNMENT = 4096;

  /** Smaller tensors stay in the model: shape inference looks at them. */
  private static final int LEAST_EXTERNAL = 1024;

  private static final int CHUNK = 1 << 20;

  /** A tensor to store. */
  record Stored(Value value, Elements elements) {
    private long bytes() {
      return elements.count() * elements.type().bytes();
    }
  }

  /** A tensor's message without the bytes of its elements, which follow if it isn't external. */
  private record Part(ByteString header, Stored stored, boolean isExternal, long offset) {
    private long size() {
      return isExternal ? header.size() : header.size() + fieldSize(RAW_DATA, stored.bytes());
    }
  }

  private static final int RAW_DATA = Onnx.TensorProto.RAW_DATA_FIELD_NUMBER;
  private static final int INITIALIZER = Onnx.GraphProto.INITIALIZER_FIELD_NUMBER;
  private static final int GRAPH = Onnx.ModelProto.GRAPH_FIELD_NUMBER;

  private final byte[] model;
  private final byte[] graph;
  private final List<Stored> stored;

  /**
   * Prepares.
   *
   * @param model all of it but the initializers
   */
  OnnxWriter(Onnx.ModelProto model, List<Stored> stored) {
    this.model = model.toBuilder().clearGraph().build().toByteArray();
    this.graph = model.getGraph().toByteArray();
    this.stored = List.copyOf(stored);
  }

  /** Where the weights of a model lie that don't lie in it. */
  static Path dataOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".data");
  }

  /** Writes {@code file}, and if that would exceed {@code limit} the file of its weights. */
  void write(Path file, long limit) throws IOException {
    List<Part> whole = parts(file, false);
    if (model.length + fieldSize(GRAPH, graphSize(whole)) <= limit) {
      write(file, whole);
      return;
    }
    List<Part> split = parts(file, true);
    Path data = dataOf(file);
    try (FileChannel channel = create(data)) {
      for (Part part : split) {
        if (part.isExternal) {
          channel.position(part.offset);
          append(channel, part.stored);
        }
      }
    }
    write(file, split);
  }

  private List<Part> parts(Path file, boolean external) {
    List<Part> parts = new ArrayList<>();
    long end = 0;
    for (Stored tensor : stored) {
      Onnx.TensorProto.Builder header =
          Onnx.TensorProto.newBuilder()
              .setName(tensor.value.name())
              .setDataType(tensor.value.type().number());
      for (long size : tensor.value.shape().sizes()) {
        header.addDims(size);
      }
      boolean isExternal = external && tensor.bytes() >= LEAST_EXTERNAL;
      long offset = 0;
      if (isExternal) {
        offset = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        end = offset + tensor.bytes();
        header
            .setDataLocation(Onnx.TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", String.valueOf(dataOf(file).getFileName())))
            .addExternalData(entry("offset", Long.toString(offset)))
            .addExternalData(entry("length", Long.toString(tensor.bytes())));
      }
      parts.add(new Part(header.build().toByteString(), tensor, isExternal, offset));
    }
    return parts;
  }

  private static Onnx.StringStringEntryProto entry(String key, String value) {
    return Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private long graphSize(List<Part> parts) {
    return graph.length
        + parts.stream().mapToLong(part -> fieldSize(INITIALIZER, part.size())).sum();
  }

  private void write(Path file, List<Part> parts) throws IOException {
    try (FileChannel channel = create(file)) {
      append(channel, model);
      append(channel, start(GRAPH, graphSize(parts)));
      append(channel, graph);
      for (Part part : parts) {
        append(channel, start(INITIALIZER, part.size()));
        append(channel, part.header.asReadOnlyByteBuffer());
        if (!part.isExternal) {
          append(channel, start(RAW_DATA, part.stored.bytes()));
          append(channel, part.stored);
        }
      }
    }
  }

  private static FileChannel create(Path file) throws IOException {
    Files.deleteIfExists(file);
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static long fieldSize(int field, long length) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt64SizeNoTag(length)
        + length;
  }

  /** Tag and length of a field whose bytes follow. */
  private static byte[] start(int field, long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    coded.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    coded.writeUInt64NoTag(length);
    coded.flush();
    return bytes.toByteArray();
  }

  private static void append(FileChannel channel, byte[] bytes) throws IOException {
    append(channel, ByteBuffer.wrap(bytes));
  }

  private static void append(FileChannel channel, Stored tensor) throws IOException {
    try {
      append(channel, tensor.elements.bytes());
    } finally {
      // The buffer may lie in memory that goes when its owner does.
      Reference.reachabilityFence(tensor.elements);
    }
  }

  // In pieces: the channel copies a buffer of the heap as a whole.
  private static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    while (bytes.position() < end) {
      bytes.limit(Math.min(end, bytes.position() + CHUNK));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
