package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.ints;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastTo;
import org.nd4j.linalg.api.ops.impl.shape.BroadcastDynamicShape;
import org.nd4j.linalg.api.ops.impl.shape.Flatten2D;
import org.nd4j.linalg.api.ops.impl.shape.ParallelStack;
import org.nd4j.linalg.api.ops.impl.shape.Repeat;
import org.nd4j.linalg.api.ops.impl.shape.ShapeN;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Assign;
import org.nd4j.linalg.api.ops.impl.transforms.custom.MirrorPad;
import org.nd4j.linalg.api.ops.impl.transforms.custom.ReverseV2;
import org.nd4j.linalg.factory.Nd4j;

final class ShapeOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(joined(), ordered(), sized(), cut(), imported()).flatMap(family -> family);
  }

  private static SameDiff graph(List<SDVariable> in) {
    return in.get(0).getSameDiff();
  }

  private static SDVariable numbers(List<SDVariable> in, int... numbers) {
    return graph(in).constant(Nd4j.createFromArray(numbers));
  }

  private static Stream<OperatorCase> joined() {
    return Stream.concat(
        IntStream.of(0, 1, -1, -3)
            .mapToObj(
                axis ->
                    one(
                        "concat " + axis,
                        in -> graph(in).concat(axis, in.toArray(SDVariable[]::new)),
                        floats(2, 3, 4),
                        floats(2, 3, 4))),
        Stream.of(
            one(
                "assign",
                in -> {
                  SDVariable kept = graph(in).var("kept", Nd4j.zeros(DataType.FLOAT, 2, 3));
                  return new Assign(graph(in), kept, in.get(0).mul(2)).outputVariable();
                },
                floats(2, 3)),
            one("identity", in -> graph(in).identity(in.get(0)), floats(2, 3)),
            one("stack 0", in -> graph(in).stack(0, in.get(0), in.get(1)), floats(3), floats(3)),
            one(
                "stack -1",
                in -> graph(in).stack(-1, in.get(0), in.get(1)),
                reals(DataType.DOUBLE, 2, 3),
                reals(DataType.DOUBLE, 2, 3)),
            one(
                "stack scalars",
                in -> graph(in).stack(0, in.get(0), in.get(1)),
                floats(),
                floats()),
            all(
                "unstack",
                in -> List.of(graph(in).unstack(in.get(0), 1, 3)),
                reals(DataType.DOUBLE, 2, 3, 2)),
            all("unstack -1", in -> List.of(graph(in).unstack(in.get(0), -1, 2)), floats(2, 3, 2)),
            one("tile", in -> graph(in).tile(in.get(0), 2, 3), ints(0, 9, 2, 3)),
            one("tile, stored", in -> graph(in).tile(in.get(0), numbers(in, 2, 1)), floats(2, 3)),
            one(
                    "tile, fed",
                    in -> graph(in).tile(in.get(0), in.get(1)),
                    floats(2, 3),
                    OperatorCase.of(DataType.INT32, 2, 1))
                .withKnownSizes(),
            one(
                "broadcast_to",
                in -> new BroadcastTo(graph(in), in.get(0), numbers(in, 4, 2, 3)).outputVariable(),
                floats(2, 1))));
  }

  private static Stream<OperatorCase> ordered() {
    return Stream.of(
        one("permute", in -> in.get(0).permute(2, 0, 1), reals(DataType.DOUBLE, 2, 3, 4)),
        one("permute, stored", in -> in.get(0).permute(numbers(in, 1, 0)), floats(2, 3)),
        one("transpose", in -> graph(in).transpose(in.get(0)), floats(2, 3, 4)),
        one("reverse", in -> graph(in).reverse(in.get(0), 0, 2), floats(2, 3, 4)),
        one("reverse -1", in -> graph(in).reverse(in.get(0), -1), ints(0, 9, 2, 3)),
        one(
            "reverse_sequence",
            in -> graph(in).reverseSequence(in.get(0), in.get(1), 2, 0),
            floats(2, 3, 4),
            OperatorCase.of(DataType.INT32, 3, 1)),
        one(
            "reverse_sequence, time first",
            in -> graph(in).reverseSequence(in.get(0), in.get(1), 0, 1),
            reals(DataType.DOUBLE, 4, 2),
            OperatorCase.of(DataType.INT32, 3, 1)));
  }

  private static Stream<OperatorCase> sized() {
    return Stream.of(
        one("reshape", in -> graph(in).reshape(in.get(0), 3, -1), floats(2, 3, 4)),
        one(
            "reshape, stored",
            in -> graph(in).reshape(in.get(0), numbers(in, 4, 6)),
            reals(DataType.DOUBLE, 2, 3, 4)),
        one(
            "reshape, computed",
            in -> graph(in).reshape(in.get(0), graph(in).shape(in.get(1))),
            floats(2, 3, 4),
            floats(6, 4)),
        one("flatten", in -> graph(in).flatten(in.get(0), in.get(1)), floats(2, 3), floats(3)),
        one(
            "flatten, Fortran's order",
            in -> graph(in).flatten(new SDVariable[] {in.get(0)}, "f"),
            floats(2, 3)),
        one(
            "flatten_2d",
            in -> new Flatten2D(graph(in), in.get(0), 2).outputVariable(),
            floats(2, 3, 4)),
        one("squeeze", in -> graph(in).squeeze(in.get(0), 1), floats(2, 1, 3, 1)),
        one("squeeze -1", in -> graph(in).squeeze(in.get(0), -1), floats(2, 1, 3, 1)),
        one("expand_dims", in -> graph(in).expandDims(in.get(0), 1), floats(2, 3)),
        one("expand_dims -1", in -> graph(in).expandDims(in.get(0), -1), floats(2, 3)),
        one("shape_of", in -> graph(in).shape(in.get(0)), floats(2, 3)),
        all(
            "shapes_of",
            in ->
                List.of(
                    new ShapeN(graph(in), in.toArray(SDVariable[]::new), false).outputVariables()),
            floats(2, 3),
            floats(4)),
        one("size", in -> graph(in).size(in.get(0)), floats(2, 3)),
        one("size_at", in -> graph(in).sizeAt(in.get(0), -1), floats(2, 3)),
        one("rank", in -> graph(in).rank(in.get(0)), floats(2, 3)));
  }

  private static Stream<OperatorCase> imported() {
    return Stream.of(
        one(
            "parallel_stack",
            in -> new ParallelStack(graph(in), in.toArray(SDVariable[]::new)).outputVariable(),
            reals(DataType.DOUBLE, 3, 2),
            reals(DataType.DOUBLE, 3, 2).add(2)),
        one(
            "reverse_v2",
            in -> OperatorCase.made(new ReverseV2(), in.get(0), numbers(in, 1)),
            reals(DataType.DOUBLE, 2, 3)),
        one("repeat", in -> repeat(2, 1, in.get(0)), reals(DataType.DOUBLE, 2, 3)),
        one("repeat -2", in -> repeat(3, -2, in.get(0)), ints(0, 9, 2, 3)),
        one(
                "broadcast_dynamic_shape",
                in -> new BroadcastDynamicShape(graph(in), in.get(0), in.get(1)).outputVariable(),
                OperatorCase.of(DataType.INT32, 2, 1, 4),
                OperatorCase.of(DataType.INT32, 5, 1))
            .withKnownSizes(),
        mirror(0),
        mirror(1));
  }

  private static SDVariable repeat(int times, int axis, SDVariable x) {
    Repeat repeat = new Repeat(axis);
    repeat.addIArgument(times, axis);
    return OperatorCase.made(repeat, x);
  }

  private static OperatorCase mirror(int mode) {
    return one(
        "mirror_pad " + mode,
        in -> {
          MirrorPad pad = new MirrorPad();
          pad.addIArgument(mode);
          return OperatorCase.made(
              pad,
              in.get(0),
              graph(in).constant(Nd4j.createFromArray(new int[][] {{1, 0}, {2, 1}})));
        },
        reals(DataType.DOUBLE, 2, 3));
  }

  private static Stream<OperatorCase> cut() {
    return Stream.of(
        all("split", in -> List.of(graph(in).split(in.get(0), 2, 1)), floats(2, 4)),
        all("split -1", in -> List.of(graph(in).split(in.get(0), 3, -1)), ints(0, 9, 2, 3)),
        all(
            "split_v",
            in -> List.of(graph(in).splitV(in.get(0), numbers(in, 1, 3), 2, 1)),
            floats(2, 4)),
        pad(PadMode.CONSTANT),
        pad(PadMode.REFLECT),
        pad(PadMode.SYMMETRIC));
  }

  private static OperatorCase pad(PadMode mode) {
    return one(
        "pad, " + mode,
        in ->
            graph(in)
                .nn()
                .pad(
                    in.get(0),
                    graph(in).constant(Nd4j.createFromArray(new int[][] {{1, 0}, {2, 1}, {0, 0}})),
                    mode,
                    3),
        reals(DataType.DOUBLE, 2, 3, 2));
  }
}
