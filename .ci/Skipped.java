import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Prints which tests of the last build were skipped, and why: java .ci/Skipped.java */
class Skipped {
  public static void main(String[] args) throws Exception {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    Map<String, Map<String, Integer>> reasons = new TreeMap<>();
    int tests = 0;
    int skipped = 0;
    for (Path report : reports(Path.of(""))) {
      NodeList cases = parser.parse(report.toFile()).getElementsByTagName("testcase");
      tests += cases.getLength();
      for (int i = 0; i < cases.getLength(); i++) {
        Element test = (Element) cases.item(i);
        NodeList skips = test.getElementsByTagName("skipped");
        if (skips.getLength() > 0) {
          skipped++;
          String reason = reason((Element) skips.item(0));
          String name = test.getAttribute("classname").replaceAll(".*\\.", "");
          reasons
              .computeIfAbsent(reason.isEmpty() ? "no reason given" : reason, key -> new TreeMap<>())
              .merge(name, 1, Integer::sum);
        }
      }
    }
    System.out.println("skipped: " + skipped + " of " + tests + " tests");
    reasons.forEach((reason, classes) -> System.out.println("  " + reason + ": " + classes));
  }

  /** That of an annotation is an attribute, that of an assumption the first line of its trace. */
  private static String reason(Element skip) {
    String message = skip.getAttribute("message").strip();
    String trace = skip.getTextContent().strip().lines().findFirst().orElse("");
    return message.isEmpty()
        ? trace.replaceFirst("^[\\w.]+: (Assumption failed: )?", "")
        : message.lines().findFirst().orElse("");
  }

  private static List<Path> reports(Path root) throws IOException {
    try (Stream<Path> files = Files.find(root, 6, (file, facts) -> isReport(file))) {
      return files.sorted().toList();
    }
  }

  private static boolean isReport(Path file) {
    return file.toString().matches("([^/]+/)+target/surefire-reports/TEST-[^/]*\\.xml");
  }
}
