package io.subpixel.conformance.peer;

import io.subpixel.conformance.worker.Answer;
import io.subpixel.conformance.worker.Worker;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Deeplearning4j's own exporter, {@code OnnxExporter}, in a process with its own class path, as it
 * needs other versions of the libraries.
 */
public final class PeerExporter implements AutoCloseable {
  private static final String EXPORTER =
      "org.nd4j.samediff.frameworkimport.onnx.export.OnnxExporter";
  private static final String SEPARATOR = "\t";
  private static final String DONE = "done";
  private static final String HEAP = "2g";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Worker worker;

  /**
   * Doesn't start the process yet.
   *
   * @param classPath of the exporter and all that it needs, ND4J with natives included
   */
  PeerExporter(String classPath) {
    worker =
        new Worker(
            PeerExporter.class,
            ownClasses() + File.pathSeparator + classPath,
            HEAP,
            PATIENCE,
            List.of());
  }

  /** Answers each line of standard input, a graph and a file separated by a tab, with a line. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] files = line.split(SEPARATOR, 2);
      String said = DONE;
      try {
        SameDiff network = SameDiff.load(new File(files[0]), false);
        Method export = Class.forName(EXPORTER).getMethod("export", SameDiff.class, File.class);
        export.invoke(null, network, new File(files[1]));
      } catch (InvocationTargetException e) {
        said = "failed: " + e.getCause();
      } catch (ReflectiveOperationException | RuntimeException e) {
        said = "failed: " + e;
      }
      Worker.answer(answers, said.lines().findFirst().orElse(DONE));
    }
  }

  /**
   * Exports a graph.
   *
   * @return why the export failed; empty if it succeeded
   */
  String export(Path graph, Path model) throws IOException {
    Answer answer = worker.ask(graph.toAbsolutePath() + SEPARATOR + model.toAbsolutePath());
    return answer.text().equals(DONE) ? "" : answer.text();
  }

  @Override
  public void close() {
    worker.close();
  }

  private static String ownClasses() {
    try {
      return Path.of(PeerExporter.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
