package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx;

/**
 * Looks at the <a href="https://onnx.ai/onnx/repo-docs/ExternalData.html">files beside a model</a>
 * that its weights lie in: none may be outside the model's folder, and each must be long enough.
 */
public final class ExternalData {
  private ExternalData() {}

  /**
   * Checks every tensor that is stored elsewhere. Only sizes of files are read.
   *
   * @throws InvalidInputException naming the first that is wrong
   */
  public static void check(Path model, Onnx.GraphProto graph) throws IOException {
    for (Onnx.TensorProto tensor : graph.getInitializerList()) {
      check(model, tensor);
    }
    for (Onnx.SparseTensorProto tensor : graph.getSparseInitializerList()) {
      check(model, tensor.getValues());
      check(model, tensor.getIndices());
    }
    for (Onnx.NodeProto node : graph.getNodeList()) {
      for (Onnx.AttributeProto attribute : node.getAttributeList()) {
        check(model, attribute.getT());
        for (Onnx.TensorProto tensor : attribute.getTensorsList()) {
          check(model, tensor);
        }
        if (attribute.hasG()) {
          check(model, attribute.getG());
        }
        for (Onnx.GraphProto inner : attribute.getGraphsList()) {
          check(model, inner);
        }
      }
    }
  }

  /**
   * How many values a tensor has.
   *
   * @throws ArithmeticException if its sizes are negative, or more than can be counted
   */
  public static long count(Onnx.TensorProto tensor) {
    long count = 1;
    for (long size : tensor.getDimsList()) {
      if (size < 0) {
        throw new ArithmeticException("a negative size");
      }
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  private static void check(Path model, Onnx.TensorProto tensor) throws IOException {
    if (tensor.getDataLocation() != Onnx.TensorProto.DataLocation.EXTERNAL) {
      return;
    }
    String where = model + ": tensor " + tensor.getName();
    Map<String, String> said = new HashMap<>();
    tensor.getExternalDataList().forEach(entry -> said.put(entry.getKey(), entry.getValue()));
    String location = said.getOrDefault("location", "");
    Path file = inside(model, location, where);
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(where, "its file beside the model", "no file " + location);
    }
    try {
      long offset = Long.parseLong(said.getOrDefault("offset", "0"));
      long size = Files.size(file);
      long length = said.containsKey("length") ? Long.parseLong(said.get("length")) : size - offset;
      long wanted = type(tensor).map(type -> count(tensor) * type.bytes()).orElse(length);
      if (offset < 0 || length < 0 || offset > size - length || wanted != length) {
        throw new InvalidInputException(
            where,
            wanted + " bytes inside " + location + ", which has " + size,
            length + " bytes from " + offset + " on");
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new InvalidInputException(where, "sizes and places as numbers", said.toString(), e);
    }
  }

  private static Optional<ElementType> type(Onnx.TensorProto tensor) {
    return Arrays.stream(ElementType.values())
        .filter(type -> type.number() == tensor.getDataType())
        .findFirst();
  }

  /** A path that leads nowhere but into the model's folder, links followed. */
  private static Path inside(Path model, String location, String where) throws IOException {
    Path folder = Optional.ofNullable(model.toAbsolutePath().getParent()).orElseThrow();
    try {
      Path relative = Path.of(location);
      boolean isPlain =
          !location.isBlank()
              && !relative.isAbsolute()
              && !location.startsWith("/")
              && location.indexOf('\\') < 0
              && location.indexOf(':') < 0;
      for (Path part : relative) {
        isPlain &= !part.toString().equals("..");
      }
      Path file = folder.resolve(relative);
      if (isPlain && (!Files.exists(file) || file.toRealPath().startsWith(folder.toRealPath()))) {
        return file;
      }
    } catch (InvalidPathException e) {
      // Such as one with a zero in it: refused like the others.
    }
    throw new InvalidInputException(
        where, "a location inside the model's folder", location.isBlank() ? "none" : location);
  }
}
