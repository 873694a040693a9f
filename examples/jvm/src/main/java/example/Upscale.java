package example;

import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.Path;

/** Upscales a picture: IN OUT. */
public class Upscale {
  public static void main(String[] args) throws IOException {
    try (Upscaler upscaler = Upscaler.builder().model("sesr-m11-x2").open()) {
      upscaler.upscale(Path.of(args[0]), Path.of(args[1]));
    }
  }
}
