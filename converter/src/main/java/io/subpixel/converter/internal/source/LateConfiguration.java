package io.subpixel.converter.internal.source;

import com.google.flatbuffers.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.serde.FlatBuffersMapper;
import org.nd4j.graph.FlatGraph;
import org.nd4j.graph.FlatNode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.LSTMLayer;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SpaceToBatch;

/**
 * Loads networks with {@code lstmLayer}, which {@link SameDiff#load} can't: it asks that operator
 * to find its weights among its inputs before it has told the network which inputs it has. Here the
 * graph is loaded with another operator in its place, one that ignores settings it doesn't know;
 * when all inputs are known, the true one, made by SameDiff's own reader, replaces it.
 */
public final class LateConfiguration {
  private static final String LATE = new LSTMLayer().opName();

  private LateConfiguration() {}

  /** Loads a network without what only training needs; writes to the buffer. */
  public static SameDiff load(ByteBuffer file) throws IOException {
    FlatGraph graph = FlatGraph.getRootAsFlatGraph(file);
    Map<String, DifferentialFunction> late = new LinkedHashMap<>();
    long standIn = new SpaceToBatch().opHash();
    for (int i = 0; i < graph.nodesLength(); i++) {
      FlatNode node = graph.nodes(i);
      if (LATE.equals(node.opName())) {
        late.put(node.name(), FlatBuffersMapper.fromFlatNode(node));
        new NodeTable(file, i).operator(standIn);
      }
    }
    SameDiff network = SameDiff.fromFlatBuffers(file, false);
    late.forEach(
        (name, function) -> {
          SameDiffOp op = Objects.requireNonNull(network.getOps().get(name));
          function.setOwnName(name);
          op.setOp(function);
          function.configureWithSameDiff(network);
        });
    return network;
  }

  /** One operation in the file; FlatNode itself can only be read. */
  private static final class NodeTable extends Table {
    /** Byte offsets in the tables' directories: of a graph's nodes, of a node's operator. */
    private static final int NODES = 8;

    private static final int OPERATOR = 10;

    NodeTable(ByteBuffer file, int index) {
      file.order(ByteOrder.LITTLE_ENDIAN);
      __reset(file.getInt(file.position()) + file.position(), file);
      __reset(__indirect(__vector(__offset(NODES)) + index * Integer.BYTES), file);
    }

    /** Sets the hash by which SameDiff finds an operator. */
    void operator(long hash) {
      int offset = __offset(OPERATOR);
      // A damaged file may lack the field; SameDiff says so then.
      if (offset != 0) {
        bb.putLong(bb_pos + offset, hash);
      }
    }
  }
}
