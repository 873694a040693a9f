package io.subpixel.runtime;

import io.subpixel.pictures.codec.PictureFormat;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Upscales all pictures of a folder behind a class loader that prints what a static analysis can't
 * see: resources, and classes that are looked up by their names. Services are left out, which
 * native-image finds by itself.
 */
public final class ReachabilityTrace {
  private ReachabilityTrace() {}

  public static void main(String[] args) throws Exception {
    URL[] urls =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(ReachabilityTrace::url)
            .toArray(URL[]::new);
    try (Recorder recorder = new Recorder(urls)) {
      Thread.currentThread().setContextClassLoader(recorder);
      recorder
          .loadClass(ReachabilityTrace.class.getName())
          .getMethod("upscaleAll", String.class)
          .invoke(null, args[0]);
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Upscales each file below a folder, to every format that is written. */
  public static void upscaleAll(String folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(Path.of(folder))) {
      files = walk.filter(Files::isRegularFile).filter(ReachabilityTrace::isWhole).toList();
    }
    List<PictureFormat> formats =
        Stream.of(PictureFormat.PNG, PictureFormat.JPEG, PictureFormat.TIFF, PictureFormat.WEBP)
            .toList();
    int next = 0;
    try (Upscaler upscaler = Upscaler.builder().model("sesr-tiny-x2").device(Device.CPU).open()) {
      for (Path file : files) {
        UpscaleOptions options =
            UpscaleOptions.DEFAULTS
                .withFormat(formats.get(next++ % formats.size()))
                .withBackground(Background.parse("white"));
        byte[] upscaled = upscaler.upscale(Files.readAllBytes(file), options);
        System.out.println("upscaled " + file.getFileName() + " " + upscaled.length);
      }
    }
  }

  private static boolean isWhole(Path file) {
    return !String.valueOf(file.getFileName()).startsWith("crash");
  }

  /** Loads all but the JDK itself. */
  private static final class Recorder extends URLClassLoader {
    Recorder(URL[] urls) {
      super(urls, ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean isByName =
          StackWalker.getInstance()
              .walk(
                  frames ->
                      frames
                          .limit(8)
                          .anyMatch(
                              frame ->
                                  frame.getClassName().equals("java.lang.Class")
                                      && frame.getMethodName().startsWith("forName")));
      Class<?> loaded = super.loadClass(name, resolve);
      if (isByName && !isOfService()) {
        System.out.println("class " + name);
      }
      return loaded;
    }

    @Override
    public @Nullable URL findResource(String name) {
      URL found = super.findResource(name);
      record(name, found != null);
      return found;
    }

    @Override
    public Enumeration<URL> findResources(String name) throws IOException {
      Enumeration<URL> found = super.findResources(name);
      record(name, found.hasMoreElements());
      return found;
    }

    private static void record(String name, boolean isThere) {
      if (isThere && !isOfService()) {
        System.out.println("resource " + name);
      }
    }

    private static boolean isOfService() {
      return StackWalker.getInstance()
          .walk(
              frames ->
                  frames.anyMatch(
                      frame -> frame.getClassName().startsWith("java.util.ServiceLoader")));
    }
  }
}
