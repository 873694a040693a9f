package io.subpixel.converter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.graph.DType;
import org.nd4j.graph.FlatGraph;
import org.nd4j.graph.FlatNode;
import org.nd4j.graph.FlatVariable;

/** Damage to a file. The same seed always does the same. */
final class Mutation {
  /** What lengths, sizes, offsets and arguments become. */
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    7,
    31,
    127,
    128,
    255,
    1 << 16,
    1_000_000_007,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private Mutation() {}

  /** {@code file} with one or several faults. */
  static byte[] of(byte[] file, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = file.clone();
    for (int faults = 1 + random.nextInt(3); faults > 0 && bytes.length > 16; faults--) {
      bytes = damaged(bytes, random);
    }
    return bytes;
  }

  /** A whole SameDiff network in which one operation has other arguments. */
  static byte[] ofArguments(byte[] file, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = file.clone();
    FlatGraph graph = FlatGraph.getRootAsFlatGraph(ByteBuffer.wrap(bytes));
    FlatNode node = graph.nodes(random.nextInt(graph.nodesLength()));
    if (node.extraIntegerLength() > 0) {
      ByteBuffer arguments = node.extraIntegerAsByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      int index = random.nextInt(node.extraIntegerLength());
      arguments.putLong(arguments.position() + Long.BYTES * index, number(random));
    }
    if (node.dimensionsLength() > 0) {
      ByteBuffer axes = node.dimensionsAsByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      int index = random.nextInt(node.dimensionsLength());
      axes.putInt(axes.position() + Integer.BYTES * index, (int) number(random));
    }
    // Numbers that operations read: indices, axes, shapes.
    FlatVariable variable = graph.variables(random.nextInt(graph.variablesLength()));
    if (variable.ndarray() != null && variable.ndarray().dtype() != DType.FLOAT) {
      ByteBuffer numbers = variable.ndarray().bufferAsByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      if (numbers.remaining() >= Integer.BYTES) {
        numbers.putInt(numbers.position(), (int) number(random));
      }
    }
    return bytes;
  }

  private static byte[] damaged(byte[] bytes, SplittableRandom random) {
    int at = random.nextInt(bytes.length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(8)) {
      case 0 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 1 -> {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
        byte value = (byte) random.nextInt(256);
        Arrays.fill(bytes, at, at + length, value);
      }
      case 2 -> {
        // A number where one is likely: FlatBuffers and arrays align theirs.
        int place = at & ~3;
        if (place + Integer.BYTES <= bytes.length) {
          buffer.putInt(place, (int) number(random));
        }
      }
      case 3 -> {
        int place = at & ~7;
        if (place + Long.BYTES <= bytes.length) {
          buffer.putLong(place, number(random));
        }
      }
      case 4 -> {
        // A small number that is there becomes another: an axis, a size, a kernel.
        for (int tries = 0; tries < 2000; tries++) {
          int place = random.nextInt(bytes.length) & ~3;
          if (place + Long.BYTES <= bytes.length
              && buffer.getLong(place) > 0
              && buffer.getLong(place) < 64) {
            buffer.putLong(place, number(random));
            break;
          }
        }
      }
      case 5 -> {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(32));
        int from = random.nextInt(bytes.length - length + 1);
        System.arraycopy(bytes, from, bytes, at, length);
      }
      case 6 -> {
        // A letter of a name, so that names get lost, doubled, or others' operators.
        for (int tries = 0; tries < 2000; tries++) {
          int place = random.nextInt(bytes.length);
          if (bytes[place] >= '0' && bytes[place] <= 'z') {
            bytes[place] = (byte) (bytes[place] + (random.nextBoolean() ? 1 : -1));
            break;
          }
        }
      }
      default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static long number(SplittableRandom random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
