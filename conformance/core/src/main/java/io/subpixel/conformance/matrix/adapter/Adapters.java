package io.subpixel.conformance.matrix.adapter;

import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.javascript.JavaScriptRuntime;
import io.subpixel.conformance.matrix.javascript.NodeModules;
import io.subpixel.conformance.matrix.opencv.OpenCvDnn;
import io.subpixel.pictures.UnavailableException;
import java.util.Arrays;
import java.util.List;

/**
 * The runtimes of the matrix, in its order. A new one is a class with {@link Adapter} and a line
 * here.
 */
public enum Adapters {
  /** The trainer's path: what the others are compared with. */
  SAMEDIFF("samediff", "SameDiff") {
    @Override
    public Adapter open(Places places) {
      return new SameDiffReference();
    }
  },
  /** The runtime's path, the picture as a whole. */
  ONNXRUNTIME("onnxruntime", "ONNX Runtime Java") {
    @Override
    public Adapter open(Places places) {
      return OnnxRuntimeJava.whole();
    }
  },
  /** The runtime's path, the picture in tiles. */
  ONNXRUNTIME_TILED("onnxruntime-tiled", "ONNX Runtime Java, tiled") {
    @Override
    public Adapter open(Places places) {
      return OnnxRuntimeJava.tiled();
    }
  },
  /** npm's package for Node. */
  NODE("onnxruntime-node", "onnxruntime-node") {
    @Override
    public Adapter open(Places places) {
      return JavaScriptRuntime.inNode(
          NodeModules.RUNTIMES.install(places.npm(), places.node()), places.node());
    }
  },
  /** npm's package for pages, as WebAssembly in Chromium. */
  WEB("onnxruntime-web", "onnxruntime-web") {
    @Override
    public Adapter open(Places places) {
      return JavaScriptRuntime.inBrowser(
          JavaScriptRuntime.findBrowser("onnxruntime-web", places.browsers()),
          NodeModules.RUNTIMES.install(places.npm(), places.node()));
    }
  },
  /** OpenCV's module dnn. */
  OPENCV("opencv", "OpenCV DNN") {
    @Override
    public Adapter open(Places places) {
      return OpenCvDnn.open();
    }
  };

  private final String id;
  private final String title;

  Adapters(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** Its name in options. */
  public String id() {
    return id;
  }

  /** Its name in tables. */
  public String title() {
    return title;
  }

  /** The names of all. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Adapters::id).toList();
  }

  /**
   * Makes it ready; whoever calls this closes it.
   *
   * @throws UnavailableException if the machine lacks it: what, and how to install it
   */
  public abstract Adapter open(Places places);
}
