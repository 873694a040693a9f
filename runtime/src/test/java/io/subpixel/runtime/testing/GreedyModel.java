package io.subpixel.runtime.testing;

import java.util.List;

/** Models of a few hundred bytes that take time or memory without bound, or read other files. */
public final class GreedyModel {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int BOOL = 9;
  private static final String ONE_CHANNEL = "1";

  private GreedyModel() {}

  /** One that goes round so often before it makes a picture twice as large. */
  public static byte[] looping(long rounds) {
    return model(loop("rounds", body(true)), number("rounds", rounds));
  }

  /** The same, of rounds in which no node is run, so that ONNX Runtime can't be told to stop. */
  public static byte[] loopingForGood(long rounds) {
    return model(loop("rounds", body(false)), number("rounds", rounds));
  }

  /** One that goes round as often as the number of its picture's columns has it: n^4. */
  public static byte[] loopingOnLargePictures() {
    return model(
        new Protobuf()
            .message(1, TinyModel.node("Shape", List.of("lr"), "shape"))
            .message(1, TinyModel.node("Gather", List.of("shape", "three"), "columns"))
            .message(1, TinyModel.node("Mul", List.of("columns", "columns"), "squared"))
            .message(1, TinyModel.node("Mul", List.of("squared", "squared"), "rounds")),
        loop("rounds", body(true)),
        number("three", 3));
  }

  /** One that fills so many values only to take their greatest. */
  public static byte[] large(long values) {
    return model(
        new Protobuf()
            // Of the picture, so that nothing can be known beforehand.
            .message(1, TinyModel.node("Shape", List.of("lr"), "shape"))
            .message(1, TinyModel.node("Gather", List.of("shape", "zero"), "one"))
            .message(1, TinyModel.node("Mul", List.of("one", "wanted"), "values"))
            .message(1, TinyModel.node("ConstantOfShape", List.of("values"), "zeros"))
            .message(
                1,
                TinyModel.node("ReduceMax", List.of("zeros"), "greatest")
                    .message(5, TinyModel.attribute("keepdims", 2).number(3, 0)))
            .message(1, TinyModel.node("Add", List.of("lr", "greatest"), "looped")),
        new Protobuf(),
        new Protobuf().message(5, tensor("zero", 0, 1)).message(5, tensor("wanted", values, 1)));
  }

  /** One that multiplies matrices of constants again and again while it is loaded. */
  public static byte[] folding(int times) {
    Protobuf nodes =
        new Protobuf().message(1, TinyModel.node("ConstantOfShape", List.of("sides"), "matrix0"));
    for (int i = 0; i < times; i++) {
      String at = "matrix" + i;
      nodes.message(1, TinyModel.node("MatMul", List.of(at, at), "matrix" + (i + 1)));
    }
    nodes
        .message(
            1,
            TinyModel.node("ReduceMax", List.of("matrix" + times), "greatest")
                .message(5, TinyModel.attribute("keepdims", 2).number(3, 0)))
        .message(1, TinyModel.node("Add", List.of("lr", "greatest"), "looped"));
    Protobuf sides =
        new Protobuf()
            .number(1, 2)
            .number(2, INT64)
            .text(8, "sides")
            .number(7, 2000)
            .number(7, 2000);
    return model(nodes, new Protobuf(), new Protobuf().message(5, sides));
  }

  /** One whose only weight, a 0, is in another file. */
  public static byte[] withWeightsIn(String location, long offset, long length) {
    Protobuf weight =
        new Protobuf()
            .number(1, 1)
            .number(2, FLOAT)
            .text(8, "weight")
            .number(14, 1)
            .message(13, new Protobuf().text(1, "location").text(2, location))
            .message(13, new Protobuf().text(1, "offset").text(2, "" + offset))
            .message(13, new Protobuf().text(1, "length").text(2, "" + length));
    return model(
        new Protobuf().message(1, TinyModel.node("Add", List.of("lr", "weight"), "looped")),
        new Protobuf(),
        new Protobuf().message(5, weight));
  }

  private static Protobuf number(String name, long value) {
    return new Protobuf().message(5, tensor(name, value));
  }

  private static Protobuf tensor(String name, long value, long... dimensions) {
    Protobuf tensor = new Protobuf();
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
    }
    return tensor.number(2, INT64).text(8, name).number(7, value);
  }

  private static Protobuf loop(String rounds, Protobuf body) {
    return new Protobuf()
        .message(
            1,
            TinyModel.node("Loop", List.of(rounds, "", "lr"), "looped")
                .message(5, TinyModel.attribute("body", 5).message(6, body)));
  }

  private static Protobuf body(boolean withNodes) {
    Protobuf body = new Protobuf().text(2, "body");
    if (withNodes) {
      body.message(1, TinyModel.node("Identity", List.of("goesOn"), "goesOnStill"))
          .message(1, TinyModel.node("Identity", List.of("picture"), "same"));
    }
    return body.message(11, scalar("round", INT64))
        .message(11, scalar("goesOn", BOOL))
        .message(11, picture("picture"))
        .message(12, scalar(withNodes ? "goesOnStill" : "goesOn", BOOL))
        .message(12, picture(withNodes ? "same" : "picture"));
  }

  private static Protobuf scalar(String name, int type) {
    return TinyModel.value(name, type);
  }

  private static Protobuf picture(String name) {
    return TinyModel.value(name, FLOAT, "n", ONE_CHANNEL, "h", "w");
  }

  private static byte[] model(Protobuf nodes, Protobuf initializers) {
    return model(nodes, new Protobuf(), initializers);
  }

  /** Of {@code lr}, of one channel, to {@code looped}, whose pixels become 2x2 each. */
  private static byte[] model(Protobuf nodes, Protobuf more, Protobuf initializers) {
    Protobuf graph =
        nodes
            .append(more)
            .message(
                1,
                TinyModel.node("Concat", List.of("looped", "looped", "looped", "looped"), "four")
                    .message(5, TinyModel.attribute("axis", 2).number(3, 1)))
            .message(
                1,
                TinyModel.node("DepthToSpace", List.of("four"), "sr")
                    .message(5, TinyModel.attribute("blocksize", 2).number(3, 2)))
            .text(2, "greedy")
            .append(initializers)
            .message(11, TinyModel.value("lr", FLOAT, "N", ONE_CHANNEL, "H", "W"))
            .message(12, TinyModel.value("sr", FLOAT, "N", ONE_CHANNEL, "sH", "sW"));
    return new Protobuf()
        .number(1, 8)
        .message(8, new Protobuf().text(1, "").number(2, 17))
        .message(7, graph)
        .toBytes();
  }
}
