package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.bools;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.ints;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PartitionMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.Roll;
import org.nd4j.linalg.api.ops.impl.controlflow.Select;
import org.nd4j.linalg.api.ops.impl.controlflow.Where;
import org.nd4j.linalg.api.ops.impl.scatter.ScatterNd;
import org.nd4j.linalg.api.ops.impl.scatter.ScatterNdAdd;
import org.nd4j.linalg.api.ops.impl.scatter.ScatterNdSub;
import org.nd4j.linalg.api.ops.impl.scatter.ScatterNdUpdate;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.EmbeddingLookup;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.TensorArray;
import org.nd4j.linalg.api.ops.impl.transforms.NthElement;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Unique;
import org.nd4j.linalg.factory.Nd4j;

final class IndexingOperatorsTest extends OperatorContract {
  private static final long[] ONES = {1, 1, 1};

  /** One of the ways to write rows. */
  @FunctionalInterface
  private interface Write {
    SDVariable of(SameDiff graph, SDVariable base, SDVariable indices, SDVariable updates);
  }

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(read(), slices(), chosen(), written(), lists()).flatMap(family -> family);
  }

  private static SameDiff graph(List<SDVariable> in) {
    return in.get(0).getSameDiff();
  }

  private static Stream<OperatorCase> read() {
    return Stream.of(
        one(
            "gather",
            in -> graph(in).gather(in.get(0), in.get(1), 1),
            reals(DataType.DOUBLE, 2, 4, 3),
            ints(0, 4, 2, 2)),
        one("gather -1", in -> graph(in).gather(in.get(0), new int[] {2, 0}, -1), floats(2, 4, 3)),
        one(
                "gather_nd",
                in -> graph(in).gatherNd(in.get(0), in.get(1)),
                floats(3, 3, 2),
                ints(0, 3, 4, 2))
            .withKnownSizes(),
        one(
            "invert_permutation",
            in -> graph(in).invertPermutation(in.get(0)),
            OperatorCase.of(DataType.INT32, 2, 0, 3, 1)),
        one(
            "cross",
            in -> graph(in).math().cross(in.get(0), in.get(1)),
            floats(2, 3),
            floats(2, 3).mul(2).add(1)),
        one(
            "embedding_lookup",
            in ->
                new EmbeddingLookup(graph(in), in.get(0), in.get(1), PartitionMode.MOD)
                    .outputVariable(),
            reals(DataType.DOUBLE, 5, 2),
            OperatorCase.of(DataType.INT32, 3, 0, 3)),
        one(
            "nth_element",
            in -> OperatorCase.made(new NthElement(), in.get(0), in.get(1)),
            reals(DataType.DOUBLE, 3, 4),
            Nd4j.scalar(2)),
        one("roll", in -> new Roll(graph(in), in.get(0), 2).outputVariable(), floats(3, 4)),
        all(
            "unique",
            in -> List.of(new Unique(graph(in), in.get(0)).outputVariables()),
            OperatorCase.of(DataType.FLOAT, 3, 1, 3, 2, 1)));
  }

  private static OperatorCase strided(
      String name, long[] begin, long[] end, long[] strides, int... masks) {
    return one(
        "strided_slice, " + name,
        in ->
            graph(in)
                .stridedSlice(
                    in.get(0), begin, end, strides, masks[0], masks[1], masks[2], masks[3],
                    masks[4]),
        reals(DataType.DOUBLE, 5, 4, 6));
  }

  private static Stream<OperatorCase> slices() {
    long[] begin = {1, 0, 2};
    long[] end = {4, 3, 5};
    return Stream.of(
        one(
            "slice",
            in -> graph(in).slice(in.get(0), new int[] {1, 0, 2}, 2, -1, 3),
            floats(5, 4, 6)),
        one(
            "slice, fed",
            in -> graph(in).slice(in.get(0), in.get(1), in.get(2)),
            floats(5, 4),
            OperatorCase.of(DataType.INT32, 1, 0),
            OperatorCase.of(DataType.INT32, 2, 3)),
        strided("plain", begin, end, ONES, 0, 0, 0, 0, 0),
        strided("strides", begin, end, new long[] {2, 1, 2}, 0, 0, 0, 0, 0),
        strided("begin and end masks", begin, end, ONES, 5, 3, 0, 0, 0),
        strided("ellipsis", new long[] {1, 0, 2}, end, ONES, 0, 0, 2, 0, 0),
        strided("new axis", begin, end, ONES, 0, 0, 0, 2, 0),
        strided("shrink", begin, end, ONES, 0, 0, 0, 0, 5),
        strided(
            "new axis of odd stride",
            new long[] {1, -9, 1, 2},
            new long[] {3, -9, 3, 4},
            new long[] {1, -9, 1, 2},
            0,
            0,
            0,
            2,
            0),
        strided(
            "entry in front of an ellipsis",
            new long[] {1, 2},
            new long[] {3, 4},
            new long[] {1, 1},
            0,
            0,
            2,
            0,
            0),
        strided(
            "ellipsis for nothing",
            new long[] {1, 0, 1, 2},
            new long[] {3, 0, 3, 5},
            new long[] {1, 1, 1, 2},
            0,
            0,
            2,
            0,
            0),
        strided(
            "ellipsis behind a new axis",
            new long[] {0, 0, 1},
            new long[] {0, 0, 4},
            ONES,
            0,
            0,
            2,
            1,
            0),
        strided(
            "ellipsis before a new axis",
            new long[] {0, 0, 1},
            new long[] {0, 0, 4},
            ONES,
            0,
            0,
            1,
            2,
            0),
        strided(
            "ellipsis over what shrinks",
            new long[] {0, 2},
            new long[] {0, 3},
            new long[] {1, 1},
            0,
            0,
            1,
            0,
            2),
        strided(
            "fewer entries than axes",
            new long[] {1, -2},
            new long[] {3, 4},
            new long[] {1, 1},
            0,
            0,
            0,
            0,
            0),
        strided("all shrink", new long[] {1, -1, 3}, new long[] {0, 0, 0}, ONES, 0, 0, 0, 0, 7),
        strided("last shrinks", new long[] {-1, 0, 0}, new long[] {-9, 4, 6}, ONES, 0, 0, 0, 0, 1),
        strided("negative", new long[] {-3, -4, -2}, new long[] {-1, -1, 6}, ONES, 0, 0, 0, 0, 0));
  }

  private static Stream<OperatorCase> chosen() {
    return Stream.of(
        all(
            "dynamic_partition",
            in -> List.of(graph(in).dynamicPartition(in.get(0), in.get(1), 3)),
            floats(4, 2),
            OperatorCase.of(DataType.INT32, 2, 0, 1, 0)),
        one(
            "dynamic_stitch",
            in ->
                graph(in)
                    .dynamicStitch(
                        new SDVariable[] {in.get(0), in.get(1)},
                        new SDVariable[] {in.get(2), in.get(3)}),
            OperatorCase.of(DataType.INT32, 0, 3),
            OperatorCase.of(DataType.INT32, 2, 1),
            floats(2, 3),
            floats(2, 3).add(4)),
        one(
            "Where",
            in -> new Where(graph(in), in.toArray(SDVariable[]::new)).outputVariable(),
            bools(2, 3)),
        one(
            "Where, three inputs",
            in -> new Where(graph(in), in.toArray(SDVariable[]::new)).outputVariable(),
            bools(2, 3),
            floats(2, 3),
            floats(2, 3).add(3)),
        one(
            "select, rows",
            in -> new Select(graph(in), in.toArray(SDVariable[]::new)).outputVariable(),
            bools(3),
            floats(3, 2),
            floats(3, 2).add(3)),
        all(
            "top_k",
            in -> List.of(graph(in).nn().topK(in.get(0), 3, true)),
            reals(DataType.DOUBLE, 2, 5)));
  }

  private static Stream<OperatorCase> lists() {
    return Stream.of(
        all(
            "a list that is filled at once",
            in -> {
              TensorArray list = graph(in).tensorArray(DataType.FLOAT);
              SDVariable order = graph(in).constant(Nd4j.createFromArray(0, 1, 2));
              SDVariable filled = list.scatter(list.getVar(), in.get(0).mul(2), order);
              return List.of(
                  list.read(filled, graph(in).constant(Nd4j.scalar(1))),
                  list.gather(filled, graph(in).constant(Nd4j.createFromArray(1, 2, 0))),
                  list.size(filled));
            },
            floats(3, 2, 4)),
        one(
            "a list that is written one by one",
            in -> {
              TensorArray list = graph(in).tensorArray(DataType.FLOAT);
              SDVariable first = list.write(list.getVar(), 0, in.get(0).mul(2));
              SDVariable second = list.write(first, 1, in.get(1).mul(3));
              return list.gather(second, graph(in).constant(Nd4j.createFromArray(1, 0)));
            },
            floats(2, 4),
            floats(2, 4).add(3)));
  }

  private static OperatorCase rows(String name, Write write) {
    return one(
        name,
        in -> write.of(graph(in), in.get(0), in.get(1), in.get(2)),
        floats(4, 3).add(3),
        OperatorCase.of(DataType.INT32, 2, 0, 2),
        floats(3, 3).add(2));
  }

  private static Stream<OperatorCase> written() {
    INDArray tuples = Nd4j.createFromArray(new int[][] {{1}, {3}, {1}});
    INDArray once = Nd4j.createFromArray(new int[][] {{1}, {3}, {0}});
    return Stream.of(
        rows("scatter_add", SameDiff::scatterAdd),
        rows("scatter_sub", SameDiff::scatterSub),
        rows("scatter_mul", SameDiff::scatterMul),
        rows("scatter_div", SameDiff::scatterDiv),
        rows("scatter_max", SameDiff::scatterMax),
        rows("scatter_min", SameDiff::scatterMin),
        one(
                "scatter_nd_add",
                in -> new ScatterNdAdd(graph(in), in.get(0), in.get(1), in.get(2)).outputVariable(),
                floats(4, 2),
                tuples,
                floats(3, 2))
            .since(16),
        one(
                "scatter_nd_sub",
                in -> new ScatterNdSub(graph(in), in.get(0), in.get(1), in.get(2)).outputVariable(),
                floats(4, 2),
                tuples,
                floats(3, 2))
            .since(16),
        one(
            "scatter_max, indices of two axes",
            in -> graph(in).scatterMax(in.get(0), in.get(1), in.get(2)),
            reals(DataType.DOUBLE, 5, 2, 2),
            Nd4j.createFromArray(new int[][] {{0, 3}, {3, 4}}),
            reals(DataType.DOUBLE, 2, 2, 2, 2)),
        one(
            "scatter_add, rows of one number",
            in -> graph(in).scatterAdd(in.get(0), in.get(1), in.get(2)),
            reals(DataType.DOUBLE, 5),
            OperatorCase.of(DataType.INT32, 3, 1, 3),
            reals(DataType.DOUBLE, 3)),
        one(
            "scatter_min of whole numbers",
            in -> graph(in).scatterMin(in.get(0), in.get(1), in.get(2)),
            ints(-9, 9, 4, 3),
            OperatorCase.of(DataType.INT32, 3, 1, 3),
            ints(-9, 9, 3, 3)),
        one(
                "scatter_nd_add, elements",
                in -> new ScatterNdAdd(graph(in), in.get(0), in.get(1), in.get(2)).outputVariable(),
                reals(DataType.DOUBLE, 2, 3),
                Nd4j.createFromArray(new int[][] {{1, 2}, {0, 1}, {1, 2}}),
                reals(DataType.DOUBLE, 3))
            .withKnownSizes(),
        one(
                "scatter_nd",
                in ->
                    OperatorCase.made(
                        new ScatterNd(),
                        in.get(0),
                        in.get(1),
                        graph(in).constant(Nd4j.createFromArray(4, 2))),
                tuples,
                reals(DataType.DOUBLE, 3, 2))
            .withKnownSizes(),
        one(
                "scatter_nd, sizes fed",
                in -> OperatorCase.made(new ScatterNd(), in.get(0), in.get(1), in.get(2)),
                tuples,
                reals(DataType.DOUBLE, 3, 2),
                OperatorCase.of(DataType.INT32, 4, 2))
            .withKnownSizes(),
        one(
            "scatter_nd_update",
            in -> new ScatterNdUpdate(graph(in), in.get(0), in.get(1), in.get(2)).outputVariable(),
            floats(4, 2),
            once,
            floats(3, 2)));
  }
}
