package io.subpixel.conformance.matrix.opencv;

import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.NotTakenException;
import io.subpixel.conformance.matrix.Subject;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_dnn.Net;

/** OpenCV's module dnn, from the jar that JavaCPP makes of it. */
public final class OpenCvDnn implements Adapter {
  private final String version;

  /** Where in its sources it failed, again at each level, and a number of the kind of failure. */
  private static final Pattern SOURCE =
      Pattern.compile(
          "OpenCV\\([^)]*\\) \\S+:\\d+: error: \\(-\\d+:[^)]*\\)|in function '\\w+'|[>\\r\\n]+");

  private static String said(RuntimeException failure) {
    String message = SOURCE.matcher(String.valueOf(failure.getMessage())).replaceAll(" ");
    return message.replaceAll("\\s+", " ").strip();
  }

  private OpenCvDnn(String version) {
    this.version = version;
  }

  /**
   * Loads its native library.
   *
   * @throws UnavailableException if there is none for this machine
   */
  public static OpenCvDnn open() {
    try {
      return new OpenCvDnn(opencv_core.CV_VERSION() + ", module dnn");
    } catch (LinkageError | RuntimeException e) {
      throw new UnavailableException(
          "OpenCV: expected the native library of org.bytedeco:opencv for this machine, in the class"
              + " path by Maven's property javacpp.platform, received "
              + "none",
          e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Loaded<Plane[]> plain(Subject subject) throws IOException {
    return loaded(subject.plain(), OpenCvDnn::planes);
  }

  /** Tries, so that a version that takes them is noticed. */
  @Override
  public Loaded<Picture> pixels(Subject subject) throws IOException {
    try {
      return loaded(subject.pixels(), OpenCvDnn::pixels);
    } catch (IOException e) {
      throw new NotTakenException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What a network does. */
  @FunctionalInterface
  private interface Run<T> {
    Timed<T> run(Net net, T lr) throws IOException;
  }

  private static <T> Loaded<T> loaded(byte[] onnx, Run<T> run) throws IOException {
    Net net;
    try (BytePointer bytes = new BytePointer(onnx)) {
      net = opencv_dnn.readNetFromONNX(bytes, onnx.length);
    } catch (RuntimeException e) {
      throw new IOException(said(e), e);
    }
    return new Loaded<>() {
      @Override
      public Timed<T> upscale(T lr) throws IOException {
        return run.run(net, lr);
      }

      @Override
      public void close() {
        net.close();
      }
    };
  }

  private static Timed<Plane[]> planes(Net net, Plane[] lr) throws IOException {
    int width = lr[0].width();
    int height = lr[0].height();
    try (FloatPointer values = new FloatPointer((long) lr.length * width * height)) {
      for (int c = 0; c < lr.length; c++) {
        values.position((long) c * width * height).put(lr[c].values());
      }
      int[] sizes = {1, lr.length, height, width};
      return run(net, sizes, opencv_core.CV_32F, values.position(0), OpenCvDnn::planes);
    }
  }

  private static Timed<Picture> pixels(Net net, Picture lr) throws IOException {
    try (BytePointer samples = new BytePointer(lr.samples())) {
      int[] sizes = {1, lr.height(), lr.width(), lr.channels()};
      return run(net, sizes, opencv_core.CV_8U, samples, OpenCvDnn::picture);
    } catch (IOException e) {
      throw new NotTakenException(String.valueOf(e.getMessage()), e);
    }
  }

  private static <T> Timed<T> run(
      Net net, int[] sizes, int type, Pointer values, Function<Mat, T> made) throws IOException {
    try (Mat input = new Mat(sizes, type, values)) {
      long start = System.nanoTime();
      net.setInput(input);
      try (Mat output = net.forward()) {
        double milliseconds = (System.nanoTime() - start) / 1e6;
        if (output.dims() != sizes.length || output.size(0) != 1 || output.type() != type) {
          throw new IOException(
              "expected a result of "
                  + name(type)
                  + " with four axes, received "
                  + name(output.type())
                  + " with "
                  + output.dims());
        }
        return new Timed<>(made.apply(output), milliseconds);
      }
    } catch (RuntimeException e) {
      throw new IOException(said(e), e);
    }
  }

  private static String name(int type) {
    if (type == opencv_core.CV_8U) {
      return "uint8";
    }
    return type == opencv_core.CV_32F ? "float32" : "type " + type;
  }

  private static Plane[] planes(Mat output) {
    int width = output.size(3);
    int height = output.size(2);
    Plane[] planes = new Plane[output.size(1)];
    FloatPointer values = new FloatPointer(output.data());
    for (int c = 0; c < planes.length; c++) {
      planes[c] = new Plane(width, height);
      values.position((long) c * width * height).get(planes[c].values());
    }
    return planes;
  }

  private static Picture picture(Mat output) {
    byte[] samples = new byte[output.size(1) * output.size(2) * output.size(3)];
    output.data().get(samples);
    return new Picture(output.size(2), output.size(1), output.size(3), samples);
  }
}
