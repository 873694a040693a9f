package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.UnavailableException;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.PictureOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The upscalers of this executor, which all of its tasks share. */
final class Executors {
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+)(,.*)?]");

  /** Each has its own native memory. */
  private static final int MAX_UPSCALERS = 16;

  private static final Map<Key, Upscaler> OPENED = new HashMap<>();

  private Executors() {}

  private record Key(PictureOptions options, String model, Device device) {}

  /**
   * Returns the upscaler of a task, which stays open as long as the executor lives.
   *
   * @throws UnavailableException if the device can't be used, or too many others are open
   */
  static synchronized Upscaler upscaler(PictureOptions options, ModelFile model)
      throws IOException {
    Device device = options.device().orElseGet(Executors::device);
    Key key = new Key(options, model.digest(), device);
    Upscaler known = OPENED.get(key);
    if (known == null) {
      if (OPENED.size() == MAX_UPSCALERS) {
        throw new UnavailableException(
            "options: expected at most "
                + MAX_UPSCALERS
                + " different ones in an executor, received more");
      }
      known = model.builder(options).device(device).threads(cores()).open();
      OPENED.put(key, known);
    }
    return known;
  }

  /** Returns the GPU that Spark has given to the task, otherwise the CPU. */
  private static Device device() {
    TaskContext context = TaskContext.get();
    ResourceInformation gpu = context == null ? null : context.resourcesJMap().get("gpu");
    if (gpu == null || gpu.addresses().length == 0) {
      return Device.CPU;
    }
    String address = gpu.addresses()[0];
    try {
      return Device.cuda(Integer.parseInt(address));
    } catch (IllegalArgumentException e) {
      throw new UnavailableException(
          "spark.task.resource.gpu: expected the number of a GPU, received " + address, e);
    }
  }

  /** Returns how many cores Spark lets this executor use. */
  private static int cores() {
    SparkConf conf = SparkEnv.get().conf();
    Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
    if (local.matches()) {
      return Integer.parseInt(local.group(1));
    }
    return conf.getInt("spark.executor.cores", Runtime.getRuntime().availableProcessors());
  }
}
