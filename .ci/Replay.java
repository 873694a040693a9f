import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Feeds a fuzz target the files of folders, once each: java .ci/Replay.java CLASS FOLDER... */
class Replay {
  public static void main(String[] args) throws Exception {
    Method target = Class.forName(args[0]).getMethod("fuzzerTestOneInput", byte[].class);
    int count = 0;
    for (String folder : List.of(args).subList(1, args.length)) {
      for (Path file : files(Path.of(folder))) {
        try {
          target.invoke(null, (Object) Files.readAllBytes(file));
        } catch (InvocationTargetException e) {
          // A finding, which the fuzzer reports.
          System.err.println(file + ": " + e.getCause());
        }
        count++;
      }
    }
    System.err.println("replayed " + count + " files");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
