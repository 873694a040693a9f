package io.subpixel.converter.internal.operators.indexing;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lists of tensors of one shape, as TensorFlow's import makes them: a list's content is a value
 * that goes from one operator to the next, here the tensors along a first axis. What a loop writes
 * one by one comes out of it stacked.
 */
final class TensorLists {
  private static final String FLOW = "a list of tensors that SameDiff keeps beside its values";
  private static final String HELP = "stack the tensors along an axis";

  private static final String GATHER = "gather_list";

  private TensorLists() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("create_list", TensorLists::create, OnnxOperator.IDENTITY)
        .add("scatter_list", TensorLists::scatter, OnnxOperator.SCATTER_ND)
        .limits("fewer tensors than the list has")
        .add("read_list", TensorLists::read, OnnxOperator.GATHER)
        .add(GATHER, TensorLists::read, OnnxOperator.GATHER)
        .add("size_list", TensorLists::size, OnnxOperator.SHAPE)
        .add("tensorarraywritev3", TensorLists::write, OnnxOperator.CONCAT)
        .limits("tensors written in another order than theirs");
  }

  /** Neither the list nor that it is empty is anything that is read. */
  private static void create(Emission e) {
    e.outEmptyLists();
  }

  /** All at once, one index for each. */
  private static void scatter(Emission e) {
    requireFlow(e, 3);
    Value values = e.in(2);
    Value indices = e.unsqueeze(e.cast(e.flat(1), ElementType.INT64), 1);
    e.outLists(List.of(e.call(OnnxOperator.SCATTER_ND, List.of(values, indices, values))));
  }

  /** The import hands over a list and its content, SameDiff's own methods the content alone. */
  private static void read(Emission e) {
    Value content = content(e, e.has(2) ? 2 : 0);
    boolean isWhole =
        e.node().operator().equals(GATHER) && e.stored(1).filter(TensorLists::isAll).isPresent();
    e.outAsIs(List.of(isWhole ? content : e.gather(content, e.in(1), 0)));
  }

  /** SameDiff takes a first index below 0 for all, and any index that is alone. */
  private static boolean isAll(INDArray indices) {
    return indices.length() == 1 || (indices.length() > 1 && indices.getInt(0) < 0);
  }

  private static void size(Emission e) {
    Value content = content(e, e.has(1) ? 1 : 0);
    Value size = e.reshape(e.sizesOf(content, 0), new long[0]);
    e.outAsIs(List.of(e.cast(size, ElementType.INT32)));
  }

  /** Behind those that are there already. */
  private static void write(Emission e) {
    requireFlow(e, 3);
    long index = e.constants(1, "an index of a list that isn't the round of a loop")[0];
    Value written = e.unsqueeze(e.in(2), 0);
    boolean isFirst = e.isEmptyList(3);
    boolean isNext = isFirst ? index == 0 : e.in(3).dim(0).is(index);
    if (!isNext) {
      throw new UnsupportedNodeException("tensors written in another order than theirs", HELP);
    }
    e.outLists(List.of(isFirst ? written : e.concat(0, e.in(3), written)));
  }

  private static Value content(Emission e, int index) {
    if (e.isEmptyList(index)) {
      throw new UnsupportedNodeException("a list that nothing is written to", HELP);
    }
    return e.in(index);
  }

  private static void requireFlow(Emission e, int index) {
    if (!e.has(index)) {
      throw new UnsupportedNodeException(FLOW, HELP);
    }
  }
}
