package io.subpixel.converter.internal.source;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.serde.FlatBuffersMapper;
import org.nd4j.graph.FlatArray;
import org.nd4j.graph.FlatGraph;
import org.nd4j.graph.FlatNode;
import org.nd4j.graph.FlatProperties;
import org.nd4j.graph.FlatVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.shape.options.ArrayOptionsHelper;

/**
 * Walks a {@code .fb} before SameDiff gets it: every table, name and array must lie inside the
 * file, and every array must hold as many bytes as its shape says. FlatBuffers for Java has no
 * verifier, and SameDiff copies arrays in native code by the shape alone.
 */
public final class FlatGraphCheck {
  private static final String EXPECTED = "a whole SameDiff network (.fb)";

  /** Root offset and the shortest table. */
  private static final long LEAST_BYTES = 16;

  private static final int MOST_AXES = 32;

  private FlatGraphCheck() {}

  /**
   * Reads a file to memory outside the heap.
   *
   * @return all of it, checked
   */
  public static ByteBuffer read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < LEAST_BYTES || size > Integer.MAX_VALUE) {
        throw new InvalidInputException(file.toString(), EXPECTED, size + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) size).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // A channel may give less than it was asked for.
      }
      bytes.flip();
      walk(bytes);
      return bytes;
    } catch (OutOfMemoryError e) {
      throw new InvalidInputException(
          file.toString(), "a network that fits into memory (see -Xmx)", "a larger one", e);
    } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
      throw new InvalidInputException(
          file.toString(), EXPECTED, "one that points outside the file, so cut off or damaged", e);
    } catch (DamageException e) {
      throw new InvalidInputException(file.toString(), EXPECTED, e.what, e);
    } catch (RuntimeException e) {
      throw new InvalidInputException(file.toString(), EXPECTED, "a damaged one", e);
    }
  }

  private static void walk(ByteBuffer bytes) {
    int root = bytes.getInt(0);
    require(root > 0 && root < bytes.limit(), "something else");
    int table = root - bytes.getInt(root);
    require(
        table > 0 && table < bytes.limit() && (bytes.getShort(table) & 1) == 0, "something else");
    FlatGraph graph = FlatGraph.getRootAsFlatGraph(bytes);
    int variables = graph.variablesLength();
    int nodes = graph.nodesLength();
    require(variables > 0, "no variables");
    require(
        variables <= bytes.limit() && nodes >= 0 && nodes <= bytes.limit(),
        "more parts than it has bytes");
    for (int i = 0; i < variables; i++) {
      walk(graph.variables(i), "variable " + i);
    }
    for (int i = 0; i < nodes; i++) {
      walk(graph.nodes(i), "operation " + i);
    }
    for (int i = 0; i < graph.lossVariablesLength(); i++) {
      require(graph.lossVariables(i) != null, "a loss without a name");
    }
    for (int i = 0; i < graph.placeholdersLength(); i++) {
      require(graph.placeholders(i) != null, "a placeholder without a name");
    }
  }

  private static void walk(@Nullable FlatVariable variable, String where) {
    if (variable == null || variable.name() == null || variable.id() == null) {
      throw new IllegalArgumentException(where + " without a name");
    }
    for (int axis = 0; axis < variable.shapeLength(); axis++) {
      require(variable.shape(axis) >= -1, where + " with an axis of negative size");
    }
    touch(variable.controlDepsLength(), variable::controlDeps);
    touch(variable.controlDepForOpLength(), variable::controlDepForOp);
    touch(variable.controlDepsForVarLength(), variable::controlDepsForVar);
    FlatArray array = variable.ndarray();
    if (array != null) {
      walk(array, "variable " + variable.name());
    }
  }

  private static void walk(FlatArray array, String where) {
    DataType type = FlatBuffersMapper.getDataTypeFromByte(array.dtype());
    int length = array.shapeLength();
    long rank = length == 0 ? -1 : array.shape(0);
    // libnd4j's shape information: rank, sizes, strides, flags, elementwise stride, order.
    require(rank >= 0 && rank <= MOST_AXES && length == 2 * rank + 4, where + " without a shape");
    int axes = (int) rank;
    // An array without axes that is marked as empty has no value, as a list of no axes is stored.
    boolean isNone =
        axes == 0
            && ArrayOptionsHelper.hasBitSet(
                array.shape(2 * axes + 1), ArrayOptionsHelper.ATYPE_EMPTY_BIT);
    long values = isNone ? 0 : 1;
    long last = 0;
    for (int axis = 1; axis <= axes; axis++) {
      long size = array.shape(axis);
      long stride = array.shape(axis + axes);
      require(size >= 0 && stride >= 0, where + " with an axis of negative size or stride");
      values = Math.multiplyExact(values, size);
      last = Math.addExact(last, Math.multiplyExact(Math.max(0, size - 1), stride));
    }
    long elementStride = array.shape(2 * axes + 2);
    long order = array.shape(2 * axes + 3);
    require(
        values == 0 || (last < values && elementStride <= 1),
        where + " with strides beyond its values");
    require(
        (order == 'c' || order == 'f')
            && ArrayOptionsHelper.dataType(array.shape(2 * axes + 1)) == type,
        where + " with a damaged shape");
    int bytes = array.bufferLength();
    if (bytes > 0) {
      array.buffer(bytes - 1);
    }
    if (type != DataType.UTF8 && type != DataType.COMPRESSED) {
      require(
          bytes == Math.multiplyExact(values, type.width()),
          where + " with " + bytes + " bytes for " + values + " values");
    }
  }

  private static void walk(@Nullable FlatNode node, String where) {
    if (node == null || node.name() == null) {
      throw new IllegalArgumentException(where + " without a name");
    }
    // SameDiff makes an array of each list's length before it reads one of its items.
    touch(node.inputLength(), node::input);
    touch(node.inputPairedLength(), i -> node.inputPaired(i).first());
    touch(node.outputLength(), node::output);
    touch(node.outputTypesLength(), node::outputTypes);
    touch(node.extraTypesLength(), node::extraTypes);
    touch(node.extraStringsLength(), node::extraStrings);
    touch(node.controlDepsLength(), node::controlDeps);
    touch(node.varControlDepsLength(), node::varControlDeps);
    touch(node.controlDepForLength(), node::controlDepFor);
    for (int i = 0; i < node.propertiesLength(); i++) {
      walk(node.properties(i));
    }
    touch(node.outputNamesLength(), node::outputNames);
    touch(node.extraParamsLength(), node::extraParams);
    touch(node.extraIntegerLength(), node::extraInteger);
    touch(node.extraBoolsLength(), node::extraBools);
    touch(node.dimensionsLength(), node::dimensions);
    if (node.scalar() != null) {
      walk(node.scalar(), where + "'s scalar");
    }
  }

  private static void walk(FlatProperties property) {
    touch(property.iLength(), property::i);
    touch(property.lLength(), property::l);
    touch(property.dLength(), property::d);
    touch(property.aLength(), property::a);
    touch(property.bLength(), property::b);
    touch(property.sLength(), property::s);
    touch(property.shapeLength(), property::shape);
  }

  /** Reads each, so that what lies outside the file shows here. */
  private static void touch(int length, java.util.function.IntFunction<?> part) {
    for (int i = 0; i < length; i++) {
      java.util.Objects.requireNonNull(part.apply(i));
    }
  }

  private static void require(boolean valid, String otherwise) {
    if (!valid) {
      throw new DamageException(otherwise);
    }
  }

  /** What isn't as it must be. */
  private static final class DamageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    private DamageException(String what) {
      super(what);
      this.what = what;
    }
  }
}
